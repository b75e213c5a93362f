"""One SQLite connection, used where it was opened or on a thread of its own."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

import aiosqlite

from bot.core import limits
from bot.core.errors import StorageBusy
from storage.database.connection import Conflict, Probe, Row
from storage.database.wide_rows import all_rows

T = TypeVar("T")
Values = Mapping[str, object]

FOR_OWNER_ONLY = 0o600
PRIMARY_CODE = 0xFF
"""the bits of an error code of SQLite that name the error; the others say where it arose"""
UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


class SqliteConnection:
    """One SQLite connection. All methods run on the thread that has opened it."""

    def __init__(self, path: str, settings: Iterable[str], probe: Probe | None, numbers: count[int]) -> None:
        self._path, self._settings, self._probe, self._numbers = path, settings, probe, numbers
        self._lock_wait = -1

    def open_here(self) -> None:
        """Open it on the calling thread, which alone may use it. Raises sqlite3.Error."""
        # SQLite gives the files beside it the same mode. What cannot be created, SQLite itself reports. A file that is
        # there is not opened: to close it would end the locks that this process has on it through other connections.
        with suppress(OSError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, FOR_OWNER_ONLY))
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=512)
        try:
            for setting in self._settings:
                connection.execute(setting)
        except sqlite3.Error:
            connection.close()
            raise
        connection.row_factory = sqlite3.Row
        self._sqlite = connection

    def close_here(self) -> None:
        self._sqlite.close()

    def interrupt_after(self, steps: int, interrupts: Callable[[], bool]) -> None:
        """Let SQLite ask after every so many steps of its statements whether to interrupt the present one."""
        self._sqlite.set_progress_handler(interrupts, steps)

    def fetch(self, sql: str, values: Values) -> list[Row]:
        return all_rows(self._statement(self._sqlite.execute, sql, values))

    def execute(self, sql: str, values: Values) -> None:
        self._statement(self._sqlite.execute, sql, values)

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._statement(self._sqlite.executemany, sql, rows)

    def control(self, sql: str) -> None:
        """Run a statement that controls the transaction, such as BEGIN."""
        self._statement(self._sqlite.execute, sql, ())

    def wait_for_locks(self, seconds: float) -> None:
        """Let the next statements wait so long for a lock of another program, to a tenth of a second."""
        wait = round(max(seconds, 0) * 10) * 100
        if wait != self._lock_wait:
            self._sqlite.execute(f"PRAGMA busy_timeout = {wait}")
            self._lock_wait = wait

    @property
    def in_transaction(self) -> bool:
        return self._sqlite.in_transaction

    def _statement(self, run: Callable[[str, Any], sqlite3.Cursor], sql: str, values: Any) -> sqlite3.Cursor:
        if self._probe:
            self._probe(next(self._numbers), sql)
        try:
            return run(sql, values)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode in UNIQUE:
                raise Conflict(str(error)) from error
            raise
        except sqlite3.OperationalError as error:
            # An error of a probe has no code.
            if getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE == sqlite3.SQLITE_BUSY:
                raise StorageBusy(str(error)) from error
            raise


class ThreadedConnection(SqliteConnection):
    """A connection with a thread of its own, on which ``call`` runs everything."""

    def __init__(self, path: str, settings: Iterable[str], probe: Probe | None, numbers: count[int]) -> None:
        super().__init__(path, settings, probe, numbers)
        self._thread = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        self._error: sqlite3.Error | None = None

    async def open(self) -> None:
        await self._thread
        if self._error:
            await self.close()
            raise self._error

    async def close(self) -> None:
        await self._thread.close()

    async def call(self, work: Callable[..., T], *args: object) -> T:
        """Return the result of ``work``, run on the thread: one hop for any number of statements."""
        # The public methods of aiosqlite need a hop for each statement.
        result: T = await self._thread._execute(work, *args)  # type: ignore[no-untyped-call]
        return result

    def _connect(self) -> sqlite3.Connection:
        try:
            self.open_here()
            self.wait_for_locks(limits.LOCK_TIMEOUT)
        except sqlite3.Error as error:
            # If the connector raises, aiosqlite does not join its thread, which then outlives the event loop.
            self._error = error
            self._sqlite = sqlite3.connect(":memory:")
        return self._sqlite
