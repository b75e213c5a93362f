"""Links and actions of the screens about who acts for a patient."""

from __future__ import annotations

from bot.delivery.screen import Colour
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


class CancelInvitation(Action, code="Fc", colour=Colour.RED):
    """Cancel the link of an invitation."""

    patient: PatientId


class Invited(Link, code="fc"):
    """An invitation that the account has opened."""

    invitation: InvitationId


class AcceptInvitation(Action, code="Fa", colour=Colour.GREEN):
    """Accept an invitation."""

    invitation: InvitationId


class DeclineInvitation(Action, code="Fd"):
    """Decline an invitation."""

    invitation: InvitationId


class AskTakeAway(Link, code="fd"):
    """The question whether to take another representative's access away."""

    patient: PatientId
    who: AccountId


class TakeAway(Action, code="Ft", colour=Colour.RED):
    """Take another representative's access away."""

    patient: PatientId
    who: AccountId


class AskPromote(Link, code="fe"):
    """The question whether to make another representative the owner."""

    patient: PatientId
    who: AccountId


class Promote(Action, code="Fp", colour=Colour.RED):
    """Make another representative the owner."""

    patient: PatientId
    who: AccountId


class RequestAccess(Action, code="Fq"):
    """Ask the owners of the other cards of the child once more."""

    patient: PatientId
    again: bool = False
    """not used any more; buttons of earlier releases carry it"""


class AskAccess(Link, code="ff"):
    """How a card that is limited because of another account's card can be proved."""

    patient: PatientId


class AnswerRequest(Link, code="fg"):
    """One more account with a card of the child: is it of the family?"""

    request: RequestId


class WhoAsks(Link, code="fh"):
    """What the bot knows of the other account."""

    request: RequestId


class Allow(Action, code="Fy", colour=Colour.GREEN):
    """Agree: share the visits of the card."""

    request: RequestId


class Refuse(Action, code="Fn"):
    """Refuse to share the visits."""

    request: RequestId


class ShareBack(Action, code="Fs", colour=Colour.GREEN):
    """Share the visits of one's card with those who share theirs."""

    patient: PatientId


class AskEndSharing(Link, code="fi"):
    """The question whether to end the sharing of visits with another card."""

    patient: PatientId
    other: PatientId


class EndSharing(Action, code="Fe", colour=Colour.RED):
    """End the sharing of visits with another card."""

    patient: PatientId
    other: PatientId
