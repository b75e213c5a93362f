"""Links and actions of policy checks at the desk."""

from __future__ import annotations

from bot.glossary import ApplicationId, DeskCheckId, DoctorId
from bot.patients.records import DeskDecision
from dialogs.kit.link import Action, Link, Page
from dialogs.staff.links import DeskPrompts


class PolicyQueue(Link, code="vq"):
    """The policies that the desk is to check, urgent ones first."""

    page: Page = Page(0)


class SeePolicy(Link, code="vs"):
    """One policy to check, which the member claims by opening it."""

    check: DeskCheckId


class ShowPolicy(Action, code="Vs"):
    """Show the full data of the child whose policy is checked, without the digits that the desk types."""

    check: DeskCheckId


class AskDigits(Link, code="vd", state=DeskPrompts.digits):
    """The prompt for the last digits of a policy, from the clinic's own system."""

    check: DeskCheckId


class AskBothDigits(Link, code="on", state=DeskPrompts.both_digits):
    """The prompt for the last digits of a policy that is confirmed with the application."""

    application: ApplicationId
    doctor: DoctorId | None = None


class ChooseFix(Link, code="vf"):
    """What the parent has to correct in a card."""

    check: DeskCheckId


class ChooseNo(Link, code="vn"):
    """Why a policy is refused."""

    check: DeskCheckId


class DecidePolicy(Action, code="Vd"):
    """Decide a policy check, but not that the policy is right."""

    check: DeskCheckId
    decision: DeskDecision


class PolicyDecided(Link, code="vu"):
    """A decision about a policy that may be undone for a minute."""

    check: DeskCheckId


class UndoPolicy(Action, code="Vu"):
    """Undo a decision about a policy."""

    check: DeskCheckId
