"""The registry's other side of the counter: what the clinic's own people see of its visits and change in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.clinics.port import Booking, NotFound, SlotIsTaken, VisitOnDesk
from bot.core.clock import Clock
from bot.glossary import ClinicRef, SlotRef
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import seconds
from storage.registry.rows import Place, Seals, Visit, row_id
from storage.registry.rules import require_movable
from storage.registry.store import find_place, queries, take_slot, visits_of


class RegistryDesk:
    """ports.ClinicDesk. A slot that the desk empties is BLOCKED: the clinic does not see patients then."""

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._seals = Seals(cipher, index)

    async def visits(self, clinic: ClinicRef, day: date) -> Sequence[VisitOnDesk]:
        rows = await self._database.read(
            lambda connection: queries.list_visits_of_day(connection, clinic=row_id(clinic), day=day.isoformat())
        )
        return [self._seals.desk_visit(row) for row in rows]

    async def visit(self, clinic: ClinicRef, number: int) -> VisitOnDesk:
        row = await self._database.read(lambda connection: _require_visit(connection, clinic, number))
        return self._seals.desk_visit(row)

    async def cancel_visit(self, clinic: ClinicRef, number: int, reason: str) -> Booking:
        async def cancel(connection: Connection) -> Booking:
            visit = self._seals.visit(await _require_visit(connection, clinic, number))
            await queries.cancel_visit(connection, booking=number, reason=self._seals.reason(visit.uid, reason))
            return await self._changed(connection, visit)

        return await self._database.write(cancel)

    async def move_visit(self, clinic: ClinicRef, number: int, slot: SlotRef) -> Booking:
        async def move(connection: Connection) -> Booking:
            now = self._clock.now()
            visit = self._seals.visit(await _require_visit(connection, clinic, number))
            others = await visits_of(connection, self._seals, row_id(visit.booking.person), now)
            target = require_movable(await find_place(connection, slot), visit, others, now)
            await _clear(connection, target, now)
            await queries.move_visit(connection, booking=number, slot=target.id)
            return await self._changed(connection, visit)

        return await self._database.write(move)

    async def _changed(self, connection: Connection, visit: Visit) -> Booking:
        """Close the time that the visit had and tell the feed."""
        await queries.turn_slot(connection, slot=visit.slot, was="BUSY", status="BLOCKED")
        await queries.add_change(connection, booking=visit.id, now=seconds(self._clock.now()))
        return self._seals.booking(await queries.find_visit(connection, booking=visit.id))


async def _clear(connection: Connection, target: Place, now: datetime) -> None:
    """Take a free slot for a visit that has its row already. A hold that is still running is respected."""
    await queries.delete_expired_hold(connection, slot=target.id, now=seconds(now))
    if await queries.find_hold(connection, slot=target.id):
        raise SlotIsTaken
    await take_slot(connection, target.id)


async def _require_visit(connection: Connection, clinic: ClinicRef, booking: int) -> Row:
    row: Row | None = await queries.find_desk_visit(connection, clinic=row_id(clinic), booking=booking)
    if row is None:
        raise NotFound
    return row
