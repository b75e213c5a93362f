"""The part of the clinic's own port about schedules: a doctor's week, hours that open and close, rooms, stand-ins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.clinics.port import Refused
from bot.clinics.reserving import Instead
from bot.clinics.visits_at_desk import ClinicVisit
from bot.core.clinic import DoctorFacts, VisitType
from bot.core.people import PersonName
from bot.core.readable import Readable
from bot.glossary import BookingRef, ClinicRef, DoctorRef

END_OF_DAY = 24 * 60


class NothingToClose(Refused):
    """The doctor has no time ahead in these hours that is not closed already."""


class NothingToStandInFor(Refused):
    """All times of the doctor's day are closed, or somebody else has taken them over already."""


class DayHours(NamedTuple):
    """Hours of a local day, in minutes after midnight; the end is not included."""

    day: date
    starts: int = 0
    ends: int = END_OF_DAY

    @property
    def is_whole_day(self) -> bool:
        return self.starts == 0 and self.ends == END_OF_DAY


class DeskDoctor(NamedTuple):
    """A doctor of the clinic in one specialty; ``number`` is the desk's own id."""

    number: int
    name: PersonName
    specialty: str
    room: str
    facts: DoctorFacts = DoctorFacts()
    ref: DoctorRef = DoctorRef("")
    """that of ``ClinicSystem``"""
    specialty_code: str = ""


class TimeState(StrEnum):
    FREE = "FREE"
    HELD = "HELD"
    """somebody looks at it: for a few minutes"""
    OFFERED = "OFFERED"
    """reserved for an offer"""
    BOOKED = "BOOKED"
    CLOSED = "CLOSED"


class DeskTime(NamedTuple):
    starts_at: datetime
    ends_at: datetime
    state: TimeState
    day: date
    room: str
    visit_type: VisitType = VisitType.PLANNED


class StandIn(NamedTuple):
    """Who sees the patients of a doctor in hours of a local day; hours that were closed before are not among them."""

    doctor: PersonName
    day: date
    starts: int = 0
    ends: int = END_OF_DAY

    def covers(self, minutes: int) -> bool:
        """Return whether a time of the day, in minutes after midnight, is within the hours."""
        return self.starts <= minutes < self.ends


class Closure(NamedTuple):
    """Hours that were closed; ``number`` is the desk's own id, ``visits`` counts those that were called off."""

    number: int
    doctor: DeskDoctor
    span: DayHours
    reason: str
    visits: int
    kept: int
    """of them, those for which another time is kept or was when it was closed"""


class VisitToCall(NamedTuple):
    """A visit that was called off or is late, with the telephone on file and when the desk has called.

    What is kept ``instead`` is that of a visit which a closing has called off.
    """

    visit: ClinicVisit
    phone: str
    called_at: datetime | None
    instead: Instead | None = None
    is_booked: bool = False
    """the person has booked another visit to the specialty since"""


class Reopened(NamedTuple):
    """``given_back`` visits stand again; ``gone`` do not: something else was chosen, or it is too late."""

    given_back: int
    gone: int
    still_closed: int = 0
    """visits in hours that another closing covers: they belong to it now"""


class StoodIn(NamedTuple):
    """How many visits have gone to the stand-in, and those that could not: the desk's numbers."""

    moved: int
    unresolved: Sequence[int]


class KeepsSchedules(Protocol):
    """Raises NotFound for a doctor or a closure that is missing or another clinic's. Only times ahead are changed.

    What changes for booked people is in the feed of changes, where nobody is told of it before ``undo_until``.
    """

    async def doctors(self, clinic: ClinicRef) -> Sequence[DeskDoctor]:
        """List the doctors by specialty and name."""
        ...

    async def times(
        self, clinic: ClinicRef, doctor: int, first: date, last: date
    ) -> tuple[DeskDoctor, Sequence[DeskTime]]:
        """Return a doctor and the times of the local days from ``first`` to ``last``, by start."""
        ...

    async def open_hours(
        self,
        clinic: ClinicRef,
        doctor: int,
        span: DayHours,
        minutes: int,
        visit_type: VisitType = VisitType.PLANNED,
    ) -> int:
        """Open times of ``minutes`` one after another; return how many are new. What overlaps a time is left out."""
        ...

    async def set_room(
        self, clinic: ClinicRef, doctor: int, day: date, room: str, undo_until: datetime | None = None
    ) -> int:
        """Move a doctor's day to another room; return how many booked visits that changes."""
        ...

    async def list_stand_ins(self, clinic: ClinicRef, doctor: int) -> Sequence[DeskDoctor]:
        """List the doctors of the same specialty who may stand in, by name."""
        ...

    async def stand_in(
        self,
        clinic: ClinicRef,
        doctor: int,
        substitute: int,
        first: date,
        last: date | None,
        undo_until: datetime | None = None,
    ) -> StoodIn:
        """Let another doctor see the patients of these local days; ``last`` None is for good.

        A visit goes over if the patient's age and sex fit and the stand-in is free then; else it stays as it is.
        Raises NothingToStandInFor for one day without an open time.
        """
        ...

    async def stood_in_by(self, clinic: ClinicRef, doctor: int, first: date, last: date) -> Sequence[StandIn]:
        """List who stands in for a doctor from ``first`` to ``last``, by local day and the latest word first."""
        ...

    async def touched(self, clinic: ClinicRef, doctor: int, span: DayHours) -> Readable[ClinicVisit]:
        """List the live visits ahead that a closing of these hours calls off, by start."""
        ...

    async def close(
        self, clinic: ClinicRef, doctor: int, span: DayHours, reason: str, undo_until: datetime | None = None
    ) -> Closure:
        """Close hours in one step: free times are blocked, visits are called off, and other times kept for them.

        As many as possible get one, the first in the day first: the soonest that fits them, until 20:00 of the next
        day, but not after two hours before it. What was kept in these hours for others is replaced, which the feed of
        changes tells. Raises NothingToClose.
        """
        ...

    async def closures(self, clinic: ClinicRef, doctor: int, day: date) -> Sequence[Closure]:
        """List what is closed on a local day and was not opened again, the newest first."""
        ...

    async def closure(self, clinic: ClinicRef, number: int) -> Closure:
        """Return a closure that was not opened again."""
        ...

    async def closed_visits(self, clinic: ClinicRef, number: int) -> Readable[VisitToCall]:
        """List the visits that a closure has called off and that are still off, by start."""
        ...

    async def set_called(self, clinic: ClinicRef, number: int, visit: int, *, called: bool) -> None:
        """Note that the desk has telephoned the person of a visit, or that it has not."""
        ...

    async def late_visits(self, clinic: ClinicRef, doctor: int, span: DayHours) -> Readable[VisitToCall]:
        """List the live visits ahead of a doctor who is late, by start."""
        ...

    async def set_late_called(self, clinic: ClinicRef, visit: int, *, called: bool) -> None:
        """Note that the desk has telephoned because of the delay, or that it has not. Raises NotFound for a visit."""
        ...

    async def clear_late_calls(self, clinic: ClinicRef, doctor: int, span: DayHours) -> None:
        """Forget whom the desk has telephoned of the visits ahead: another delay is told."""
        ...

    async def reopen(self, clinic: ClinicRef, number: int, chosen: Collection[BookingRef]) -> Reopened:
        """Open hours again in one step: the visits stand again, and what was kept for them is let go.

        Not those of people who have ``chosen`` something else, or have booked what such a visit conflicts with: their
        times become free. A visit that has begun, or whose time somebody else has, stays off, and what is kept for its
        person stays kept. Hours that another closing covers stay closed.
        """
        ...
