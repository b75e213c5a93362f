"""The clinic's own side of the registry: its staff list, find, cancel and move visits."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.clinics.desk_port import (
    ClinicVisit,
    DeskReferral,
    EmptyDay,
    FitsName,
    NumberIsTaken,
)
from bot.clinics.port import LIVE, Booking, BookingStatus, InsuredPerson, NotFound, PolicyClaim, Referral, SlotIsTaken
from bot.clinics.reserving import NO_RESERVATION
from bot.core.readable import Readable, read_each
from bot.core.refs import draw_ref
from bot.core.timing import MOSCOW, local_day
from bot.glossary import BookingRef, ClinicRef, SlotRef, SpecialtyRef
from storage.database.connection import Connection, Row
from storage.database.crypto import make_uid
from storage.database.places import in_places
from storage.database.rows import moment, seconds
from storage.registry.closing import ClosingDesk
from storage.registry.desk_day import DayDesk
from storage.registry.desk_tables import require_visit
from storage.registry.enrolling import EnrollingDesk
from storage.registry.late import LateDesk
from storage.registry.persons import READ_AT_ONCE, RegistryPersons
from storage.registry.rows import RegistrySlot, RegistryVisit, compared, row_id
from storage.registry.rules import require_restorable, require_target, require_unreserved
from storage.registry.schedules import SchedulingDesk
from storage.registry.store import (
    find_referral,
    find_slot,
    free_slot,
    list_recent_visits,
    queries,
    take_slot,
)


class RegistryDesk(RegistryPersons, DayDesk, ClosingDesk, SchedulingDesk, LateDesk, EnrollingDesk):
    """The embedded ``ClinicDesk``. A slot that the desk empties becomes BLOCKED: the clinic sees no patients then."""

    async def visits(self, clinic: ClinicRef, day: date) -> Readable[ClinicVisit]:
        rows = await self._database.read(
            lambda connection: queries.list_visits_of_day(connection, clinic=row_id(clinic), day=day.isoformat())
        )
        return read_each(rows, self._cipher.read_desk_visit)

    async def find(self, clinic: ClinicRef, since: date, fits: FitsName, limit: int) -> Readable[ClinicVisit]:
        found: Readable[ClinicVisit] = Readable()
        start, after, more = 0, 0, True
        while more and len(found) < limit:
            rows = await self._list_from(clinic, since, start, after)
            opened = read_each(rows, lambda row: self._cipher.read_desk_visit(row) if self._fits(row, fits) else None)
            found.extend(visit for visit in opened if visit is not None)
            found.unreadable += opened.unreadable
            more = len(rows) == READ_AT_ONCE
            if more:
                start, after = rows[-1]["starts_at"], rows[-1]["id"]
        del found[limit:]
        return found

    async def _list_from(self, clinic: ClinicRef, since: date, start: int, after: int) -> list[Row]:
        return list(
            await self._database.read(
                lambda connection: queries.list_visits_from(
                    connection,
                    clinic=row_id(clinic),
                    day=since.isoformat(),
                    start=start,
                    after=after,
                    limit=READ_AT_ONCE,
                )
            )
        )

    def _fits(self, row: Row, fits: FitsName) -> bool:
        return fits(self._cipher.read_name(row))

    async def empty_day(self, clinic: ClinicRef, day: date) -> EmptyDay:
        async def look(connection: Connection) -> EmptyDay:
            where = {"clinic": row_id(clinic), "day": day.isoformat()}
            following = await queries.find_next_busy_day(connection, **where)
            is_planned = await queries.find_slot_of_day(connection, **where) is not None
            is_last = await queries.find_slot_after_day(connection, **where) is None
            return EmptyDay(not is_planned and not is_last, following and date.fromisoformat(following["local_day"]))

        return await self._database.read(look)

    async def visit(self, clinic: ClinicRef, number: int) -> ClinicVisit:
        async def look(connection: Connection) -> ClinicVisit:
            visit = self._cipher.read_desk_visit(await require_visit(connection, clinic, number))
            change = await queries.find_last_change_of_visit(connection, booking=number)
            # A change of a whole day is undone as a whole: by opening it again.
            undo_until = moment(change["undo_until"]) if change["was_slot"] is not None else None
            is_in = visit.booking.status is BookingStatus.CHECKED_IN
            arrived_at = moment(change["arrived_at"]) if is_in else None
            return visit._replace(booking=replace(visit.booking, undo_until=undo_until), arrived_at=arrived_at)

        return await self._database.read(look)

    async def visit_of(self, clinic: ClinicRef, booking: BookingRef) -> ClinicVisit:
        return await self.visit(clinic, row_id(booking))

    async def visits_of(self, clinic: ClinicRef, bookings: Sequence[BookingRef]) -> Readable[ClinicVisit]:
        async def look(connection: Connection) -> dict[int, Row]:
            found: dict[int, Row] = {}
            for some in in_places(map(row_id, bookings)):
                rows = await queries.list_desk_visits(connection, clinic=row_id(clinic), **some)
                found |= {row["id"]: row for row in rows}
            return found

        rows = await self._database.read(look)
        ordered = [rows[each] for each in map(row_id, bookings) if each in rows]
        return read_each(ordered, self._cipher.read_desk_visit)

    async def enter_person(self, clinic: ClinicRef, claim: PolicyClaim) -> InsuredPerson:
        async def enter(connection: Connection) -> InsuredPerson:
            number = self._cipher.policy_index(claim.policy_number)
            if (row := await queries.find_person_by_policy(connection, number=number)) is None:
                uid = make_uid()
                sealed = self._cipher.seal_person(uid, claim.name, claim.birth_date, claim.policy_number)
                whose = {"sex": claim.sex, "clinic": row_id(clinic)}
                await queries.add_confirmed_person(connection, uid=uid, number=number, person=sealed, **whose)
                row = await queries.find_person_by_policy(connection, number=number)
            return compared(claim, self._cipher.open_person(row), local_day(self._clock.now(), MOSCOW))

        return await self._database.write(enter)

    async def cancel_visit(
        self, clinic: ClinicRef, number: int, reason: str, undo_until: datetime | None = None
    ) -> Booking:
        async def cancel(connection: Connection) -> Booking:
            visit = await self._require_live(connection, clinic, number)
            await queries.cancel_visit(connection, booking=number, reason=self._cipher.seal_reason(visit.uid, reason))
            await queries.release_referral(connection, booking=number)
            return await self._publish(connection, visit, undo_until)

        return await self._database.write(cancel)

    async def move_visit(
        self, clinic: ClinicRef, number: int, slot: SlotRef, undo_until: datetime | None = None
    ) -> Booking:
        async def move(connection: Connection) -> Booking:
            now = self._clock.now()
            visit = await self._require_live(connection, clinic, number)
            others = await list_recent_visits(connection, self._cipher, row_id(visit.booking.person), now)
            target = require_target(await find_slot(connection, slot), visit, others, now)
            await _take_free_slot(connection, target, now)
            await queries.move_visit(connection, booking=number, slot=target.id)
            await queries.clear_arrival(connection, booking=number, was=visit.slot)
            return await self._publish(connection, visit, undo_until)

        return await self._database.write(move)

    async def undo(self, clinic: ClinicRef, number: int) -> Booking:
        async def undo(connection: Connection) -> Booking:
            now = self._clock.now()
            visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
            change = await queries.find_last_change_of_visit(connection, booking=number)
            if _is_arrival(visit, change, now):
                back = {"was": BookingStatus.CHECKED_IN, "status": BookingStatus.BOOKED}
                await queries.mark_visit(connection, booking=number, now=seconds(now), **back)
                return await self._add_change(connection, visit)
            was = _undoable(visit, change, now)
            others = await list_recent_visits(connection, self._cipher, row_id(visit.booking.person), now)
            target = require_restorable(await find_slot(connection, SlotRef(str(was))), visit, others, now)
            referral = await find_referral(connection, row_id(visit.booking.person), target, number)
            await queries.set_slot_status(connection, slot=target.id, was="BLOCKED", status="BUSY")
            await queries.restore_visit(connection, booking=number, slot=target.id)
            if referral is not None:
                await queries.save_referral(connection, referral=referral, booking=number)
            if target.id != visit.slot:
                await free_slot(connection, visit.slot, now)
            return await self._add_change(connection, visit)

        return await self._database.write(undo)

    async def referrals(self, clinic: ClinicRef, number: int) -> Sequence[DeskReferral]:
        async def look(connection: Connection) -> list[Row]:
            visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
            whose = {"person": row_id(visit.booking.person), "clinic": row_id(clinic)}
            return list(await queries.list_desk_referrals(connection, **whose))

        rows = await self._database.read(look)
        return [
            DeskReferral(row["id"], self._cipher.read_referral(row), row["specialty"], row["specialty_code"])
            for row in rows
        ]

    async def refer(
        self, clinic: ClinicRef, number: int, specialty: SpecialtyRef, until: date, printed: str = ""
    ) -> Referral:
        async def add(connection: Connection) -> Referral:
            visit = await self._require_live(connection, clinic, number)
            row = await require_visit(connection, clinic, number)
            today = local_day(self._clock.now(), ZoneInfo(row["zone"]))
            what = {"person": row_id(visit.booking.person), "specialty": row_id(specialty)}
            days = {"issued_on": today.isoformat(), "valid_until": until.isoformat()}
            given = await queries.find_same_referral(connection, **what, **days, clinic=row_id(clinic))
            if given is not None and printed and self._cipher.read_referral(given).number != printed:
                given = None  # another form for the same days
            from_whom = self._cipher.read_desk_visit(row).doctor.with_initials
            while given is None:
                uid, on_form = make_uid(), printed or f"Н-{draw_ref(secrets.choice).replace('-', '')}"
                given = await queries.add_desk_referral(
                    connection,
                    **what,
                    **days,
                    uid=uid,
                    clinic=row_id(clinic),
                    index=self._cipher.referral_index(on_form),
                    referral=self._cipher.seal_referral(uid, on_form, from_whom),
                )
                if given is None and printed:
                    raise NumberIsTaken
            return self._cipher.read_referral(given)

        return await self._database.write(add)

    async def withdraw_referral(self, clinic: ClinicRef, number: int, referral: int) -> Referral:
        async def withdraw(connection: Connection) -> Referral:
            visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
            whose = {"person": row_id(visit.booking.person), "clinic": row_id(clinic)}
            row = await queries.delete_desk_referral(connection, referral=referral, **whose)
            if row is None:
                raise NotFound
            return self._cipher.read_referral(row)

        return await self._database.write(withdraw)

    async def _require_live(self, connection: Connection, clinic: ClinicRef, number: int) -> RegistryVisit:
        visit = self._cipher.read_visit(await require_visit(connection, clinic, number))
        if visit.booking.status not in LIVE:
            raise NotFound
        return visit

    async def _publish(self, connection: Connection, visit: RegistryVisit, undo_until: datetime | None) -> Booking:
        """Block the slot that the visit had, add the visit to the change feed and return its booking."""
        await queries.set_slot_status(connection, slot=visit.slot, was="BUSY", status="BLOCKED")
        return await self._add_change(connection, visit, undo_until)


def _undoable(visit: RegistryVisit, change: Row, now: datetime) -> int:
    """Return the slot that the desk's last change has taken the visit from. Raises NotFound if it is final."""
    if change["undo_until"] is None or moment(change["undo_until"]) <= now:
        raise NotFound
    if change["was_slot"] is None:
        raise NotFound  # of a whole day, which is undone as a whole
    was_cancelled = change["was_slot"] == visit.slot
    if was_cancelled == (visit.booking.status in LIVE):
        raise NotFound  # the person has changed the visit since
    return int(change["was_slot"])


def _is_arrival(visit: RegistryVisit, change: Row, now: datetime) -> bool:
    """Return whether the last change is a check-in that may still be undone."""
    if change["undo_until"] is None or moment(change["undo_until"]) <= now:
        return False
    return visit.booking.status is BookingStatus.CHECKED_IN and bool(change["was_slot"] == visit.slot)


async def _take_free_slot(connection: Connection, target: RegistrySlot, now: datetime) -> None:
    """Take a slot for a visit that already has its row. Raises SlotIsTaken if it is still held or reserved."""
    await queries.delete_expired_hold(connection, slot=target.id, now=seconds(now))
    if await queries.find_hold(connection, slot=target.id):
        raise SlotIsTaken
    require_unreserved(target, NO_RESERVATION, now)
    await queries.delete_reservation_of_slot(connection, slot=target.id)
    await take_slot(connection, target.id)
