"""The one writer, served in arrival order with group commit: whoever is told "done" will find it after a crash."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any

from storage.database.connection import NotCommitted, Row, T, Work
from storage.database.sqlite_connection import Values, Wire

MOST_UNITS = 64
"""How many units of work one COMMIT may carry: more would not be faster and would make the first one wait."""

BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "SAVEPOINT unit"
RELEASE = "RELEASE unit"
UNDO = "ROLLBACK TO unit"


class Unit:
    """One unit of work on the writer's thread, from its first statement to its last; it is its work's connection."""

    def __init__(self, writer: Writer, work: Work[Any]) -> None:
        self._writer, self._work = writer, work
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        """what the caller waits for"""
        self.result: Any = None
        self.trouble: Exception | None = None
        self.was_performed = False
        self.opening = ""
        """BEGIN or SAVEPOINT, once a statement was asked for"""
        self._opened = False
        self._ended = False

    def perform(self) -> bool:
        """Do all of it; return whether it belongs in the transaction."""
        self.was_performed = True
        try:
            self.result = finish(self._work(self))
        except Exception as error:
            self.trouble = error
        self._ended = True
        return self.trouble is None

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return self._run(self._writer.wire.fetch, sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        self._run(self._writer.wire.execute, sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._run(self._writer.wire.execute_many, sql, rows)

    def _run(self, statement: Callable[[str, Any], T], sql: str, values: object) -> T:
        """Open the unit with its first statement, and never let one run outside the transaction."""
        if self._ended:
            raise RuntimeError("this unit of work has ended")
        if not self.opening:
            self.opening = self._writer.opening()
        if not self._opened:
            self._open()
        else:
            self._writer.require_transaction()
        return statement(sql, values)

    def _open(self) -> None:
        wire = self._writer.wire
        if self.opening == SAVEPOINT:
            self._writer.next_savepoint()
        else:
            if wire.in_transaction:
                wire.control("ROLLBACK")  # left over where a rollback itself had failed
            wire.control(BEGIN)
        self._opened = True

    def undo(self) -> None:
        """Leave the transaction as it was before this unit."""
        wire = self._writer.wire
        if self.opening == SAVEPOINT:
            self._writer.require_transaction()
        if self._opened and wire.in_transaction:
            wire.control(UNDO if self.opening == SAVEPOINT else "ROLLBACK")


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run what never has to wait."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("a unit of work waits for nothing but its connection")


class Writer:
    """Serves units of work in arrival order; all that came while it was busy are one hop and one COMMIT.

    Methods without ``async`` run on the writer's thread. A task of its own gives the turns, so that a caller may be
    cancelled anywhere.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._waiting: deque[Unit] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._begun = False
        self._savepoint = False
        # Nobody's cancellation may reach it; close() waits for it.
        self._task = asyncio.create_task(self._serve())  # noqa: TID251

    async def close(self) -> None:
        """Serve those who are waiting, then stop."""
        self._closing = True
        self._arrived.set()
        await asyncio.shield(self._task)

    async def write(self, work: Work[T]) -> T:
        """Return what ``work`` returned once it is durable. Raises what it raised, or NotCommitted."""
        if self._closing:
            raise RuntimeError("the database is closed")
        unit = Unit(self, work)
        self._waiting.append(unit)
        self._arrived.set()
        result: T = await unit.answer
        return result

    def opening(self) -> str:
        """How the unit whose turn it is has to begin."""
        if self._begun:
            return SAVEPOINT
        self._begun = True
        return BEGIN

    def require_transaction(self) -> None:
        """SQLite may have ended it by itself, on a full disk or an I/O error."""
        if not self.wire.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")

    def next_savepoint(self) -> None:
        """A savepoint inside another would cost each write a copy of the page for either."""
        self.require_transaction()
        if self._savepoint:
            self.wire.control(RELEASE)
            self._savepoint = False
        self.wire.control(SAVEPOINT)
        self._savepoint = True

    async def _serve(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            await self._batch()

    async def _batch(self) -> None:
        """One hop and one transaction for everybody who waits; its COMMIT answers them all."""
        units = [self._waiting.popleft() for _unit in range(min(MOST_UNITS, len(self._waiting)))]
        self._begun = self._savepoint = False
        trouble = None
        try:
            await self.wire.call(self._perform, units)
        except Exception as error:
            trouble = error
            with suppress(Exception):  # the next BEGIN tries again
                await self.wire.call(self._roll_back)
        # A unit that an error has kept from its turn is the first in line again.
        kept_out = [unit for unit in units if not unit.was_performed and not unit.answer.cancelled()]
        self._waiting.extendleft(reversed(kept_out))
        _answer((unit for unit in units if unit.was_performed), trouble)

    def _perform(self, units: Iterable[Unit]) -> None:
        """One after another, but for those whose caller has gone."""
        for unit in units:
            if not unit.answer.cancelled() and not unit.perform() and unit.opening:
                self._undo(unit)
        if self._begun:
            self.wire.control("COMMIT")

    def _undo(self, unit: Unit) -> None:
        unit.undo()
        if unit.opening == BEGIN:
            self._begun = False

    def _roll_back(self) -> None:
        if self.wire.in_transaction:
            self.wire.control("ROLLBACK")


def _answer(units: Iterable[Unit], error: Exception | None) -> None:
    """``error`` is why the transaction was lost."""
    for unit in units:
        if unit.answer.done():
            continue  # its caller was cancelled meanwhile
        if unit.trouble is not None:
            unit.answer.set_exception(unit.trouble)
        elif error is None:
            unit.answer.set_result(unit.result)
        else:
            trouble = NotCommitted("the transaction could not be committed")
            trouble.__cause__ = error
            unit.answer.set_exception(trouble)
