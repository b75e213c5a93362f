"""News of a booking: what became of it, of its cancellation, and its reminder."""

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
    """What became of «Записаться»."""

    kind = "BOOKING"
    urgency = Urgency.PERSONAL

    @property
    def dedup(self) -> str:
        return f"booking:{self.appointment}"


@dataclass(frozen=True, slots=True)
class CancellationAnswered(VisitNews):
    """What became of «Отменить»."""

    kind = "CANCELLATION"
    urgency = Urgency.PERSONAL

    @property
    def dedup(self) -> str:
        return f"cancellation:{self.appointment}"


@dataclass(frozen=True, slots=True)
class VisitReminder(VisitNews):
    """The storage keeps at most one live message of this kind for each visit."""

    kind = "REMINDER"
    urgency = Urgency.ROUTINE

    @property
    def dedup(self) -> str:
        return f"reminder:{self.appointment}"


@dataclass(frozen=True, slots=True)
class DoneByOther(VisitNews):
    """To the account that booked: what another representative did with a visit that began at ``was``."""

    was: datetime

    @property
    def dedup(self) -> str:
        return f"other:{self.appointment}"


@dataclass(frozen=True, slots=True)
class MovedByOther(DoneByOther):
    """``appointment`` is the visit at its new time."""

    kind = "MOVED_BY_OTHER"
