"""The clinic's own side of a doctor who is late: whom the desk has telephoned."""

from __future__ import annotations

from bot.clinics.schedule_port import DayHours, VisitToCall
from bot.core.readable import Readable, read_each
from bot.glossary import ClinicRef
from storage.database.connection import Connection, Row
from storage.database.rows import moment, seconds
from storage.registry.closing import require_practice
from storage.registry.desk_tables import DeskTables, require_visit
from storage.registry.store import queries


class LateDesk(DeskTables):
    """The part of the embedded ``ClinicDesk`` about a doctor who is late."""

    async def late_visits(self, clinic: ClinicRef, doctor: int, span: DayHours) -> Readable[VisitToCall]:
        async def look(connection: Connection) -> list[Row]:
            practice = await require_practice(connection, clinic, doctor)
            return list(await queries.list_visits_of_span(connection, **practice.bounds(span, self._clock.now())))

        return read_each(await self._database.read(look), self._read_late)

    def _read_late(self, row: Row) -> VisitToCall:
        phone = self._cipher.read_phone(row)
        return VisitToCall(self._cipher.read_desk_visit(row), phone, moment(row["called_at"]))

    async def set_late_called(self, clinic: ClinicRef, visit: int, *, called: bool) -> None:
        async def note(connection: Connection) -> None:
            await require_visit(connection, clinic, visit)
            at = seconds(self._clock.now()) if called else None
            await queries.set_late_called(connection, booking=visit, at=at)

        await self._database.write(note)

    async def clear_late_calls(self, clinic: ClinicRef, doctor: int, span: DayHours) -> None:
        async def clear(connection: Connection) -> None:
            practice = await require_practice(connection, clinic, doctor)
            await queries.clear_late_calls(connection, **practice.bounds(span, self._clock.now()))

        await self._database.write(clear)
