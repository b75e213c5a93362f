"""News of a visit that its own representative booked or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.delivery.news import News, Urgency
from bot.glossary import AppointmentId


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

    @property
    def dedup(self) -> str:
        return f"booking:{self.appointment}"


@dataclass(frozen=True, slots=True)
class CancellationAnswered(VisitNews):
    """The clinic's answer to «Отменить»."""

    kind = "CANCELLATION"
    urgency = Urgency.PERSONAL

    @property
    def dedup(self) -> str:
        return f"cancellation:{self.appointment}"


@dataclass(frozen=True, slots=True)
class VisitReminder(VisitNews):
    """The day-before reminder; the storage keeps at most one live one for each visit."""

    kind = "REMINDER"
    urgency = Urgency.ROUTINE

    @property
    def dedup(self) -> str:
        return f"reminder:{self.appointment}"


@dataclass(frozen=True, slots=True)
class DoneByOther(VisitNews):
    """To the account that booked or that owns the card: another one changed a visit that began at ``was``."""

    was: datetime

    @property
    def dedup(self) -> str:
        return f"other:{self.appointment}:{self.account}"


@dataclass(frozen=True, slots=True)
class MovedByOther(DoneByOther):
    """``appointment`` is the visit at its new time."""

    kind = "MOVED_BY_OTHER"
