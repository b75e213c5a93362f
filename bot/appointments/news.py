"""News of a visit that the clinic or another representative changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.booking.news import DoneByOther, VisitNews
from bot.delivery.telling import Hours, Telling


@dataclass(frozen=True, slots=True)
class CancelledByOther(DoneByOther):
    kind = "CANCELLED_BY_OTHER"


@dataclass(frozen=True, slots=True)
class ChangedByClinic(VisitNews):
    """The clinic changed a visit that began at ``was``; ``why`` is a ClinicReason or the clinic's own words.

    ``told`` is what the account was told of the visit before, as ``rules.KnownVisit`` writes it; "" in messages of
    releases that only knew ``was``.
    """

    telling = Telling(timedelta(hours=1), Hours.EARLY_VISITS, until_visit=True)

    was: datetime
    why: str = ""
    told: str = ""

    @property
    def starts(self) -> tuple[datetime, ...]:
        return (self.was,)

    @property
    def dedup(self) -> str:
        return f"clinic:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class CancelledByClinic(ChangedByClinic):
    kind = "CANCELLED_BY_CLINIC"


@dataclass(frozen=True, slots=True)
class MovedByClinic(ChangedByClinic):
    """Anything of the visit has changed, and it stays a visit."""

    kind = "MOVED_BY_CLINIC"


@dataclass(frozen=True, slots=True)
class PutBackByClinic(ChangedByClinic):
    """A visit that was off is a visit again."""

    kind = "PUT_BACK_BY_CLINIC"


@dataclass(frozen=True, slots=True)
class OfferChanged(VisitNews):
    """What was kept instead of a visit that the clinic has called off went to somebody else; ``at`` is when."""

    kind = "OFFER_CHANGED"
    telling = Telling(timedelta(hours=1), Hours.EARLY_VISITS)

    at: datetime

    @property
    def dedup(self) -> str:
        return f"offer:{self.appointment}:{self.account}:{int(self.at.timestamp())}"


@dataclass(frozen=True, slots=True)
class PresenceDenied(VisitNews):
    """The desk stays with what it has noted: nobody came."""

    kind = "PRESENCE_DENIED"
    telling = Telling(timedelta(days=3))

    @property
    def dedup(self) -> str:
        return f"presence:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class MarkedByClinic(ChangedByClinic):
    """The clinic says that nobody came, or that a visit ahead has taken place."""

    kind = "MARKED_BY_CLINIC"
    telling = Telling(timedelta(days=3), until_visit=True)


@dataclass(frozen=True, slots=True)
class DoctorIsLate(VisitNews):
    """The doctor of a visit of today is late; ``at`` is when the desk has said so, and a later word replaces it."""

    kind = "DOCTOR_IS_LATE"
    telling = Telling(timedelta(minutes=30), Hours.EARLY_VISITS, until_visit=True)

    minutes: int
    at: datetime

    @property
    def dedup(self) -> str:
        return f"late:{self.appointment}:{self.account}:{int(self.at.timestamp())}"
