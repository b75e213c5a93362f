"""The clinic's own side of hours that close: visits are called off, other times kept for them, and all of it undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinics.port import NotFound, Refused
from bot.clinics.schedule_port import Closure, DayHours, DeskDoctor, NothingToClose, Reopened, VisitToCall
from bot.clinics.visits_at_desk import ClinicVisit
from bot.core.clock import Clock
from bot.core.people import PersonName
from bot.core.readable import Readable, read_each
from bot.glossary import BookingRef, ClinicRef, DoctorRef, SlotRef
from storage.database.connection import Connection, Database, Row
from storage.database.rows import moment, seconds
from storage.registry.doctors import read_doctor_facts
from storage.registry.offers import NOTHING, OfferPlace, keep_alternatives, replace_offers
from storage.registry.publishing import replan
from storage.registry.rows import RegistryCipher, RegistrySlot, read_instead, row_id
from storage.registry.rules import require_restorable
from storage.registry.store import find_referral, find_slot, list_recent_visits, queries
from storage.registry.timetable import moment_of

GIVEN_BACK, GONE, STILL_CLOSED = "given back", "gone", "still closed"
"""what becomes of a visit when its hours open again"""


class DeskPractice(NamedTuple):
    """A row of ``find_desk_practice`` with what the desk's changes ask of it."""

    row: Row

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.row["zone"])

    @property
    def doctor(self) -> DeskDoctor:
        return read_desk_doctor(self.row)

    def bounds(self, span: DayHours, now: datetime) -> dict[str, int]:
        """Return the values of a query for the slots of a span."""
        since, until = (moment_of(span.day, minutes, self.zone) for minutes in (span.starts, span.ends))
        return {"doctor": self.row["id"], "since": seconds(since), "until": seconds(until), "now": seconds(now)}


def read_desk_doctor(row: Row) -> DeskDoctor:
    name = PersonName(row["family"], row["given"], row["patronymic"])
    ref = DoctorRef(str(row["id"]))
    return DeskDoctor(
        row["id"], name, row["specialty"], row["room"], read_doctor_facts(row), ref, row["specialty_code"]
    )


async def require_practice(connection: Connection, clinic: ClinicRef, doctor: int) -> DeskPractice:
    row: Row | None = await queries.find_desk_practice(connection, clinic=row_id(clinic), doctor=doctor)
    if row is None:
        raise NotFound
    return DeskPractice(row)


async def close_free_slot(connection: Connection, slot: int) -> None:
    """Block a FREE slot, with the holds of it; ``end_reservations`` comes next."""
    await queries.delete_holds_of_slot(connection, slot=slot)
    await queries.set_slot_status(connection, slot=slot, was="FREE", status="BLOCKED")


async def end_reservations(connection: Connection, cipher: RegistryCipher, slots: Sequence[int], now: datetime) -> None:
    """End the reservations of slots that were closed; those for whom they were kept get other times, or are told."""
    await replace_offers(connection, cipher, slots, now)
    for slot in slots:
        await queries.delete_reservation_of_slot(connection, slot=slot)


async def add_day_change(connection: Connection, booking: int, now: datetime, undo_until: datetime | None) -> None:
    """Add a visit to the feed of changes, for a change that is undone only with that of its whole day."""
    what = {"booking": booking, "now": seconds(now), "was_slot": None, "undo_until": seconds(undo_until)}
    await queries.add_change(connection, **what)


class ClosingDesk:
    """The part of the embedded ``ClinicDesk`` about hours that close."""

    _database: Database
    _cipher: RegistryCipher
    _clock: Clock

    async def touched(self, clinic: ClinicRef, doctor: int, span: DayHours) -> Readable[ClinicVisit]:
        async def look(connection: Connection) -> list[Row]:
            practice = await require_practice(connection, clinic, doctor)
            return list(await queries.list_visits_of_span(connection, **practice.bounds(span, self._clock.now())))

        return read_each(await self._database.read(look), self._cipher.read_desk_visit)

    async def close(
        self, clinic: ClinicRef, doctor: int, span: DayHours, reason: str, undo_until: datetime | None = None
    ) -> Closure:
        async def close(connection: Connection) -> Closure:
            now = self._clock.now()
            practice = await require_practice(connection, clinic, doctor)
            bounds = practice.bounds(span, now)
            slots = list(await queries.list_slots_of_span(connection, **bounds))
            await self._require_something(connection, practice, span, slots)
            visits = list(await queries.list_visits_of_span(connection, **bounds))
            free = [slot["id"] for slot in slots if slot["status"] == "FREE"]
            for each in free:
                await close_free_slot(connection, each)
            await end_reservations(connection, self._cipher, free, now)
            place = OfferPlace(practice.row["clinic_id"], practice.row["specialty_id"], practice.zone)
            begins = moment_of(span.day, 0, practice.zone)
            kept = await keep_alternatives(connection, self._cipher, place, visits, begins, now)
            number = await self._add_closure(connection, practice, span, reason, now)
            booking_of = {visit["slot_id"]: visit["id"] for visit in visits}
            for slot in slots:
                booking = booking_of.get(slot["id"])
                offer = {"closure": number, "slot": slot["id"], "booking": booking} | kept.get(booking or 0, NOTHING)
                await queries.add_closed_slot(connection, **offer)
            for visit in visits:
                await self._call_off(connection, visit, reason, now, undo_until)
            return await _require_closure(connection, clinic, number)

        return await self._database.write(close)

    async def _require_something(
        self, connection: Connection, practice: DeskPractice, span: DayHours, slots: Sequence[Row]
    ) -> None:
        """A day that is not published yet may be closed by a practice with a template, and only once."""
        if slots:
            return
        where = {"doctor": practice.row["id"], "clinic": practice.row["clinic_id"], "day": span.day.isoformat()}
        days = {"first_day": where["day"], "last_day": where["day"]}
        published = await queries.list_desk_times(
            connection, doctor=where["doctor"], clinic=where["clinic"], now=seconds(self._clock.now()), **days
        )
        if (
            list(published)
            or not practice.row["has_template"]
            or list(await queries.list_closures(connection, **where))
        ):
            raise NothingToClose
        if moment_of(span.day, span.ends, practice.zone) <= self._clock.now():
            raise NothingToClose

    async def _add_closure(
        self, connection: Connection, practice: DeskPractice, span: DayHours, reason: str, now: datetime
    ) -> int:
        hours = {"starts": None, "ends": None} if span.is_whole_day else {"starts": span.starts, "ends": span.ends}
        exception = await queries.add_desk_exception(
            connection,
            doctor=practice.row["id"],
            first_day=span.day.isoformat(),
            last_day=span.day.isoformat(),
            what="CLOSED",
            minutes=None,
            substitute=None,
            room="",
            visit_type=None,
            **hours,
        )
        added = await queries.add_closure(
            connection,
            clinic=practice.row["clinic_id"],
            doctor=practice.row["id"],
            day=span.day.isoformat(),
            starts=span.starts,
            ends=span.ends,
            reason=reason,
            exception=exception and exception["id"],
            now=seconds(now),
        )
        return int(added["id"])

    async def _call_off(
        self, connection: Connection, visit: Row, reason: str, now: datetime, undo_until: datetime | None
    ) -> None:
        sealed = self._cipher.seal_reason(visit["uid"], reason)
        await queries.cancel_visit(connection, booking=visit["id"], reason=sealed)
        await queries.release_referral(connection, booking=visit["id"])
        await queries.set_slot_status(connection, slot=visit["slot_id"], was="BUSY", status="BLOCKED")
        await add_day_change(connection, visit["id"], now, undo_until)

    async def closures(self, clinic: ClinicRef, doctor: int, day: date) -> Sequence[Closure]:
        async def look(connection: Connection) -> list[Closure]:
            where = {"clinic": row_id(clinic), "doctor": doctor, "day": day.isoformat()}
            rows = list(await queries.list_closures(connection, **where))
            return [await _require_closure(connection, clinic, row["id"]) for row in rows]

        return await self._database.read(look)

    async def closure(self, clinic: ClinicRef, number: int) -> Closure:
        return await self._database.read(lambda connection: _require_closure(connection, clinic, number))

    async def closed_visits(self, clinic: ClinicRef, number: int) -> Readable[VisitToCall]:
        async def look(connection: Connection) -> list[Row]:
            await _require_closure(connection, clinic, number)
            return list(await queries.list_closed_visits(connection, closure=number, now=seconds(self._clock.now())))

        return read_each(await self._database.read(look), self._read_closed)

    def _read_closed(self, row: Row) -> VisitToCall:
        phone = self._cipher.read_phone(row)
        return VisitToCall(
            self._cipher.read_desk_visit(row), phone, moment(row["called_at"]), read_instead(row), bool(row["rebooked"])
        )

    async def set_called(self, clinic: ClinicRef, number: int, visit: int, *, called: bool) -> None:
        async def note(connection: Connection) -> None:
            await _require_closure(connection, clinic, number)
            at = seconds(self._clock.now()) if called else None
            await queries.set_called(connection, closure=number, booking=visit, at=at)

        await self._database.write(note)

    async def reopen(self, clinic: ClinicRef, number: int, chosen: Collection[BookingRef]) -> Reopened:
        async def reopen(connection: Connection) -> Reopened:
            now, count = self._clock.now(), Counter[str]()
            ended = await queries.close_closure(connection, closure=number, clinic=row_id(clinic), now=seconds(now))
            if ended is None:
                raise NotFound
            await queries.delete_exception(connection, exception=ended["exception_id"] or 0)
            where = {"doctor": ended["doctor_id"], "clinic": ended["clinic_id"], "day": ended["local_day"]}
            others = list(await queries.list_closures(connection, **where))
            for row in list(await queries.list_closed_slots(connection, closure=number)):
                became = await self._open_again(
                    connection, row, chosen, _covering(others, ended["local_day"], row), now
                )
                count[became] += row["booking_id"] is not None
            if ended["exception_id"] is not None:
                # The template opens what was not published because the day was closed; a stand-in takes it over.
                days = {"first_day": where["day"], "last_day": where["day"]}
                named = {"clinic": where["clinic"], "doctor": where["doctor"]}
                stand_ins = await queries.list_stand_ins_of_days(connection, **named, **days)
                others_too = {row["substitute_id"] for row in stand_ins}
                await replan(connection, [ended["doctor_id"], *sorted(others_too)], now)
            return Reopened(count[GIVEN_BACK], count[GONE], count[STILL_CLOSED])

        return await self._database.write(reopen)

    async def _open_again(
        self, connection: Connection, row: Row, chosen: Collection[BookingRef], other: int | None, now: datetime
    ) -> str:
        """Open a slot that a closing has blocked; return what becomes of its visit.

        ``other`` is the closing that covers the slot as well. Whoever wants the visit and cannot have it keeps the row,
        and with it what is kept instead.
        """
        of_slot = {"closure": row["closure_id"], "slot": row["slot_id"]}
        if other is not None:
            await queries.move_closed_slot(connection, **of_slot, other=other)
            return STILL_CLOSED
        is_wanted = row["booking_id"] is not None and str(row["booking_id"]) not in chosen
        is_back, slot = False, await find_slot(connection, SlotRef(str(row["slot_id"])))
        if slot is not None and slot.status == "BLOCKED" and slot.starts_at > now:
            is_back = is_wanted and await self._gives_back(connection, row["booking_id"], slot, now)
            if not is_back:
                await queries.set_slot_status(connection, slot=slot.id, was="BLOCKED", status="FREE")
                await queries.add_opening(connection, slot=slot.id, now=seconds(now))
        if is_back or not is_wanted:
            await queries.delete_closed_slot(connection, **of_slot)
            await _let_go(connection, row["offer_key"], now)
        return GIVEN_BACK if is_back else GONE

    async def _gives_back(self, connection: Connection, booking: int, slot: RegistrySlot, now: datetime) -> bool:
        """Put a visit back into its slot; return whether it stands again."""
        visit = self._cipher.read_visit(await queries.find_visit(connection, booking=booking))
        if visit.booking.status != "CANCELLED":
            return False
        person = row_id(visit.booking.person)
        try:
            require_restorable(slot, visit, await list_recent_visits(connection, self._cipher, person, now), now)
        except Refused:
            return False
        referral = await find_referral(connection, person, slot, booking)
        await queries.set_slot_status(connection, slot=slot.id, was="BLOCKED", status="BUSY")
        await queries.restore_visit(connection, booking=booking, slot=slot.id)
        if referral is not None:
            await queries.save_referral(connection, referral=referral, booking=booking)
        await add_day_change(connection, booking, now, None)
        return True


def _covering(others: Sequence[Row], day: str, slot: Row) -> int | None:
    """Return one of the other closings of a day that covers a slot, None if none does."""
    for other in others:
        zone, local_day = ZoneInfo(other["zone"]), date.fromisoformat(day)
        since, until = (seconds(moment_of(local_day, other[edge], zone)) for edge in ("starts", "ends"))
        if slot["starts_at"] < until and slot["ends_at"] > since:
            return int(other["id"])
    return None


async def _let_go(connection: Connection, key: str | None, now: datetime) -> None:
    row = None if key is None else await queries.delete_reservation(connection, key=key)
    if row is not None:
        await queries.add_opening(connection, slot=row["slot_id"], now=seconds(now))


async def _require_closure(connection: Connection, clinic: ClinicRef, number: int) -> Closure:
    row = await queries.find_closure(connection, closure=number, clinic=row_id(clinic))
    if row is None:
        raise NotFound
    doctor = read_desk_doctor({**dict(row), "id": row["doctor_id"]})
    span = DayHours(date.fromisoformat(row["local_day"]), row["starts"], row["ends"])
    return Closure(row["id"], doctor, span, row["reason"], row["visits"], row["kept"])
