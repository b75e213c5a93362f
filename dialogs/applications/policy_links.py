"""Links and actions of an application for a policy."""

from __future__ import annotations

from bot.core.policy_form import FormPart
from bot.delivery.screen import Colour
from bot.glossary import DraftId, PolicyRequestId
from dialogs.applications.links import PolicyPrompts
from dialogs.kit.link import Action, Link, Page


class PolicyQuestion(Link, code="hb", state=PolicyPrompts.answer):
    """A question of the form; ``short``: the name has no patronymic, ``again``: the way leads back to the review."""

    draft: DraftId
    part: FormPart
    short: bool = False
    again: bool = False


class TakeChildSex(Action, code="hc"):
    """Answer the question for the sex."""

    draft: DraftId
    girl: bool


class NoChildSnils(Action, code="hd"):
    """Answer that the child has no SNILS."""

    draft: DraftId


class ReviewPolicyForm(Link, code="he"):
    """The application before it is sent; without an answer, the next question."""

    draft: DraftId


class ChangePolicyForm(Link, code="hp"):
    """The choice of what is changed in it."""

    draft: DraftId


class AskPolicyPassing(Link, code="hf"):
    """The consent that the clinic gets the data, asked before the application is sent."""

    draft: DraftId


class SendPolicyForm(Action, code="hg", colour=Colour.GREEN):
    """Give that consent and send the application; one that was corrected has the consent."""

    draft: DraftId


class DropPolicyForm(Action, code="hh", colour=Colour.RED):
    """Delete a form that was not sent."""

    draft: DraftId


class PolicyRequestBelow(Link, code="hj", below=True):
    """The same in a new message below the notice about it."""

    request: PolicyRequestId


class AskWithdrawPolicy(Link, code="hk"):
    """The question whether to withdraw an application."""

    request: PolicyRequestId


class WithdrawPolicyRequest(Action, code="hl", colour=Colour.RED):
    """Withdraw it."""

    request: PolicyRequestId


class CorrectPolicyForm(Action, code="hm"):
    """Open the form of an application that is to be corrected."""

    request: PolicyRequestId


class ApplyForPolicyAgain(Action, code="hq"):
    """Begin a new application with what was sent with one that is closed."""

    request: PolicyRequestId


class SentPolicyVersions(Link, code="hr"):
    """What the desk was sent with an application, each time."""

    request: PolicyRequestId
    page: Page = Page(0)


class PolicyCorrespondence(Action, code="ho"):
    """Send the whole correspondence about an application as a PDF."""

    request: PolicyRequestId


class PolicyRequestFile(Action, code="hn"):
    """Send the confirmation of an application as a PDF."""

    request: PolicyRequestId
