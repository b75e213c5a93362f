"""SQLite behind the Database interface: one connection that writes, one that everybody reads through."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from storage.database.connection import Connection, Probe, Row, T, Work
from storage.database.sqlite_connection import Values, Wire
from storage.database.writer import Writer, finish

SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 500",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)


class _Reader:
    """The connection that everybody reads through, used on its thread; SQLite itself refuses it a write."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return self._wire.fetch(sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        self._wire.execute(sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._wire.execute_many(sql, rows)


class SqliteDatabase:
    def __init__(self, reader: Wire, writer: Wire) -> None:
        self._wires = (reader, writer)
        self._reader: Connection = _Reader(reader)
        self._writer = Writer(writer)

    async def read(self, work: Work[T]) -> T:
        return await self._wires[0].call(lambda: finish(work(self._reader)))

    async def write(self, work: Work[T]) -> T:
        return await self._writer.write(work)

    async def close(self) -> None:
        await self._writer.close()
        for wire in self._wires:
            await wire.close()


async def open_sqlite(path: str, probe: Probe | None) -> SqliteDatabase:
    """The writer first: it makes the file. The reader closes first, so that the writer's close empties the WAL."""
    numbers = count(1)
    writer = Wire(path, SETTINGS, probe, numbers)
    await writer.open()
    reader = Wire(path, (*SETTINGS, "PRAGMA query_only = ON"), probe, numbers)
    try:
        await reader.open()
    except BaseException:
        await writer.close()
        raise
    return SqliteDatabase(reader, writer)
