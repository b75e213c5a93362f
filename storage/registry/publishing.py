"""Publish the days of the weekly template as slots: at each clinic's hour one day more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.clinic_file.records import DayChange, Parity
from bot.core.clinic import Audience, VisitForm, VisitType
from bot.core.clock import Clock
from storage.database.connection import Connection, Database, Row
from storage.database.rows import seconds
from storage.registry.store import queries
from storage.registry.timetable import OtherDays, PlannedSlot, Practice, WorkHours, moment_of, plan_day

DAYS_AT_ONCE = 16
"""days of practices that one unit of work publishes: some hundreds of slots"""
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


class Published(NamedTuple):
    days: int
    slots: int


class Replanned(NamedTuple):
    """What a changed template has changed: new and withdrawn slots, and the booked ones that it no longer has."""

    new: int
    withdrawn: int
    booked: Sequence[int]


class Publisher:
    """The job of the embedded registry that opens the next days."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._published: dict[int, date] = {}
        """until which day each clinic is published; an import publishes what it adds by itself"""

    async def publish(self) -> int:
        """Publish what is missing at every clinic; return the number of new slots."""
        now = self._clock.now()
        rows = await self._database.read(queries.list_publishing_clinics)
        clinics = [days_to_publish(row, now) for row in rows]
        due = [clinic for clinic in clinics if self._published.get(clinic.id) != clinic.last_day]
        await self._database.write(lambda connection: end_reservations(connection, now))
        return sum([await self._publish_clinic(clinic, now) for clinic in due])

    async def _publish_clinic(self, clinic: ClinicDays, now: datetime) -> int:
        slots, more = 0, True
        while more:
            new = await self._database.write(lambda connection: publish_missing(connection, clinic, now, DAYS_AT_ONCE))
            slots, more = slots + new.slots, new.days == DAYS_AT_ONCE
        self._published[clinic.id] = clinic.last_day
        return slots


def days_to_publish(row: Row, now: datetime) -> ClinicDays:
    """Return what is due: the newest day opens at the clinic's hour, whole, as all of it is within the horizon."""
    zone = ZoneInfo(row["zone"])
    local = now.astimezone(zone)
    newest = timedelta(seconds=row["horizon"]).days - 1
    if local.hour * 60 + local.minute < row["publish_at"]:
        newest -= 1
    today = local.date()
    return ClinicDays(row["id"], zone, today, today + timedelta(days=max(newest, 0)))


async def end_reservations(connection: Connection, now: datetime) -> None:
    """Delete the reservations that are over, and the oldest of the feed of openings."""
    for row in list(await queries.delete_expired_reservations(connection, now=seconds(now))):
        await queries.add_opening(connection, slot=row["slot_id"], now=seconds(now))
    await queries.delete_old_openings(connection, before=seconds(now - KEEP_OPENINGS))


async def publish_missing(
    connection: Connection, clinic: ClinicDays, now: datetime, limit: int | None = None
) -> Published:
    """Publish at most ``limit`` days of practices that are not published yet, the earliest first."""
    practices = await read_practices(connection, clinic.id)
    rows = await queries.list_published(connection, clinic=clinic.id, first_day=clinic.today.isoformat())
    published = {(row["doctor_id"], row["local_day"]) for row in rows}
    missing = [
        (practice, day)
        for day in _days(clinic)
        for practice in practices.values()
        if (practice.id, day.isoformat()) not in published
    ][:limit]
    if not missing:
        return Published(0, 0)
    others = await read_other_days(connection, clinic)
    slots = [
        _slot_row(clinic, practice, day, slot)
        for practice, day in missing
        for slot in plan_day(practice, day, others, practices)
    ]
    days = [{"doctor": practice.id, "local_day": day.isoformat()} for practice, day in missing]
    await queries.add_published(connection, days)
    await add_new_slots(connection, slots, now)
    return Published(len(missing), len(slots))


async def add_new_slots(connection: Connection, slots: Sequence[SlotRow], now: datetime) -> None:
    """Add slots that are free, each with its opening."""
    newest = await queries.find_newest_slot(connection)
    await queries.add_planned_slots(connection, slots)
    await queries.add_openings_after(connection, newest=newest["id"], now=seconds(now))


async def replan(connection: Connection, clinic: ClinicDays, changed: Collection[int], now: datetime) -> Replanned:
    """Bring the published days of changed practices up to the template; what is booked or held stays as it is."""
    planned = {_key(row): row for row in await _plan_again(connection, clinic, changed, now)}
    rows = await queries.list_slots_from(connection, clinic=clinic.id, now=seconds(now))
    existing = {_key(row): row for row in rows if row["doctor_id"] in changed}
    extra = [row for key, row in existing.items() if key not in planned]
    withdrawn = [{"slot": row["id"]} for row in extra if row["status"] == "FREE" and not row["held"]]
    await queries.mark_slots_blocked(connection, withdrawn)
    await queries.delete_unused_slots(connection, withdrawn)
    taken: dict[int, list[Row]] = defaultdict(list)
    for row in extra:
        if row["status"] != "FREE" or row["held"]:
            taken[row["doctor_id"]].append(row)
    new = [row for key, row in planned.items() if key not in existing and _is_open(row, taken[key[0]])]
    await add_new_slots(connection, new, now)
    same = [(existing[key], row) for key, row in planned.items() if key in existing]
    await queries.save_slot_details(
        connection,
        [{"slot": old["id"]} | {name: new[name] for name in DETAILS} for old, new in same if _differ(old, new)],
    )
    return Replanned(len(new), len(withdrawn), [row["id"] for row in extra if row["status"] == "BUSY"])


async def _plan_again(
    connection: Connection, clinic: ClinicDays, changed: Collection[int], now: datetime
) -> list[SlotRow]:
    """Return the slots ahead that changed practices should have on their published days."""
    practices = await read_practices(connection, clinic.id)
    others = await read_other_days(connection, clinic)
    rows = await queries.list_published(connection, clinic=clinic.id, first_day=clinic.today.isoformat())
    days = [
        (practices[row["doctor_id"]], date.fromisoformat(row["local_day"]))
        for row in rows
        if row["doctor_id"] in changed and row["doctor_id"] in practices
    ]
    slots = [
        _slot_row(clinic, practice, day, slot)
        for practice, day in days
        for slot in plan_day(practice, day, others, practices)
    ]
    return [slot for slot in slots if slot["starts_at"] > seconds(now)]


async def read_practices(connection: Connection, clinic: int) -> dict[int, Practice]:
    """Return the practices of a clinic that work by the template, by id."""
    hours: dict[int, list[WorkHours]] = defaultdict(list)
    for row in await queries.list_hours(connection, clinic=clinic):
        hours[row["doctor_id"]].append(_read_hours(row))
    return {
        row["id"]: Practice(
            id=row["id"],
            specialty=row["specialty_id"],
            hours=tuple(hours[row["id"]]),
            valid_from=_day(row["valid_from"]),
            valid_until=_day(row["valid_until"]),
            room=row["room"],
        )
        for row in await queries.list_practices(connection, clinic=clinic)
    }


async def read_other_days(connection: Connection, clinic: ClinicDays) -> list[OtherDays]:
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


def _days(clinic: ClinicDays) -> list[date]:
    return [clinic.today + timedelta(days=ahead) for ahead in range((clinic.last_day - clinic.today).days + 1)]


def _slot_row(clinic: ClinicDays, practice: Practice, day: date, slot: PlannedSlot) -> SlotRow:
    return {
        "doctor_id": practice.id,
        "clinic_id": clinic.id,
        "specialty_id": practice.specialty,
        "starts_at": seconds(moment_of(day, slot.starts, clinic.zone)),
        "ends_at": seconds(moment_of(day, slot.ends, clinic.zone)),
        "local_day": day.isoformat(),
        "visit_type": slot.visit_type,
        "form": slot.form,
        "audience": slot.audience,
        "room": slot.room,
    }


Key = tuple[int, int, int, str]
"""practice, start, end and kind: slots that have all of it in common are one slot"""


def _key(row: Row | SlotRow) -> Key:
    return row["doctor_id"], row["starts_at"], row["ends_at"], row["visit_type"]


def _differ(old: Row, new: SlotRow) -> bool:
    return any(old[name] != new[name] for name in DETAILS)


def _is_open(row: SlotRow, taken: Sequence[Row]) -> bool:
    """Return whether no slot that stays overlaps a new one."""
    return all(row["ends_at"] <= other["starts_at"] or other["ends_at"] <= row["starts_at"] for other in taken)
