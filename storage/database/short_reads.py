"""Run short reads in place, on the thread of the event loop.

Most reads find a few rows by an index, in some ten microseconds; a hop to another thread and back takes a tenth of the
processor time of a tap and more. So each read begins in place, and SQLite interrupts it if it is not short. Then it
runs once more, on the reader's thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from itertools import count

from bot.core.errors import StorageBusy
from storage.database.connection import Probe, Row, T, Work
from storage.database.sqlite_connection import PRIMARY_CODE, SqliteConnection, Values
from storage.database.writer import run_coroutine

STEPS, MOST_TIMES = 2_000, 5
"""A read of more than so many times so many steps of SQLite is not short: it takes about a millisecond."""


class NotShort(Exception):
    """The read has to run on a thread that may wait."""


class ReadingConnection:
    """The Connection of a unit that reads. SQLite itself refuses its writes."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return self._connection.fetch(sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        self._connection.execute(sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._connection.execute_many(sql, rows)


class ShortReads:
    """A connection of the event loop's thread, which neither waits for a lock nor runs for long."""

    def __init__(self, path: str, settings: Iterable[str], probe: Probe | None, numbers: count[int]) -> None:
        self._connection = SqliteConnection(path, settings, probe, numbers)
        self._connection.open_here()
        self._connection.wait_for_locks(0)
        self._connection.interrupt_after(STEPS, self._has_run_long)
        self._reader, self._times = ReadingConnection(self._connection), 0

    def run(self, work: Work[T]) -> T:
        """Return the result of ``work``. Raises NotShort if SQLite has interrupted it, or the database is locked."""
        self._times = 0
        try:
            return run_coroutine(work(self._reader))
        except StorageBusy as locked:
            raise NotShort from locked
        except sqlite3.OperationalError as error:
            # An error of a probe has no code.
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY):
                raise NotShort from error
            raise

    def close(self) -> None:
        self._connection.close_here()

    def _has_run_long(self) -> bool:
        """Count the steps of the present unit; SQLite interrupts its statement if this returns True."""
        self._times += 1
        return self._times > MOST_TIMES
