"""The clinic's own side of the registry: its staff list, cancel and move visits."""

from __future__ import annotations

from datetime import date, datetime

from bot.clinics.port import Booking, ClinicVisit, NotFound, SlotIsTaken
from bot.core.clock import Clock
from bot.core.readable import Readable, read_each
from bot.glossary import ClinicRef, SlotRef
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import seconds
from storage.registry.rows import RegistryCipher, RegistrySlot, RegistryVisit, row_id
from storage.registry.rules import require_target
from storage.registry.store import find_slot, list_recent_visits, queries, take_slot


class RegistryDesk:
    """The embedded ``ClinicDesk``. A slot that the desk empties becomes BLOCKED: the clinic sees no patients then."""

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._cipher = RegistryCipher(cipher, index)

    async def visits(self, clinic: ClinicRef, day: date) -> Readable[ClinicVisit]:
        rows = await self._database.read(
            lambda connection: queries.list_visits_of_day(connection, clinic=row_id(clinic), day=day.isoformat())
        )
        return read_each(rows, self._cipher.read_desk_visit)

    async def visit(self, clinic: ClinicRef, number: int) -> ClinicVisit:
        row = await self._database.read(lambda connection: _require_visit(connection, clinic, number))
        return self._cipher.read_desk_visit(row)

    async def cancel_visit(self, clinic: ClinicRef, number: int, reason: str) -> Booking:
        async def cancel(connection: Connection) -> Booking:
            visit = self._cipher.read_visit(await _require_visit(connection, clinic, number))
            await queries.cancel_visit(connection, booking=number, reason=self._cipher.seal_reason(visit.uid, reason))
            return await self._publish(connection, visit)

        return await self._database.write(cancel)

    async def move_visit(self, clinic: ClinicRef, number: int, slot: SlotRef) -> Booking:
        async def move(connection: Connection) -> Booking:
            now = self._clock.now()
            visit = self._cipher.read_visit(await _require_visit(connection, clinic, number))
            others = await list_recent_visits(connection, self._cipher, row_id(visit.booking.person), now)
            target = require_target(await find_slot(connection, slot), visit, others, now)
            await _take_free_slot(connection, target, now)
            await queries.move_visit(connection, booking=number, slot=target.id)
            return await self._publish(connection, visit)

        return await self._database.write(move)

    async def _publish(self, connection: Connection, visit: RegistryVisit) -> Booking:
        """Block the slot that the visit had, add the visit to the change feed and return its booking."""
        await queries.set_slot_status(connection, slot=visit.slot, was="BUSY", status="BLOCKED")
        await queries.add_change(connection, booking=visit.id, now=seconds(self._clock.now()))
        return self._cipher.read_booking(await queries.find_visit(connection, booking=visit.id))


async def _take_free_slot(connection: Connection, target: RegistrySlot, now: datetime) -> None:
    """Take a slot for a visit that already has its row. Raises SlotIsTaken if a hold has not expired yet."""
    await queries.delete_expired_hold(connection, slot=target.id, now=seconds(now))
    if await queries.find_hold(connection, slot=target.id):
        raise SlotIsTaken
    await take_slot(connection, target.id)


async def _require_visit(connection: Connection, clinic: ClinicRef, booking: int) -> Row:
    row: Row | None = await queries.find_desk_visit(connection, clinic=row_id(clinic), booking=booking)
    if row is None:
        raise NotFound
    return row
