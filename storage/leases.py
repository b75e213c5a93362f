"""Leases that several processes compete for, and the cursors of the change feeds."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.glossary import SystemName
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("leases")


class SqlLeases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def take(self, name: str, holder: str, wall: datetime, lease: timedelta) -> bool:
        """Take or renew a lease. Return False if another holder has it and it has not expired."""
        row = await queries.take_lease(
            self._connection, name=name, holder=holder, wall=seconds(wall), until=seconds(wall + lease)
        )
        return row is not None

    async def held(self, name: str) -> tuple[str, datetime] | None:
        """Return the last holder of a lease and when it expires."""
        row = await queries.find_lease(self._connection, name=name)
        return None if row is None else (str(row["holder"]), moment(row["until"]))

    async def release(self, name: str, holder: str) -> None:
        await queries.release_lease(self._connection, name=name, holder=holder)


class SqlCursors:
    """The cursor of each system's change feed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, system: SystemName) -> str | None:
        row = await queries.find_cursor(self._connection, system=system)
        return None if row is None else str(row["cursor"])

    async def set(self, system: SystemName, cursor: str) -> None:
        await queries.set_cursor(self._connection, system=system, cursor=cursor)
