"""The one writer: it runs units of work in arrival order with group commit, and answers after the COMMIT."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any

from bot.core import limits
from bot.core.errors import StorageBusy
from storage.database.connection import NotCommitted, Row, T, Work
from storage.database.sqlite_connection import ThreadedConnection, Values

MOST_UNITS = 64
"""Units of work in one COMMIT at most: more would not be faster and would make the first unit wait."""

BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "SAVEPOINT unit"
RELEASE = "RELEASE unit"
ROLL_BACK_UNIT = "ROLLBACK TO unit"
ROLL_BACK = "ROLLBACK"
COMMIT = "COMMIT"


class Unit:
    """One unit of work on the writer's thread; it is the Connection of its own work."""

    def __init__(self, writer: Writer, work: Work[Any]) -> None:
        self._writer, self._work = writer, work
        self._since = time.monotonic()
        self.outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        """What the caller awaits."""
        self.result: Any = None
        self.error: Exception | None = None
        self.has_run = False
        self.opening = ""
        """BEGIN or SAVEPOINT; empty before the first statement."""
        self._is_open = False
        self._has_ended = False

    def run(self) -> bool:
        """Run the whole work; return whether it succeeded."""
        self.has_run = True
        try:
            self.result = run_coroutine(self._work(self))
        except Exception as error:
            self.error = error
        self._has_ended = True
        return self.error is None

    async def fetch(self, sql: str, values: Values) -> list[Row]:
        return self._run_statement(self._writer.connection.fetch, sql, values)

    async def execute(self, sql: str, values: Values) -> None:
        self._run_statement(self._writer.connection.execute, sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._run_statement(self._writer.connection.execute_many, sql, rows)

    def _run_statement(self, statement: Callable[[str, Any], T], sql: str, values: object) -> T:
        """Run one statement inside the transaction; the first one opens the unit."""
        if self._has_ended:
            raise RuntimeError("this unit of work has ended")
        if not self.opening:
            self.opening = self._writer.choose_opening()
        if not self._is_open:
            self._open()
        else:
            self._writer.require_transaction()
        return statement(sql, values)

    def _open(self) -> None:
        connection = self._writer.connection
        if self.opening == SAVEPOINT:
            self._writer.next_savepoint()
        else:
            if connection.in_transaction:
                connection.control(ROLL_BACK)  # an earlier ROLLBACK has failed
            connection.wait_for_locks(self._since + limits.LOCK_TIMEOUT - time.monotonic())
            connection.control(BEGIN)
        self._is_open = True

    def roll_back(self) -> None:
        """Restore the transaction to its state before this unit."""
        connection = self._writer.connection
        if self.opening == SAVEPOINT:
            self._writer.require_transaction()
        if self._is_open and connection.in_transaction:
            connection.control(ROLL_BACK_UNIT if self.opening == SAVEPOINT else ROLL_BACK)


def run_coroutine(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that never suspends. Raises RuntimeError if it does."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("a unit of work waits for nothing but its connection")


class Writer:
    """Runs units of work in arrival order; all that arrived during one batch share the next hop and COMMIT.

    Methods without ``async`` run on the connection's thread. The writer has its own task, so a caller can be cancelled
    at any point.
    """

    def __init__(self, connection: ThreadedConnection) -> None:
        self.connection = connection
        self._waiting: deque[Unit] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._has_begun = False
        self._has_savepoint = False
        # The task must not be cancelled with a caller; close() waits for it.
        self._task = asyncio.create_task(self._serve())  # noqa: TID251

    async def close(self) -> None:
        """Run the units that are waiting, then stop."""
        self._closing = True
        self._arrived.set()
        await asyncio.shield(self._task)

    async def write(self, work: Work[T]) -> T:
        """Return the result of ``work`` once it is durable. Raises the exception of ``work``, or NotCommitted, or
        StorageBusy if another program has held the lock all the time that a unit may wait.
        """
        if self._closing:
            raise RuntimeError("the database is closed")
        unit = Unit(self, work)
        self._waiting.append(unit)
        self._arrived.set()
        result: T = await unit.outcome
        return result

    def choose_opening(self) -> str:
        """Return BEGIN for the first unit of a transaction, SAVEPOINT for the others."""
        if self._has_begun:
            return SAVEPOINT
        self._has_begun = True
        return BEGIN

    def require_transaction(self) -> None:
        """Raise NotCommitted if SQLite has rolled back by itself, as it does on a full disk or an I/O error."""
        if not self.connection.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")

    def next_savepoint(self) -> None:
        """Replace the last unit's savepoint: in nested savepoints each write would copy its page once for each."""
        self.require_transaction()
        if self._has_savepoint:
            self.connection.control(RELEASE)
            self._has_savepoint = False
        self.connection.control(SAVEPOINT)
        self._has_savepoint = True

    async def _serve(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            await self._run_batch()

    async def _run_batch(self) -> None:
        """Run the waiting units in one hop and one transaction; answer all of them after its COMMIT."""
        units = [self._waiting.popleft() for _unit in range(min(MOST_UNITS, len(self._waiting)))]
        self._has_begun = self._has_savepoint = False
        failure = None
        try:
            await self.connection.call(self._run_units, units)
        except Exception as error:
            failure = error
            with suppress(Exception):  # the next BEGIN tries again
                await self.connection.call(self._roll_back)
        # An error can end the batch before a unit has run: that unit is the first of the next batch.
        not_run = [unit for unit in units if not unit.has_run and not unit.outcome.cancelled()]
        self._waiting.extendleft(reversed(not_run))
        _answer((unit for unit in units if unit.has_run), failure)

    def _run_units(self, units: Iterable[Unit]) -> None:
        """Run the units in order, except those whose caller was cancelled.

        If another program holds the lock, only the first unit fails: the others have time of their own left to wait.
        """
        for unit in units:
            if not unit.outcome.cancelled() and not unit.run() and unit.opening:
                self._roll_back_unit(unit)
                if isinstance(unit.error, StorageBusy) and not self._has_begun:
                    break
        if self._has_begun:
            self.connection.control(COMMIT)

    def _roll_back_unit(self, unit: Unit) -> None:
        unit.roll_back()
        if unit.opening == BEGIN:
            self._has_begun = False

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            self.connection.control(ROLL_BACK)


def _answer(units: Iterable[Unit], failure: Exception | None) -> None:
    """Resolve what the callers await. ``failure`` is the error that ended the transaction, if one did."""
    for unit in units:
        if unit.outcome.done():
            continue  # its caller was cancelled meanwhile
        if unit.error is not None:
            unit.outcome.set_exception(unit.error)
        elif failure is None:
            unit.outcome.set_result(unit.result)
        else:
            error = NotCommitted("the transaction could not be committed")
            error.__cause__ = failure
            unit.outcome.set_exception(error)
