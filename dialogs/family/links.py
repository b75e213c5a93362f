"""Links and actions of the screens about who acts for a patient."""

from __future__ import annotations

from bot.glossary import AccountId, InvitationId, PatientId, RequestId
from dialogs.kit.link import Action, Link


class WhoKeeps(Link, code="fa"):
    """The representatives of a patient."""

    patient: PatientId


class Invite(Link, code="fb"):
    """The explanation of an invitation, before its link is made."""

    patient: PatientId


class MakeInvitation(Action, code="Fm"):
    """Make the link of an invitation."""

    patient: PatientId


class CancelInvitation(Action, code="Fc"):
    """Cancel the link of an invitation."""

    patient: PatientId


class Invited(Link, code="fc"):
    """An invitation that the account has opened."""

    invitation: InvitationId


class AcceptInvitation(Action, code="Fa"):
    """Accept an invitation."""

    invitation: InvitationId


class DeclineInvitation(Action, code="Fd"):
    """Decline an invitation."""

    invitation: InvitationId


class AskTakeAway(Link, code="fd"):
    """The question whether to take another representative's access away."""

    patient: PatientId
    who: AccountId


class TakeAway(Action, code="Ft"):
    """Take another representative's access away."""

    patient: PatientId
    who: AccountId


class AskPromote(Link, code="fe"):
    """The question whether to make another representative the owner."""

    patient: PatientId
    who: AccountId


class Promote(Action, code="Fp"):
    """Make another representative the owner."""

    patient: PatientId
    who: AccountId


class RequestAccess(Action, code="Fq"):
    """Send a request for access to the card that has the policy."""

    patient: PatientId
    again: bool = False
    """also if the owner has refused before"""


class AskAccess(Link, code="ff"):
    """The state of the account's own request for access."""

    patient: PatientId


class AnswerRequest(Link, code="fg"):
    """A request for access that the owner answers."""

    request: RequestId


class WhoAsks(Link, code="fh"):
    """What the bot knows of the account that asks for access."""

    request: RequestId


class Allow(Action, code="Fy"):
    """Allow access."""

    request: RequestId


class Refuse(Action, code="Fn"):
    """Refuse access."""

    request: RequestId
