"""Links and actions of applications for a policy at the desk."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.applications.records import RefusalReason
from bot.core.policy_form import PolicyReady
from bot.glossary import PolicyRequestId
from dialogs.kit.link import Action, Link


class DeskPolicyPrompts(StatesGroup):
    """Below a checked application the number or the code of the next one may be typed."""

    checked = State()


class SeePolicyRequest(Link, code="Ha"):
    """One application, which is the member's own to decide for ten minutes."""

    request: PolicyRequestId


class CheckPolicyRequest(Link, code="Hk", state=DeskPolicyPrompts.checked):
    """An application whose code or number was checked; it is not claimed."""

    request: PolicyRequestId


class ShowPolicyApplicant(Action, code="Hb"):
    """Show the whole form for two minutes."""

    request: PolicyRequestId


class ChoosePolicyReady(Link, code="Hc"):
    """The choice how the parent gets a policy that is ready."""

    request: PolicyRequestId


class ApprovePolicyRequest(Action, code="Hd"):
    """Say that the policy is ready."""

    request: PolicyRequestId
    ready: PolicyReady


class ChoosePolicyRefusal(Link, code="He"):
    """The choice of the reason for a refusal."""

    request: PolicyRequestId


class RefusePolicyRequest(Action, code="Hf"):
    """Refuse it."""

    request: PolicyRequestId
    reason: RefusalReason


class ChoosePolicyParts(Link, code="Hg"):
    """The choice of what is to be corrected; ``parts`` is a set as bits."""

    request: PolicyRequestId
    parts: int = 0


class ReturnPolicyRequest(Action, code="Hh"):
    """Give it back to be corrected within so many days."""

    request: PolicyRequestId
    parts: int
    days: int


class PolicyRequestDecided(Link, code="Hi"):
    """A decision, which can be undone for a minute."""

    request: PolicyRequestId


class UndoPolicyRequest(Action, code="Hj"):
    """Take the decision back."""

    request: PolicyRequestId
