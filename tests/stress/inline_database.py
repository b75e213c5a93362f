"""SQLite on the thread of the event loop, so that concurrent tasks run in the same order each time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

from storage.database.connection import Probe
from storage.database.sqlite import SETTINGS, SqliteDatabase
from storage.database.sqlite_connection import ThreadedConnection

T = TypeVar("T")

LONGEST_PAUSE = 3
"""turns of the event loop before a statement, so that tasks interleave"""


class InlineConnection(ThreadedConnection):
    """A connection without a thread; ``rng`` draws how long other tasks run before a call."""

    def __init__(self, path: str, settings: tuple[str, ...], probe: Probe | None, numbers: count[int], rng: Random):
        super().__init__(path, settings, probe, numbers)
        self._rng = rng

    async def open(self) -> None:
        self.open_here()

    async def close(self) -> None:
        self.close_here()

    async def call(self, work: Callable[..., T], *args: object) -> T:
        for _turn in range(self._rng.randint(1, LONGEST_PAUSE)):
            await asyncio.sleep(0)
        return work(*args)


@asynccontextmanager
async def inline_database(path: Path, rng: Random, probe: Probe | None = None) -> AsyncIterator[SqliteDatabase]:
    numbers = count(1)
    # Only the crash run depends on the disk.
    settings = tuple("PRAGMA synchronous = OFF" if "synchronous" in each else each for each in SETTINGS)
    writer = InlineConnection(str(path), settings, probe, numbers, rng)
    await writer.open()
    reader = InlineConnection(str(path), (*settings, "PRAGMA query_only = ON"), probe, numbers, rng)
    await reader.open()
    database = SqliteDatabase(reader, writer)
    try:
        yield database
    finally:
        await database.close()
