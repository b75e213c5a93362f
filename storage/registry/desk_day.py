"""The day at the registry's desk: visits that it books, people who come, and the mark of a benefit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.clinics.desk_port import ClinicVisit, DeskFree, DoctorDayFigures, SlotIsOffered
from bot.clinics.port import Booking, BookingStatus, NotFound
from bot.core.people import PersonName
from bot.core.timing import MOSCOW, local_day
from bot.glossary import ClinicRef, DoctorRef, SlotRef
from storage.database.connection import Connection, Row
from storage.database.rows import seconds
from storage.registry.desk_tables import DeskTables, require_person, require_visit
from storage.registry.offers import is_kept_for, let_offers_go, replace_offers
from storage.registry.rows import read_slot, row_id
from storage.registry.rules import require_allowed, require_at_desk
from storage.registry.store import find_slot, list_recent_visits, occupy_slot, queries, require_referral, take_slot

CAME = (BookingStatus.CHECKED_IN, BookingStatus.FULFILLED)


class DayDesk(DeskTables):
    async def figures(self, clinic: ClinicRef, since: date, until: date) -> Sequence[DoctorDayFigures]:
        wanted = {"clinic": row_id(clinic), "since": since.isoformat(), "until": until.isoformat()}

        async def look(connection: Connection) -> tuple[list[Row], list[Row]]:
            days = list(await queries.list_figures(connection, **wanted))
            return days, list(await queries.count_outcomes(connection, **wanted))

        days, outcomes = await self._database.read(look)
        known = {(row["doctor_id"], row["local_day"], row["status"]): int(row["visits"]) for row in outcomes}

        def count(row: Row, *statuses: BookingStatus) -> int:
            return sum(known.get((row["doctor_id"], row["local_day"], status), 0) for status in statuses)

        return [
            DoctorDayFigures(
                number=row["doctor_id"],
                doctor=PersonName(row["family"], row["given"], row["patronymic"]),
                specialty=row["specialty"],
                day=date.fromisoformat(row["local_day"]),
                slots=int(row["slots"]) + count(row, BookingStatus.NO_SHOW),
                booked=int(row["booked"]) + count(row, BookingStatus.NO_SHOW),
                came=count(row, *CAME),
                missed=count(row, BookingStatus.NO_SHOW),
                cancelled=count(row, BookingStatus.CANCELLED),
                specialty_code=row["specialty_code"],
            )
            for row in days
        ]

    async def free_slots(
        self, clinic: ClinicRef, person: int, doctor: DoctorRef, since: datetime, until: datetime
    ) -> Sequence[DeskFree]:
        async def look(connection: Connection) -> list[Row]:
            known = self._cipher.open_person(await require_person(connection, clinic, person))
            wanted = {
                "clinic": row_id(clinic),
                "doctor": row_id(doctor),
                "infant_until": known.infant_until,
                "person": person,
            }
            bounds = {"since": seconds(since), "until": seconds(until), "now": seconds(self._clock.now())}
            return list(await queries.list_desk_slots(connection, **wanted, **bounds))

        return [DeskFree(read_slot(tuple(row)[:6]), bool(row["offered"])) for row in await self._database.read(look)]

    async def book_visit(
        self, clinic: ClinicRef, person: int, slot: SlotRef, *, gives_away: bool = False
    ) -> ClinicVisit:
        async def book(connection: Connection) -> Row:
            now = self._clock.now()
            known = self._cipher.open_person(await require_person(connection, clinic, person))
            target = require_at_desk(await find_slot(connection, slot), row_id(clinic), now)
            recent = await list_recent_visits(connection, self._cipher, person, now)
            require_allowed(target, known, recent, now, local_day(now, MOSCOW))
            is_reserved = target.reserved_until is not None and target.reserved_until > now
            if is_reserved and not gives_away and not await is_kept_for(connection, target.id, person, now):
                raise SlotIsOffered
            referral = await require_referral(connection, person, target)
            await let_offers_go(connection, person, target.specialty, now)
            await replace_offers(connection, self._cipher, [target.id], now)
            booking = await occupy_slot(connection, None, known, target, now)
            await take_slot(connection, target.id)
            if referral is not None:
                await queries.save_referral(connection, referral=referral, booking=booking)
            row = await require_visit(connection, clinic, booking)
            await self._add_change(connection, self._cipher.read_visit(row))
            return row

        return self._cipher.read_desk_visit(await self._database.write(book))

    async def check_in(self, clinic: ClinicRef, number: int, undo_until: datetime | None = None) -> Booking:
        return await self._mark(clinic, number, BookingStatus.BOOKED, BookingStatus.CHECKED_IN, undo_until)

    async def fulfil(self, clinic: ClinicRef, number: int) -> Booking:
        return await self._mark(clinic, number, BookingStatus.NO_SHOW, BookingStatus.FULFILLED)

    async def set_priority(self, clinic: ClinicRef, number: int, has_priority: bool) -> None:
        async def save(connection: Connection) -> None:
            visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
            await queries.save_priority(connection, person=row_id(visit.booking.person), priority=int(has_priority))

        await self._database.write(save)

    async def _mark(
        self,
        clinic: ClinicRef,
        number: int,
        was: BookingStatus,
        status: BookingStatus,
        undo_until: datetime | None = None,
    ) -> Booking:
        """Change the status of a visit and nothing else. Raises NotFound unless its status is ``was``."""

        async def mark(connection: Connection) -> Booking:
            visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
            now = seconds(self._clock.now())
            if await queries.mark_visit(connection, booking=number, was=was, status=status, now=now) is None:
                raise NotFound
            if was is BookingStatus.NO_SHOW:
                await queries.set_slot_status(connection, slot=visit.slot, was="BLOCKED", status="BUSY")
            return await self._add_change(connection, visit, undo_until)

        return await self._database.write(mark)
