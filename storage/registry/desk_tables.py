"""What every part of the registry's desk uses: its visits, its people and the feed of its changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.clinics.port import Booking, NotFound
from bot.core.clock import Clock
from bot.glossary import ClinicRef
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import seconds
from storage.registry.rows import RegistryCipher, RegistryVisit, row_id
from storage.registry.store import queries


class DeskTables:
    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._cipher = RegistryCipher(cipher, index)

    async def _add_change(
        self, connection: Connection, visit: RegistryVisit, undo_until: datetime | None = None
    ) -> Booking:
        await queries.add_change(
            connection,
            booking=visit.id,
            now=seconds(self._clock.now()),
            was_slot=visit.slot,
            undo_until=seconds(undo_until),
        )
        booking = self._cipher.read_booking(await queries.find_visit(connection, booking=visit.id))
        return replace(booking, undo_until=undo_until)


async def require_visit(connection: Connection, clinic: ClinicRef, booking: int) -> Row:
    row: Row | None = await queries.find_desk_visit(connection, clinic=row_id(clinic), booking=booking)
    if row is None:
        raise NotFound
    return row


async def require_person(connection: Connection, clinic: ClinicRef, person: int) -> Row:
    row: Row | None = await queries.find_clinic_person(connection, clinic=row_id(clinic), person=person)
    if row is None:
        raise NotFound
    return row
