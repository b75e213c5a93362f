"""The law of each zone, and the moments of visits and of the registry's slots that are reckoned by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.zone_laws import Law
from bot.glossary import AppointmentId
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("zones")

Reckon = Callable[[datetime], datetime]
"""Returns the moment by the new law."""


class SqlZones:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_zones(self) -> Sequence[ZoneInfo]:
        """Return the zones of all clinics, each once."""
        return [ZoneInfo(name) for name in await self.list_zone_names()]

    async def list_zone_names(self) -> Sequence[str]:
        """Return the names of the same zones as they are stored, also of those that this machine does not know."""
        return [row["zone"] for row in await queries.list_zones(self._connection)]

    async def find_law(self, zone: ZoneInfo) -> Law | None:
        """Return the law by which the moments of a zone were reckoned last."""
        row = await queries.find_law(self._connection, zone=zone.key)
        return None if row is None else [(since, offset) for since, offset in json.loads(row["offsets"])]

    async def save_law(self, zone: ZoneInfo, law: Law) -> None:
        await queries.save_law(self._connection, zone=zone.key, offsets=json.dumps(law))

    async def move_visits(self, zone: ZoneInfo, reckon: Reckon, now: datetime) -> Sequence[AppointmentId]:
        """Give the visits of a zone that have not ended their new moments; return those whose moments have changed."""
        rows = await queries.list_visits_of_zone(self._connection, zone=zone.key, now=seconds(now))
        moved = _moved(rows, reckon)
        for each in moved:
            await queries.move_visit(self._connection, **each)
        return [AppointmentId(each["id"]) for each in moved]

    async def move_visits_elsewhere(self, zone: ZoneInfo, reckon: Reckon, now: datetime) -> None:
        """Do the same with the visits that were made elsewhere, of which nobody has a reminder."""
        rows = await queries.list_visits_elsewhere_of_zone(self._connection, zone=zone.key, now=seconds(now))
        await queries.move_visits_elsewhere(self._connection, _moved(rows, reckon))

    async def move_orders(self, zone: ZoneInfo, reckon: Reckon, now: datetime) -> None:
        """Do the same with the times that people look at and have not booked."""
        rows = await queries.list_orders_of_zone(self._connection, zone=zone.key, now=seconds(now))
        await queries.move_orders(self._connection, _moved(rows, reckon))

    async def move_slots(self, zone: ZoneInfo, reckon: Reckon, now: datetime) -> int:
        """Do the same with the slots of the embedded registry; return how many there were."""
        rows = await queries.list_slots_of_zone(self._connection, zone=zone.key, now=seconds(now))
        moved = _moved(rows, reckon)
        await queries.move_slots(self._connection, moved)
        await queries.settle_moved_slots(self._connection, zone=zone.key)
        return len(moved)


def _moved(rows: Sequence[Row], reckon: Reckon) -> list[dict[str, Any]]:
    """Return the rows whose moments change, with the new ones; a visit keeps its length."""
    moved = []
    for row in rows:
        by = int(reckon(moment(row["starts_at"])).timestamp()) - row["starts_at"]
        if by:
            moved.append(dict(row) | {"starts_at": row["starts_at"] + by, "ends_at": row["ends_at"] + by})
    return moved
