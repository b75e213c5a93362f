"""News about who acts for a patient: requests for access, representatives who come and go, and the owner."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.delivery.news import KEY_ONLY, News
from bot.glossary import InvitationId, PatientId, RequestId
from bot.patients.news import PatientNews


@dataclass(frozen=True, slots=True)
class AccessRequested(News):
    """To the owner: another account has a card of the child too, and asks to share the visits."""

    kind = "ACCESS_ASKED"

    request: RequestId

    @property
    def dedup(self) -> str:
        return f"access:{self.request}:{self.account}"


@dataclass(frozen=True, slots=True)
class AccessGiven(PatientNews):
    """To the owner of a card: another account of the family shares its visits; ``patient`` is the owner's card."""

    kind = "ACCESS_GIVEN"


@dataclass(frozen=True, slots=True)
class AccessRefused(PatientNews):
    """To the account that has asked for access; ``patient`` is its own card of the policy."""

    kind = "ACCESS_REFUSED"


@dataclass(frozen=True, slots=True)
class AccessRevoked(News):
    """To the account that has lost access. It cannot read the patient any more, so the message keeps the name."""

    kind = "ACCESS_REVOKED"

    name: str
    mark: str = ""
    """what tells the name apart from those of the account's other patients (``look_alikes.mark``)"""
    patient: PatientId = field(default=PatientId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"revoked:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class SharingEnded(PatientNews):
    """To the owner of a card: another account has ended the sharing of visits; ``patient`` is the owner's card."""

    kind = "SHARING_ENDED"


@dataclass(frozen=True, slots=True)
class OtherJoined(PatientNews):
    """To the owner: an invitation was accepted."""

    kind = "OTHER_JOINED"


@dataclass(frozen=True, slots=True)
class OtherLeft(PatientNews):
    """To the owner: a co-representative has left."""

    kind = "OTHER_LEFT"


@dataclass(frozen=True, slots=True)
class BecameOwner(PatientNews):
    """To the new owner."""

    kind = "BECAME_OWNER"


@dataclass(frozen=True, slots=True)
class InvitationRecalled(News):
    """To the account that has opened an invitation and not answered it yet, with or without its consents."""

    kind = "INVITATION_RECALLED"
    needs_consent = False

    invitation: InvitationId

    @property
    def dedup(self) -> str:
        return f"recalled:{self.invitation}"
