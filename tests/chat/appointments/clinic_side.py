"""Changes of a visit on the clinic's side that no desk of the bot can make: statements on the registry and its feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from storage.database.connection import Connection
from storage.database.rows import seconds
from tests.chat.town import Town


@dataclass(frozen=True, slots=True)
class ClinicSide:
    """One visit in the registry: ``booking`` is its row."""

    town: Town
    booking: int

    @classmethod
    async def of_newest(cls, town: Town) -> Self:
        """Return the visit that the bot has booked last."""
        [row] = await town.app.store.database.read(
            lambda connection: connection.fetch("SELECT max(id) AS id FROM registry_bookings WHERE key IS NOT NULL", {})
        )
        return cls(town, row["id"])

    async def state(self, sql: str, **values: object) -> None:
        """Change the registry, add the change to its feed, let the bot read the feed and send its messages."""
        await self.state_quietly(sql, **values)
        await self.tell()

    async def state_quietly(self, sql: str, **values: object) -> None:
        """Change the registry so that its feed does not say so."""
        known = {"booking": self.booking, **values}

        async def change(connection: Connection) -> None:
            for statement in sql.split(";"):
                await connection.execute(statement, known)

        await self.town.app.store.database.write(change)

    async def tell(self) -> None:
        now = seconds(self.town.clock.now())
        await self.state_quietly("INSERT INTO registry_changes (booking_id, made_at) VALUES (:booking, :now)", now=now)
        await self.town.app.services.clinic_changes.sync()
        await self.town.app.outbox.sweep()

    async def slot(self, assignments: str) -> None:
        """Change columns of the visit's slot."""
        await self.state(
            f"UPDATE registry_slots SET {assignments} "  # noqa: S608 - the tests' own SQL
            "WHERE id = (SELECT slot_id FROM registry_bookings WHERE id = :booking)"
        )

    async def room(self, room: str) -> None:
        """Change the room of the visit's doctor."""
        await self.state(
            "UPDATE registry_doctors SET room = :room WHERE id = "
            "(SELECT s.doctor_id FROM registry_slots s JOIN registry_bookings b ON b.slot_id = s.id "
            "WHERE b.id = :booking)",
            room=room,
        )

    async def status(self, status: str) -> None:
        """Set the status; the slot is blocked as long as no visit stands in it."""
        await self.state(
            "UPDATE registry_bookings SET status = :status WHERE id = :booking;"
            "UPDATE registry_slots SET status = CASE WHEN :status IN ('BOOKED', 'CHECKED_IN', 'FULFILLED') "
            "THEN 'BUSY' ELSE 'BLOCKED' END WHERE id = (SELECT slot_id FROM registry_bookings WHERE id = :booking)",
            status=status,
        )
