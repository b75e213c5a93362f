"""Publish the days of the weekly template as slots: at each clinic's hour one day more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.clinic_file.records import DayChange, Parity
from bot.core.clinic import Audience, VisitForm, VisitType
from bot.core.clock import Clock
from storage.database.connection import Connection, Database, Row
from storage.database.rows import seconds
from storage.registry.store import queries
from storage.registry.timetable import END_OF_DAY, OtherDays, PlannedSlot, Practice, WorkHours, moment_of, plan_day

MOST_DAYS = 64
"""days of practices that one unit of work opens: a thousand or two of slots, some hundredths of a second"""
TAKEN_OVER_AFTER = timedelta(minutes=1)
"""after which the bot goes on with what an import has left: by then it has ended or was killed"""
KEEP_OPENINGS = timedelta(days=2)
"""entries of the feed of openings, whose readers ask every few seconds"""
DETAILS = ("form", "audience", "room")
"""what may change of a slot that stays"""

SlotRow = dict[str, Any]
"""the columns of a slot, of type int or str"""


class ClinicDays(NamedTuple):
    """The local days of a clinic that are to be published, both included."""

    id: int
    zone: ZoneInfo
    today: date
    last_day: date

    @property
    def length(self) -> int:
        return (self.last_day - self.today).days + 1

    def dates(self) -> list[date]:
        return [self.today + timedelta(days=ahead) for ahead in range(self.length)]


@dataclass(frozen=True, slots=True)
class Template:
    """What the slots of a practice are planned by: its own hours, the exceptions, and those it stands in for."""

    id: int
    code: str
    doctor: str
    specialty: int
    clinic: ClinicDays
    others: Sequence[OtherDays] = ()
    practices: Mapping[int, Practice] = field(default_factory=dict)
    """by id; without the practice itself it has no template, and nobody publishes its days"""

    def plan(self, day: date) -> list[SlotRow]:
        practice = self.practices.get(self.id)
        if practice is None:
            return []
        slots = plan_day(practice, day, self.others, self.practices)
        return [*_slot_rows(self, day, slots)] if slots else []


class OpenDays(NamedTuple):
    """What of a practice is published from today on, and its slots ahead."""

    days: frozenset[str]
    slots: Sequence[Row] = ()


@dataclass(slots=True)
class SlotChanges:
    """What brings the slots of a practice up to its template; what is booked or held stays as it is."""

    days: list[str] = field(default_factory=list)
    """to be published"""
    new: list[SlotRow] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)
    booked: list[str] = field(default_factory=list)
    """the local day of each booked slot that the template no longer has, by its start"""

    @property
    def counts(self) -> Replanned:
        return Replanned(len(self.new), len(self.withdrawn), tuple(self.booked))


class Replanned(NamedTuple):
    """What has changed of a practice: new and withdrawn slots, and the days of ``SlotChanges.booked``."""

    new: int
    withdrawn: int
    booked: tuple[str, ...]


class Publisher:
    """The job of the embedded registry that opens the next days."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._published: dict[int, date] = {}
        """until which day each clinic is published; an import publishes what it adds by itself"""

    async def publish(self) -> int:
        """Publish what is missing at every clinic, finish what an import has left; return the number of new slots."""
        now = self._clock.now()
        new = await self._finish_import(now)
        rows = await self._database.read(queries.list_publishing_clinics)
        clinics = [days_to_publish(row, now) for row in rows]
        due = [clinic for clinic in clinics if self._published.get(clinic.id) != clinic.last_day]
        await self._database.write(lambda connection: end_reservations(connection, now))
        return new + sum([await self._publish_clinic(clinic, now) for clinic in due])

    async def _finish_import(self, now: datetime) -> int:
        new, before = 0, seconds(now - TAKEN_OVER_AFTER)
        while rows := await self._database.read(partial(queries.list_replans, before=before, limit=1)):
            found = await self._database.write(partial(replan, practices=[row["doctor_id"] for row in rows], now=now))
            new += sum(each.new for each in found)
        return new

    async def _publish_clinic(self, clinic: ClinicDays, now: datetime) -> int:
        rows = await self._database.read(partial(queries.list_practices, clinic=clinic.id))
        slots = 0
        # Of most practices one day is missing; a new clinic has all of them to open.
        for practices in in_units([row["id"] for row in rows], clinic.length):
            slots += await self._database.write(partial(publish_missing, practices=practices, now=now))
        self._published[clinic.id] = clinic.last_day
        return slots


def in_units(practices: Sequence[int], days: int) -> Iterator[list[int]]:
    """Yield the practices whose days one unit of work opens."""
    left = iter(practices)
    while unit := list(islice(left, max(MOST_DAYS // max(days, 1), 1))):
        yield unit


def days_to_publish(row: Row, now: datetime) -> ClinicDays:
    """Return what is due: the newest day opens at the clinic's hour, whole, as all of it is within the horizon."""
    zone = ZoneInfo(row["zone"])
    local = now.astimezone(zone)
    newest = timedelta(seconds=row["horizon"]).days - 1
    if local.hour * 60 + local.minute < row["publish_at"]:
        newest -= 1
    today = local.date()
    return ClinicDays(row["clinic_id"], zone, today, today + timedelta(days=max(newest, 0)))


async def end_reservations(connection: Connection, now: datetime) -> None:
    """Delete the reservations that are over, and the oldest of the feed of openings."""
    for row in list(await queries.delete_expired_reservations(connection, now=seconds(now))):
        await queries.add_opening(connection, slot=row["slot_id"], now=seconds(now))
    await queries.delete_old_openings(connection, before=seconds(now - KEEP_OPENINGS))


async def publish_missing(connection: Connection, practices: Sequence[int], now: datetime) -> int:
    """Publish the days of practices that are not published yet; return the number of new slots."""
    slots = 0
    for practice in practices:
        template = await read_template(connection, practice, now)
        changes = plan_missing(template, await _read_days(connection, template))
        await _write_changes(connection, template, changes, now)
        slots += len(changes.new)
    return slots


async def add_new_slots(connection: Connection, slots: Sequence[SlotRow], now: datetime) -> None:
    """Add slots that are free, each with its opening."""
    newest = await queries.find_newest_slot(connection)
    await queries.add_planned_slots(connection, slots)
    await queries.add_openings_after(connection, newest=newest["id"], now=seconds(now))


async def replan(connection: Connection, practices: Sequence[int], now: datetime) -> list[Replanned]:
    """Bring the slots of practices up to their templates and publish what is missing; their marks are deleted."""
    found = []
    for practice in practices:
        template = await read_template(connection, practice, now)
        changes = plan_changes(template, await read_open_days(connection, template, now), now)
        await _write_changes(connection, template, changes, now)
        await queries.delete_replan(connection, practice=practice)
        found.append(changes.counts)
    return found


async def _write_changes(connection: Connection, template: Template, changes: SlotChanges, now: datetime) -> None:
    withdrawn = [{"slot": slot} for slot in changes.withdrawn]
    if withdrawn:
        await queries.mark_slots_blocked(connection, withdrawn)
        await queries.delete_unused_slots(connection, withdrawn)
    if changes.days:
        days = [{"doctor": template.id, "local_day": day} for day in changes.days]
        await queries.add_published(connection, days)
    if changes.new:
        await add_new_slots(connection, changes.new, now)
    if changes.details:
        await queries.save_slot_details(connection, changes.details)


# --- the plan ---------------------------------------------------------------------------------------------------------


def plan_missing(template: Template, open_days: OpenDays) -> SlotChanges:
    """Plan the days that are not published; a practice without a template keeps the slots that it has."""
    changes = SlotChanges()
    if template.id not in template.practices:
        return changes
    for day in template.clinic.dates():
        if (text := day.isoformat()) not in open_days.days:
            changes.days.append(text)
            changes.new += template.plan(day)
    return changes


def plan_changes(template: Template, open_days: OpenDays, now: datetime) -> SlotChanges:
    """Plan the published days again, and those that are missing."""
    changes = plan_missing(template, open_days)
    if not open_days.slots and not open_days.days:
        return changes
    planned = {_key(row): row for row in _plan_again(template, open_days, now)}
    existing = {_key(row): row for row in open_days.slots}
    extra = [row for key, row in existing.items() if key not in planned]
    taken = [row for row in extra if row["status"] != "FREE" or row["held"]]
    changes.withdrawn = [row["id"] for row in extra if row["status"] == "FREE" and not row["held"]]
    changes.new += [row for key, row in planned.items() if key not in existing and _is_open(row, taken)]
    same = [(existing[key], row) for key, row in planned.items() if key in existing]
    changes.details = [
        {"slot": old["id"]} | {name: new[name] for name in DETAILS} for old, new in same if _differ(old, new)
    ]
    changes.booked = [row["local_day"] for row in extra if row["status"] == "BUSY"]
    return changes


def _plan_again(template: Template, open_days: OpenDays, now: datetime) -> Iterator[SlotRow]:
    """Yield the slots ahead that the published days should have."""
    since = seconds(now)
    for day in sorted(open_days.days):
        yield from (row for row in template.plan(date.fromisoformat(day)) if row["starts_at"] > since)


# --- reading ----------------------------------------------------------------------------------------------------------


async def read_template(connection: Connection, practice: int, now: datetime) -> Template:
    row = await queries.find_practice(connection, practice=practice)
    clinic = days_to_publish(row, now)
    others = await _read_other_days(connection, clinic)
    stood_in = {other.practice for other in others if other.substitute == practice and other.practice}
    found = [await _read_practice(connection, each, others) for each in {practice, *stood_in}]
    return Template(
        id=practice,
        code=row["code"] or "",
        doctor=" ".join(part for part in (row["family"], row["given"], row["patronymic"]) if part),
        specialty=row["specialty_id"],
        clinic=clinic,
        others=others,
        practices={each.id: each for each in found if each is not None},
    )


async def read_open_days(connection: Connection, template: Template, now: datetime) -> OpenDays:
    """Return what is published. Without a published day there are no slots either."""
    found = await _read_days(connection, template)
    rows = await queries.list_slots_ahead(connection, practice=template.id, now=seconds(now))
    return found._replace(slots=rows)


async def _read_days(connection: Connection, template: Template) -> OpenDays:
    first_day = template.clinic.today.isoformat()
    rows = await queries.list_published(connection, practice=template.id, first_day=first_day)
    return OpenDays(frozenset(row["local_day"] for row in rows))


async def _read_practice(connection: Connection, practice: int, others: Sequence[OtherDays]) -> Practice | None:
    """Return a practice that works by the template: the timetable or an exception names it, and nobody has ended it."""
    row = await queries.find_practice(connection, practice=practice)
    hours = tuple(map(_read_hours, await queries.list_hours(connection, practice=practice)))
    is_named = hours or any(practice in {other.practice, other.substitute} for other in others)
    if row["retired"] or not is_named:
        return None
    return Practice(
        id=practice,
        specialty=row["specialty_id"],
        hours=hours,
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_until"]),
        room=row["room"],
    )


async def _read_other_days(connection: Connection, clinic: ClinicDays) -> list[OtherDays]:
    """Return the exceptions of a clinic that are not over."""
    rows = await queries.list_other_days(connection, clinic=clinic.id, today=clinic.today.isoformat())
    return [
        OtherDays(
            first_day=date.fromisoformat(row["first_day"]),
            last_day=date.fromisoformat(row["last_day"]),
            what=DayChange(row["what"]),
            practice=row["doctor_id"],
            starts=row["starts"],
            ends=row["ends"],
            minutes=row["minutes"],
            substitute=row["substitute_id"],
            room=row["room"],
            visit_type=VisitType(row["visit_type"] or VisitType.PLANNED),
        )
        for row in rows
    ]


def _read_hours(row: Row) -> WorkHours:
    return WorkHours(
        weekday=row["weekday"],
        starts=row["starts"],
        ends=row["ends"],
        minutes=row["minutes"],
        weeks=Parity(row["weeks"]),
        dates=Parity(row["dates"]),
        visit_type=VisitType(row["visit_type"]),
        form=VisitForm(row["form"]),
        audience=Audience(row["audience"]),
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_until"]),
        on_holidays=bool(row["on_holidays"]),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


# --- rows -------------------------------------------------------------------------------------------------------------


def _slot_rows(template: Template, day: date, slots: Sequence[PlannedSlot]) -> Iterator[SlotRow]:
    clinic, local_day = template.clinic, day.isoformat()
    moment = _moments_of(day, clinic.zone)
    for starts, minutes, visit_type, form, audience, room in slots:
        yield {
            "doctor_id": template.id,
            "clinic_id": clinic.id,
            "specialty_id": template.specialty,
            "starts_at": moment(starts),
            "ends_at": moment(starts + minutes),
            "local_day": local_day,
            # The driver takes a plain text much faster than one of a subclass.
            "visit_type": visit_type.value,
            "form": form.value,
            "audience": audience.value,
            "room": room,
        }


def _moments_of(day: date, zone: ZoneInfo) -> Callable[[int], int]:
    """Return what turns minutes after the local midnight into seconds since 1970."""
    midnight = seconds(moment_of(day, 0, zone))
    if seconds(moment_of(day, END_OF_DAY, zone)) == midnight + END_OF_DAY * 60:
        return lambda minutes: midnight + minutes * 60
    return lambda minutes: seconds(moment_of(day, minutes, zone))


Key = tuple[int, int, str]
"""start, end and kind: slots of a practice that have all of it in common are one slot"""


def _key(row: Row | SlotRow) -> Key:
    return row["starts_at"], row["ends_at"], row["visit_type"]


def _differ(old: Row, new: SlotRow) -> bool:
    return any(old[name] != new[name] for name in DETAILS)


def _is_open(row: SlotRow, taken: Sequence[Row]) -> bool:
    """Return whether no slot that stays overlaps a new one."""
    return all(row["ends_at"] <= other["starts_at"] or other["ends_at"] <= row["starts_at"] for other in taken)
