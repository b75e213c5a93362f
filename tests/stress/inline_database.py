"""SQLite on the loop's own thread: what many tasks do there happens in the same order every time."""

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
from storage.database.sqlite_connection import Wire

T = TypeVar("T")

LONGEST_PAUSE = 3
"""turns of the loop that a statement may let others have, so that everybody meets everybody"""


class InlineWire(Wire):
    """Everything of a wire but its thread; ``die`` decides who comes between."""

    def __init__(self, path: str, settings: tuple[str, ...], probe: Probe | None, numbers: count[int], die: Random):
        super().__init__(path, settings, probe, numbers)
        self._die = die

    async def open(self) -> None:
        self._sqlite = self._open_file()

    async def close(self) -> None:
        self._sqlite.close()

    async def call(self, work: Callable[..., T], *args: object) -> T:
        for _turn in range(self._die.randint(1, LONGEST_PAUSE)):
            await asyncio.sleep(0)
        return work(*args)


@asynccontextmanager
async def inline_database(path: Path, die: Random, probe: Probe | None = None) -> AsyncIterator[SqliteDatabase]:
    numbers = count(1)
    # What a storm proves does not hang on the disk: the crash run does.
    settings = tuple("PRAGMA synchronous = OFF" if "synchronous" in each else each for each in SETTINGS)
    writer = InlineWire(str(path), settings, probe, numbers, die)
    await writer.open()
    reader = InlineWire(str(path), (*settings, "PRAGMA query_only = ON"), probe, numbers, die)
    await reader.open()
    database = SqliteDatabase(reader, writer)
    try:
        yield database
    finally:
        await database.close()
