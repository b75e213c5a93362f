"""SQLite with one writer in arrival order and group commit: whoever is told "done" will find it after a crash."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from itertools import count
from typing import Any, TypeVar

import aiosqlite

from storage.database import Conflict, Connection, NotCommitted, Probe, Row

T = TypeVar("T")
Values = Mapping[str, object]

MOST_UNITS = 64
"""How many units of work one COMMIT may carry: more would not be faster and would make the first one wait."""

BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "SAVEPOINT unit"
UNDO = "ROLLBACK TO unit"

SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 500",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)
UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})


class _Wire:
    """One SQLite connection and the thread it lives on. Methods without ``async`` run on that thread."""

    def __init__(self, path: str, settings: Iterable[str], probe: Probe | None, numbers: count[int]) -> None:
        self._path, self._settings, self._probe, self._numbers = path, settings, probe, numbers
        self._thread = aiosqlite.Connection(self._connect, iter_chunk_size=64)

    async def open(self) -> None:
        await self._thread

    async def close(self) -> None:
        await self._thread.close()

    async def call(self, work: Callable[..., T], *args: object) -> T:
        """Run ``work`` on the thread: one hop there and back, however many statements it makes."""
        # aiosqlite's public methods make one statement a hop.
        result: T = await self._thread._execute(work, *args)  # type: ignore[no-untyped-call]
        return result

    def fetch(self, sql: str, values: Values) -> list[Row]:
        return self._statement(self._sqlite.execute, sql, values).fetchall()

    def execute(self, sql: str, values: Values) -> None:
        self._statement(self._sqlite.execute, sql, values)

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._statement(self._sqlite.executemany, sql, rows)

    def control(self, sql: str) -> None:
        self._statement(self._sqlite.execute, sql, ())

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

    def _connect(self) -> sqlite3.Connection:
        self._sqlite = sqlite3.connect(self._path, isolation_level=None, cached_statements=512)
        try:
            for setting in self._settings:
                self._sqlite.execute(setting)
        except BaseException:
            self._sqlite.close()
            raise
        self._sqlite.row_factory = sqlite3.Row
        return self._sqlite


class _Reader:
    """The connection that everybody reads through; SQLite itself refuses it a write."""

    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return await self._wire.call(self._wire.fetch, sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        await self._wire.call(self._wire.execute, sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        await self._wire.call(self._wire.execute_many, sql, rows)


class _Unit:
    """One unit of work: the connection of its block, and three moments: its turn, the block's end, durability."""

    def __init__(self, writer: _Writer) -> None:
        loop = asyncio.get_running_loop()
        self._writer = writer
        self.turn: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()
        self.durable: asyncio.Future[None] = loop.create_future()
        self.opening = ""
        """BEGIN or SAVEPOINT, once a statement was asked for"""
        self.opened = False
        """whether that opening has succeeded; set and read on the writer's thread"""

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return await self._call(self._writer.wire.fetch, sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        await self._call(self._writer.wire.execute, sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        await self._call(self._writer.wire.execute_many, sql, rows)

    async def _call(self, work: Callable[[str, Any], T], sql: str, values: object) -> T:
        if self.ended.done():
            raise RuntimeError("this unit of work has ended")
        if not self.opening:
            self.opening = self._writer.opening()
        return await self._writer.wire.call(self._inside, work, sql, values)

    def _inside(self, work: Callable[[str, Any], T], sql: str, values: object) -> T:
        """On the thread: open the unit with its first statement, and never let one run outside the transaction."""
        if not self.opened:
            self._open()
        elif not self._writer.wire.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")
        return work(sql, values)

    def _open(self) -> None:
        wire = self._writer.wire
        if self.opening == SAVEPOINT and not wire.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")
        if self.opening == BEGIN and wire.in_transaction:
            wire.control("ROLLBACK")  # left over where a rollback itself had failed
        wire.control(self.opening)
        self.opened = True

    def undo(self) -> None:
        """On the thread, after every statement of the block: leave the transaction as it was before this unit."""
        wire = self._writer.wire
        if self.opening == SAVEPOINT and not wire.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")
        if self.opened and wire.in_transaction:
            wire.control(UNDO if self.opening == SAVEPOINT else "ROLLBACK")


class _Writer:
    """Gives turns in arrival order and commits for all who came while it was busy.

    A task of its own does the transaction's control statements, so that a caller may be cancelled anywhere.
    """

    def __init__(self, wire: _Wire) -> None:
        self.wire = wire
        self._waiting: deque[_Unit] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._begun = False
        self._inside: asyncio.Task[object] | None = None
        # Nobody's cancellation may reach it; close() waits for it.
        self._task = asyncio.create_task(self._serve())  # noqa: TID251

    async def close(self) -> None:
        """Serve those who are waiting, then stop."""
        self._closing = True
        self._arrived.set()
        await asyncio.shield(self._task)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Connection]:
        task = asyncio.current_task()
        if self._closing:
            raise RuntimeError("the database is closed")
        if task and self._inside is task:
            raise RuntimeError("a unit of work within a unit of work would wait for itself")
        unit = _Unit(self)
        self._waiting.append(unit)
        self._arrived.set()
        try:
            await unit.turn
            self._inside = task
            yield unit
        except BaseException:
            unit.ended.set_result(False)
            raise
        else:
            unit.ended.set_result(True)
        finally:
            if self._inside is task:
                self._inside = None
        await unit.durable

    def opening(self) -> str:
        """How the unit whose turn it is has to begin."""
        if self._begun:
            return SAVEPOINT
        self._begun = True
        return BEGIN

    async def _serve(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            await self._batch()

    async def _batch(self) -> None:
        """One transaction for everybody who waits; its COMMIT answers them all."""
        kept: list[_Unit] = []
        self._begun = False
        try:
            while self._waiting and len(kept) < MOST_UNITS:
                unit = self._waiting.popleft()
                if await self._let(unit):
                    kept.append(unit)
            if self._begun:
                await self.wire.call(self.wire.control, "COMMIT")
        except Exception as error:
            with suppress(Exception):  # the next BEGIN tries again
                await self.wire.call(self._roll_back)
            _answer(kept, error)
        else:
            _answer(kept, None)

    async def _let(self, unit: _Unit) -> bool:
        """Let a unit do its block; whether it belongs in the transaction."""
        if unit.turn.cancelled():
            return False
        unit.turn.set_result(None)
        stays = await unit.ended
        if not stays and unit.opening:
            await self.wire.call(unit.undo)
            if unit.opening == BEGIN:
                self._begun = False
        return stays

    def _roll_back(self) -> None:
        if self.wire.in_transaction:
            self.wire.control("ROLLBACK")


def _answer(units: Iterable[_Unit], error: Exception | None) -> None:
    for unit in units:
        if unit.durable.done():
            continue  # its caller was cancelled meanwhile
        if error is None:
            unit.durable.set_result(None)
        else:
            trouble = NotCommitted("the transaction could not be committed")
            trouble.__cause__ = error
            unit.durable.set_exception(trouble)


class SqliteDatabase:
    def __init__(self, reader: _Wire, writer: _Wire) -> None:
        self._wires = (reader, writer)
        self._reader: Connection = _Reader(reader)
        self._writer = _Writer(writer)

    def read(self) -> AbstractAsyncContextManager[Connection]:
        return nullcontext(self._reader)

    def write(self) -> AbstractAsyncContextManager[Connection]:
        return self._writer.unit()

    async def close(self) -> None:
        await self._writer.close()
        for wire in self._wires:
            await wire.close()


async def open_sqlite(path: str, probe: Probe | None) -> SqliteDatabase:
    """The writer first: it makes the file. The reader closes first, so that the writer's close empties the WAL."""
    numbers = count(1)
    writer = _Wire(path, SETTINGS, probe, numbers)
    await writer.open()
    reader = _Wire(path, (*SETTINGS, "PRAGMA query_only = ON"), probe, numbers)
    try:
        await reader.open()
    except BaseException:
        await writer.close()
        raise
    return SqliteDatabase(reader, writer)
