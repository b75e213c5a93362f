"""SQLite behind the Database protocol: one connection for all writes, two for reads, short ones and the others."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from itertools import count

from storage.database.connection import Connection, Probe, T, Work
from storage.database.short_reads import NotShort, ReadingConnection, ShortReads
from storage.database.sqlite_connection import ThreadedConnection
from storage.database.writer import Writer, run_coroutine

TEMP_IN_MEMORY = "PRAGMA temp_store = MEMORY"
SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    TEMP_IN_MEMORY,
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
)
LEAVE_LOG = "PRAGMA wal_autocheckpoint = 0"
"""Another program streams the log of this database and alone moves it into the file."""
MOST_IN_A_ROW = 8
"""short reads of all people together between two turns of the event loop: each turn costs a tap a fiftieth"""


class SqliteDatabase:
    """``short`` runs the reads that are short; without it every read is a hop to the reader's thread."""

    def __init__(
        self,
        reader: ThreadedConnection,
        writer: ThreadedConnection,
        short: ShortReads | None = None,
        *,
        streamed: bool = False,
    ) -> None:
        self._connections, self._short, self._is_streamed = (reader, writer), short, streamed
        self._reader: Connection = ReadingConnection(reader)
        self._writer, self._reads = Writer(writer), count(1)

    async def read(self, work: Work[T]) -> T:
        if self._short is not None:
            if next(self._reads) % MOST_IN_A_ROW == 0:
                await asyncio.sleep(0)  # many reads one after another must not hold up the event loop
            with suppress(NotShort):
                return self._short.run(work)
        return await self.read_long(work)

    async def read_long(self, work: Work[T]) -> T:
        return await self._connections[0].call(lambda: run_coroutine(work(self._reader)))

    async def write(self, work: Work[T]) -> T:
        return await self._writer.write(work)

    async def rebuild(self) -> None:
        await self._control("PRAGMA temp_store = FILE")  # a copy of the whole database does not fit into memory
        try:
            await self._control("VACUUM")
        finally:
            await self._control(TEMP_IN_MEMORY)
        await self.clear_log()

    async def clear_log(self) -> bool:
        if self._is_streamed:
            return True
        writer = self._writer.connection
        [(is_busy, _frames, _moved)] = await writer.call(writer.fetch, "PRAGMA wal_checkpoint(TRUNCATE)", {})
        return not is_busy

    async def _control(self, sql: str) -> None:
        """Run a statement between two transactions."""
        await self._writer.connection.call(self._writer.connection.control, sql)

    async def close(self) -> None:
        await self._writer.close()
        if self._short is not None:
            self._short.close()
        for connection in self._connections:
            await connection.close()


async def open_sqlite(path: str, probe: Probe | None, *, streamed: bool = False) -> SqliteDatabase:
    """Open the writer first, because it creates the file. It closes last, so that it empties the WAL.

    A database that is ``streamed`` makes no checkpoints: the program that streams its log does.
    """
    numbers, settings = count(1), (*SETTINGS, *([LEAVE_LOG] if streamed else []))
    writer = ThreadedConnection(path, settings, probe, numbers)
    settings = (*settings, "PRAGMA query_only = ON")
    reader = ThreadedConnection(path, settings, probe, numbers)
    async with AsyncExitStack() as opened:
        await writer.open()
        opened.push_async_callback(writer.close)
        short = ShortReads(path, settings, probe, numbers)
        opened.callback(short.close)
        await reader.open()
        opened.pop_all()
    return SqliteDatabase(reader, writer, short, streamed=streamed)
