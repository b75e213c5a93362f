"""News of a visit that its own representative booked or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import AppointmentId, ClinicId, PatientId, ReferralRef, SpecialtyId

ANSWER = Telling(timedelta(days=1), Hours.SOON, until_visit=True)
"""the clinic's answer to what the account has done"""


@dataclass(frozen=True, slots=True)
class VisitNews(News):
    """About one visit."""

    appointment: AppointmentId

    @property
    def visit(self) -> AppointmentId | None:
        return self.appointment


@dataclass(frozen=True, slots=True)
class BookingAnswered(VisitNews):
    """The clinic's answer to «Записаться»."""

    kind = "BOOKING"
    urgency = Urgency.PERSONAL
    telling = ANSWER

    @property
    def dedup(self) -> str:
        return f"booking:{self.appointment}"


@dataclass(frozen=True, slots=True)
class CancellationAnswered(VisitNews):
    """The clinic's answer to «Отменить»."""

    kind = "CANCELLATION"
    urgency = Urgency.PERSONAL
    telling = ANSWER

    @property
    def dedup(self) -> str:
        return f"cancellation:{self.appointment}"


@dataclass(frozen=True, slots=True)
class VisitReminder(VisitNews):
    """The day-before reminder; the storage keeps at most one live one for each visit and account."""

    kind = "REMINDER"
    urgency = Urgency.ROUTINE
    telling = Telling(timedelta(), until_visit=True)

    @property
    def dedup(self) -> str:
        return f"reminder:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class BookedByOther(VisitNews):
    """To everybody else who sees the visit: one of them has booked it."""

    kind = "BOOKED_BY_OTHER"
    telling = Telling(timedelta(hours=1), until_visit=True)

    @property
    def dedup(self) -> str:
        return f"other:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class DoneByOther(VisitNews):
    """To everybody else who sees the visit: one of them changed it; it began at ``was``."""

    telling = Telling(timedelta(hours=1), until_visit=True)

    was: datetime

    @property
    def starts(self) -> tuple[datetime, ...]:
        return (self.was,)

    @property
    def dedup(self) -> str:
        return f"other:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class MovedByOther(DoneByOther):
    """``appointment`` is the visit at its new time."""

    kind = "MOVED_BY_OTHER"


@dataclass(frozen=True, slots=True)
class BlockLifted(News):
    """A desk lets the card book again before the block has ended; ``why`` is a LiftReason."""

    kind = "BLOCK_LIFTED"

    patient: PatientId
    clinic: ClinicId
    why: str

    @property
    def dedup(self) -> str:
        return f"block-lifted:{self.clinic}:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class ReferralNews(News):
    """About a referral, to whoever may see it; ``clinic`` is where it can be used."""

    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId
    referral: ReferralRef


@dataclass(frozen=True, slots=True)
class ReferralGiven(ReferralNews):
    """A desk has given it."""

    kind = "REFERRAL_GIVEN"

    @property
    def dedup(self) -> str:
        return f"referral:{self.clinic}:{self.referral}:{self.account}"


@dataclass(frozen=True, slots=True)
class ReferralWithdrawn(ReferralNews):
    """The desk has taken it back after it was told; the number is not stored, so the message does not name it."""

    kind = "REFERRAL_WITHDRAWN"

    @property
    def dedup(self) -> str:
        return f"referral-withdrawn:{self.clinic}:{self.referral}:{self.account}"


@dataclass(frozen=True, slots=True)
class ReferralEnds(ReferralNews):
    """It ends in a week and no visit has spent it."""

    kind = "REFERRAL_ENDS"
    urgency = Urgency.ROUTINE
    telling = Telling(timedelta(days=6))

    @property
    def dedup(self) -> str:
        return f"referral-ends:{self.clinic}:{self.referral}:{self.account}"
