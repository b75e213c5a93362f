"""The rule by which the weekly template and the exceptions become the slots of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinic_file.records import DayChange, Parity
from bot.core.clinic import Audience, VisitForm, VisitType
from bot.core.working_hours import is_holiday

END_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class WorkHours:
    """A row of the template: on ``weekday`` (1 is Monday) visits of ``minutes`` one after another.

    ``starts`` and ``ends`` are minutes after the local midnight; the two days are included, None is without a limit.
    """

    weekday: int
    starts: int
    ends: int
    minutes: int
    weeks: Parity = Parity.ALL
    dates: Parity = Parity.ALL
    visit_type: VisitType = VisitType.PLANNED
    form: VisitForm = VisitForm.IN_PERSON
    audience: Audience = Audience.ALL
    valid_from: date | None = None
    valid_until: date | None = None
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class OtherDays:
    """Days that differ from the template, of a whole clinic (``practice`` is None) or of one practice.

    Without ``starts`` and ``ends`` the whole day differs. ``substitute`` is the practice that stands in.
    """

    first_day: date
    last_day: date
    what: DayChange
    practice: int | None = None
    starts: int | None = None
    ends: int | None = None
    minutes: int | None = None
    substitute: int | None = None
    room: str = ""
    visit_type: VisitType = VisitType.PLANNED
    """of the times that are opened"""

    def covers(self, day: date, practice: int) -> bool:
        return self.first_day <= day <= self.last_day and self.practice in {None, practice}

    def meets(self, slot: PlannedSlot) -> bool:
        return slot.starts < (END_OF_DAY if self.ends is None else self.ends) and (self.starts or 0) < slot.ends


@dataclass(frozen=True, slots=True)
class Practice:
    """A doctor at a clinic in a specialty, with the days on which the practice exists, both included."""

    id: int
    specialty: int = 0
    hours: tuple[WorkHours, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    room: str = ""


class PlannedSlot(NamedTuple):
    """A slot of a day; ``starts`` in minutes after the local midnight, ``room`` "" is the practice's own."""

    starts: int
    minutes: int
    visit_type: VisitType = VisitType.PLANNED
    form: VisitForm = VisitForm.IN_PERSON
    audience: Audience = Audience.ALL
    room: str = ""

    @property
    def ends(self) -> int:
        return self.starts + self.minutes


def plan_day(
    practice: Practice, day: date, others: Iterable[OtherDays], practices: Mapping[int, Practice]
) -> list[PlannedSlot]:
    """Return the slots of a practice on a local day, by start; two of them never overlap.

    ``others`` are the exceptions of the clinic; ``practices`` are those whose doctors may be stood in for.
    """
    changes = [change for change in others if change.first_day <= day <= change.last_day]
    own = _own_slots(practice, day, changes)
    stood_in = _slots_of_the_absent(practice, day, changes, practices)
    found = [*own, *stood_in]
    slots = sorted(found)
    if all(slot.ends <= after.starts for slot, after in pairwise(slots)):
        return slots
    return sorted(_without_overlaps(found))


def _own_slots(practice: Practice, day: date, changes: Iterable[OtherDays]) -> list[PlannedSlot]:
    """Return the slots of the template, with what the exceptions close, open and move to another room."""
    if not is_within(practice.valid_from, day, practice.valid_until):
        return []
    slots = [slot for hours in practice.hours if applies(hours, day) for slot in _cut(hours)]
    for change in changes:
        if not change.covers(day, practice.id):
            continue
        match change.what:
            case DayChange.CLOSED | DayChange.SUBSTITUTE:
                slots = [slot for slot in slots if not change.meets(slot)]
            case DayChange.ROOM:
                slots = [slot._replace(room=change.room) if change.meets(slot) else slot for slot in slots]
            case DayChange.OPEN:
                slots += _opened(change)
    return slots


def _slots_of_the_absent(
    practice: Practice, day: date, changes: Iterable[OtherDays], practices: Mapping[int, Practice]
) -> Iterator[PlannedSlot]:
    """Yield the slots of those for whom the doctor of this practice stands in, in their rooms."""
    for change in changes:
        absent = practices.get(change.practice or 0)
        if change.substitute != practice.id or absent is None:
            continue
        others = [other for other in changes if other is not change]
        for slot in _own_slots(absent, day, others):
            if change.meets(slot):
                yield slot._replace(room=change.room or slot.room or absent.room)


def _opened(change: OtherDays) -> Iterator[PlannedSlot]:
    if change.starts is not None and change.ends is not None and change.minutes:
        for slot in _cut(WorkHours(1, change.starts, change.ends, change.minutes, visit_type=change.visit_type)):
            yield slot._replace(room=change.room)


@lru_cache(maxsize=4096)  # the same hours are cut for every week
def _cut(hours: WorkHours) -> tuple[PlannedSlot, ...]:
    """Return the visits of the hours; what is left at their end is too short for one."""
    return tuple(
        PlannedSlot(starts, hours.minutes, hours.visit_type, hours.form, hours.audience)
        for starts in range(hours.starts, hours.ends - hours.minutes + 1, hours.minutes)
    )


def _without_overlaps(slots: Iterable[PlannedSlot]) -> Iterator[PlannedSlot]:
    """Yield the slots that overlap none before them in the list."""
    taken: list[PlannedSlot] = []
    for slot in slots:
        if all(slot.ends <= other.starts or other.ends <= slot.starts for other in taken):
            taken.append(slot)
            yield slot


def applies(hours: WorkHours, day: date) -> bool:
    """Return whether a row of the template is for a day."""
    return (
        hours.weekday == day.isoweekday()
        and is_within(hours.valid_from, day, hours.valid_until)
        and _is_of(hours.weeks, day.isocalendar().week)
        and _is_of(hours.dates, day.day)
        and (hours.on_holidays or not is_holiday(day))
    )


def is_within(first: date | None, day: date, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _is_of(parity: Parity, number: int) -> bool:
    return parity is Parity.ALL or (number % 2 == 0) == (parity is Parity.EVEN)


def moment_of(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time, given in minutes after midnight. An hour that a zone skips counts on."""
    midnight = datetime.combine(day, time(), zone)
    return (midnight + timedelta(minutes=minutes)).astimezone(UTC)
