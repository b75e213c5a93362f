"""The clinic's own side of schedules: a doctor's week, hours that open, rooms, and stand-ins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clinics.port import NotFound
from bot.clinics.schedule_port import DayHours, DeskDoctor, DeskTime, NothingToStandInFor, StandIn, StoodIn, TimeState
from bot.core.ages import age_on
from bot.core.clinic import Audience, VisitForm, VisitType
from bot.core.clock import Clock
from bot.core.timing import day_bounds
from bot.glossary import ClinicRef
from storage.database.connection import Connection, Database, Row
from storage.database.rows import moment, seconds
from storage.registry.closing import (
    DeskPractice,
    add_day_change,
    close_free_slot,
    end_reservations,
    read_desk_doctor,
    require_practice,
)
from storage.registry.rows import RegistryCipher, row_id
from storage.registry.stand_ins import list_open_hours, list_stand_in_hours
from storage.registry.store import queries
from storage.registry.timetable import moment_of

WHOLE_DAY: Mapping[str, int | None] = {"starts": None, "ends": None, "minutes": None}
FOR_GOOD = date(9999, 12, 31)
"""the last day of a stand-in without an end"""

Slot = dict[str, Any]
"""the columns of a slot, of type int or str"""


class SchedulingDesk:
    """The part of the embedded ``ClinicDesk`` about schedules."""

    _database: Database
    _cipher: RegistryCipher
    _clock: Clock

    async def doctors(self, clinic: ClinicRef) -> Sequence[DeskDoctor]:
        rows = await self._database.read(
            lambda connection: queries.list_desk_doctors(connection, clinic=row_id(clinic))
        )
        return [read_desk_doctor(row) for row in rows]

    async def times(
        self, clinic: ClinicRef, doctor: int, first: date, last: date
    ) -> tuple[DeskDoctor, Sequence[DeskTime]]:
        async def look(connection: Connection) -> tuple[DeskDoctor, Sequence[DeskTime]]:
            practice = await require_practice(connection, clinic, doctor)
            days = {"first_day": first.isoformat(), "last_day": last.isoformat(), "now": seconds(self._clock.now())}
            rows = await queries.list_desk_times(connection, clinic=row_id(clinic), doctor=doctor, **days)
            return practice.doctor, [_read_time(row) for row in rows]

        return await self._database.read(look)

    async def open_hours(
        self,
        clinic: ClinicRef,
        doctor: int,
        span: DayHours,
        minutes: int,
        visit_type: VisitType = VisitType.PLANNED,
    ) -> int:
        async def open_(connection: Connection) -> int:
            practice, now = await require_practice(connection, clinic, doctor), self._clock.now()
            bounds = practice.bounds(span, now)
            taken = list(await queries.list_slots_of_span(connection, **bounds))
            starts = range(span.starts, span.ends - minutes + 1, minutes)
            wanted = [_new_slot(practice, span.day, start, minutes, visit_type) for start in starts]
            opened = [
                await _open_slot(connection, slot, now)
                for slot in wanted
                if slot["starts_at"] > seconds(now) and not any(_overlap(slot, other) for other in taken)
            ]
            if any(opened):
                hours = {"starts": span.starts, "ends": span.ends, "minutes": minutes}
                await _add_exception(connection, practice, span.day, span.day, "OPEN", hours, visit_type=visit_type)
            return sum(opened)

        return await self._database.write(open_)

    async def set_room(
        self, clinic: ClinicRef, doctor: int, day: date, room: str, undo_until: datetime | None = None
    ) -> int:
        async def change(connection: Connection) -> int:
            practice, now = await require_practice(connection, clinic, doctor), self._clock.now()
            bounds = practice.bounds(DayHours(day), now)
            for slot in list(await queries.list_slots_of_span(connection, **bounds)):
                await queries.set_slot_room(connection, slot=slot["id"], room=room)
            visits = list(await queries.list_visits_of_span(connection, **bounds))
            for visit in visits:
                await add_day_change(connection, visit["id"], now, undo_until)
            await _add_exception(connection, practice, day, day, "ROOM", room=room)
            return len(visits)

        return await self._database.write(change)

    async def list_stand_ins(self, clinic: ClinicRef, doctor: int) -> Sequence[DeskDoctor]:
        async def look(connection: Connection) -> Sequence[DeskDoctor]:
            practice = await require_practice(connection, clinic, doctor)
            whose = {"clinic": row_id(clinic), "specialty": practice.row["specialty_id"], "doctor": doctor}
            return [read_desk_doctor(row) for row in await queries.list_stand_ins(connection, **whose)]

        return await self._database.read(look)

    async def stand_in(
        self,
        clinic: ClinicRef,
        doctor: int,
        substitute: int,
        first: date,
        last: date | None,
        undo_until: datetime | None = None,
    ) -> StoodIn:
        async def change(connection: Connection) -> StoodIn:
            now = self._clock.now()
            absent = await require_practice(connection, clinic, doctor)
            other = await require_practice(connection, clinic, substitute)
            if doctor == substitute or absent.row["specialty_id"] != other.row["specialty_id"]:
                raise NotFound
            since, _until = day_bounds(first, absent.zone)
            _since, until = day_bounds(last or FOR_GOOD.replace(day=30), absent.zone)
            bounds = {"doctor": doctor, "since": seconds(since), "until": seconds(until), "now": seconds(now)}
            slots = list(await queries.list_slots_of_span(connection, **bounds))
            await _require_something(connection, absent, slots, first, last)
            visit_of = {row["slot_id"]: row for row in await queries.list_visits_of_span(connection, **bounds)}
            busy = await _busy_times(connection, substitute, first, now)
            moved, unresolved = 0, []
            for slot in slots:
                visit = visit_of.get(slot["id"])
                if visit is None:
                    await _hand_over_free(connection, slot, other, absent, busy, now)
                elif await self._hand_over(connection, slot, visit, other, absent, busy):
                    await add_day_change(connection, visit["id"], now, undo_until)
                    moved += 1
                else:
                    unresolved.append(visit["id"])
            free = [slot["id"] for slot in slots if slot["status"] == "FREE"]
            await end_reservations(connection, self._cipher, free, now)
            await _add_exception(connection, absent, first, last or FOR_GOOD, "SUBSTITUTE", substitute=substitute)
            return StoodIn(moved, unresolved)

        return await self._database.write(change)

    async def stood_in_by(self, clinic: ClinicRef, doctor: int, first: date, last: date) -> Sequence[StandIn]:
        where = row_id(clinic), doctor, first, last
        return await self._database.read(lambda connection: list_stand_in_hours(connection, *where))

    async def _hand_over(
        self,
        connection: Connection,
        slot: Row,
        visit: Row,
        other: DeskPractice,
        absent: DeskPractice,
        busy: Sequence[Row | Slot],
    ) -> bool:
        """Move a visit to the stand-in; return whether that is possible."""
        person = self._cipher.open_person(await queries.find_person(connection, person=visit["person_id"]))
        age = age_on(person.birth_date, date.fromisoformat(slot["local_day"]))
        if not other.row["min_age"] <= age <= other.row["max_age"]:
            return False
        in_the_way = [each for each in busy if _overlap(slot, each)]
        if not in_the_way:
            added = await queries.add_slot(connection, **_copy(slot, other, absent), status="BUSY")
            target = added and added["id"]
        else:
            target = _own_time(slot, in_the_way, other)
            if target is not None:
                await queries.set_slot_status(connection, slot=target, was="FREE", status="BUSY")
        if target is None:
            return False
        await queries.move_visit(connection, booking=visit["id"], slot=target)
        await queries.set_slot_status(connection, slot=slot["id"], was="BUSY", status="BLOCKED")
        return True


async def _require_something(
    connection: Connection, absent: DeskPractice, slots: Sequence[Row], day: date, last: date | None
) -> None:
    """Raise NothingToStandInFor for one day without an open time; one that is not published yet has some."""
    if slots or day != last:
        return
    where = {"clinic": absent.row["clinic_id"], "doctor": absent.row["id"]}
    days = {"first_day": day.isoformat(), "last_day": day.isoformat(), "now": 0}
    if list(await queries.list_desk_times(connection, **where, **days)):
        raise NothingToStandInFor
    if not await list_open_hours(connection, **where, day=day):
        raise NothingToStandInFor


async def _busy_times(connection: Connection, doctor: int, first: date, now: datetime) -> list[Row | Slot]:
    """Return the times of a doctor from now on, and the hours that are closed, in which nobody is seen."""
    times = await queries.list_times_of_doctor(connection, doctor=doctor, since=seconds(now), now=seconds(now))
    closures = await queries.list_closures_of_doctor(connection, doctor=doctor, first_day=first.isoformat())
    return [*times, *map(_closed_hours, closures)]


def _closed_hours(closure: Row) -> Slot:
    day, zone = date.fromisoformat(closure["local_day"]), ZoneInfo(closure["zone"])
    starts, ends = (seconds(moment_of(day, closure[edge], zone)) for edge in ("starts", "ends"))
    return {"id": 0, "doctor_id": 0, "starts_at": starts, "ends_at": ends, "status": "BLOCKED", "taken": 1}


async def _hand_over_free(
    connection: Connection,
    slot: Row,
    other: DeskPractice,
    absent: DeskPractice,
    busy: Sequence[Row | Slot],
    now: datetime,
) -> None:
    await close_free_slot(connection, slot["id"])
    if any(_overlap(slot, each) for each in busy):
        return
    added = await queries.add_slot(connection, **_copy(slot, other, absent), status="FREE")
    if added is not None:
        await queries.add_opening(connection, slot=added["id"], now=seconds(now))


def _own_time(slot: Row, in_the_way: Sequence[Row | Slot], other: DeskPractice) -> int | None:
    """Return the stand-in's own free time of the same hours, None if the doctor is not free then."""
    [only, *more] = in_the_way
    is_same = (only["starts_at"], only["ends_at"]) == (slot["starts_at"], slot["ends_at"])
    is_free = only["status"] == "FREE" and not only["taken"] and only["doctor_id"] == other.row["id"]
    return int(only["id"]) if is_same and is_free and not more else None


def _copy(slot: Row, other: DeskPractice, absent: DeskPractice) -> Slot:
    """Return the columns of the same time for the stand-in, in the room of the doctor who is away."""
    same = ("clinic_id", "specialty_id", "starts_at", "ends_at", "local_day", "visit_type", "form", "audience")
    return {name: slot[name] for name in same} | {
        "doctor_id": other.row["id"],
        "room": slot["room"] or absent.row["room"],
    }


def _new_slot(practice: DeskPractice, day: date, starts: int, minutes: int, visit_type: VisitType) -> Slot:
    return {
        "doctor_id": practice.row["id"],
        "clinic_id": practice.row["clinic_id"],
        "specialty_id": practice.row["specialty_id"],
        "starts_at": seconds(moment_of(day, starts, practice.zone)),
        "ends_at": seconds(moment_of(day, starts + minutes, practice.zone)),
        "local_day": day.isoformat(),
        "visit_type": visit_type,
        "form": VisitForm.IN_PERSON,
        "audience": Audience.ALL,
        "room": "",
    }


async def _open_slot(connection: Connection, slot: Slot, now: datetime) -> bool:
    """Add a free slot, or open the one that was blocked; return whether there is one now."""
    added = await queries.add_slot(connection, **slot, status="FREE")
    if added is None:
        where = {"doctor": slot["doctor_id"], "starts_at": slot["starts_at"], "visit_type": slot["visit_type"]}
        blocked = await queries.find_slot_at(connection, **where)
        added = await queries.set_slot_status(connection, slot=blocked["id"], was="BLOCKED", status="FREE")
    if added is None:
        return False
    await queries.add_opening(connection, slot=added["id"], now=seconds(now))
    return True


async def _add_exception(
    connection: Connection,
    practice: DeskPractice,
    first: date,
    last: date,
    what: str,
    hours: Mapping[str, int | None] = WHOLE_DAY,
    *,
    substitute: int | None = None,
    room: str = "",
    visit_type: VisitType | None = None,
) -> None:
    await queries.add_desk_exception(
        connection,
        doctor=practice.row["id"],
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        what=what,
        substitute=substitute,
        room=room,
        visit_type=visit_type,
        **hours,
    )


def _overlap(one: Row | Slot, other: Row | Slot) -> bool:
    return bool(one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"])


def _read_time(row: Row) -> DeskTime:
    if row["status"] == "FREE":
        state = TimeState.HELD if row["held"] else TimeState.OFFERED if row["reserved"] else TimeState.FREE
    else:
        state = TimeState.BOOKED if row["status"] == "BUSY" else TimeState.CLOSED
    day = date.fromisoformat(row["local_day"])
    return DeskTime(
        moment(row["starts_at"]), moment(row["ends_at"]), state, day, row["room"], VisitType(row["visit_type"])
    )
