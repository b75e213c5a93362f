"""The one writer, served in arrival order with group commit: whoever is told "done" will find it after a crash."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from storage.database import Connection, NotCommitted, Row, T, Work
from storage.wire import Values, Wire

SomeUnit = TypeVar("SomeUnit", bound="Unit")

MOST_UNITS = 64
"""How many units of work one COMMIT may carry: more would not be faster and would make the first one wait."""

BEGIN = "BEGIN IMMEDIATE"
SAVEPOINT = "SAVEPOINT unit"
RELEASE = "RELEASE unit"
UNDO = "ROLLBACK TO unit"


class Unit:
    """One unit of work: the connection of its block, and three moments: its turn, the block's end, durability."""

    def __init__(self, writer: Writer) -> None:
        loop = asyncio.get_running_loop()
        self._writer = writer
        self.turn: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[bool] = loop.create_future()
        self.durable: asyncio.Future[None] = loop.create_future()
        self.opening = ""
        """BEGIN or SAVEPOINT, once a statement was asked for"""
        self.opened = False
        """whether that opening has succeeded; set and read on the writer's thread"""

    async def live(self) -> bool:
        """Let it do its block; whether it belongs in the transaction."""
        self.turn.set_result(None)
        return await self.ended

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
        else:
            self._writer.require_transaction()
        return work(sql, values)

    def _open(self) -> None:
        wire = self._writer.wire
        if self.opening == SAVEPOINT:
            self._writer.next_savepoint()
        else:
            if wire.in_transaction:
                wire.control("ROLLBACK")  # left over where a rollback itself had failed
            wire.control(BEGIN)
        self.opened = True

    def undo(self) -> None:
        """On the thread, after every statement of the block: leave the transaction as it was before this unit."""
        wire = self._writer.wire
        if self.opening == SAVEPOINT:
            self._writer.require_transaction()
        if self.opened and wire.in_transaction:
            wire.control(UNDO if self.opening == SAVEPOINT else "ROLLBACK")


class WholeUnit(Unit):
    """A unit of work that stays on the thread from its first statement to its last, and shares the way there."""

    def __init__(self, writer: Writer, work: Work[Any]) -> None:
        super().__init__(writer)
        self._work = work
        self.result: Any = None
        self.trouble: Exception | None = None
        self.was_performed = False

    def perform(self) -> bool:
        """On the thread: do all of it; whether it belongs in the transaction."""
        self.was_performed = True
        try:
            self.result = finish(self._work(self))
        except Exception as error:
            self.trouble = error
        return self.trouble is None

    async def _call(self, work: Callable[[str, Any], T], sql: str, values: object) -> T:
        if not self.opening:
            self.opening = self._writer.opening()
        return self._inside(work, sql, values)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run what never has to wait."""
    try:
        work.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    work.close()
    raise RuntimeError("work in one piece waits for nothing but its connection")


class Writer:
    """Gives turns in arrival order and commits for all who came while it was busy.

    A task of its own does the transaction's control statements, so that a caller may be cancelled anywhere.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._waiting: deque[Unit] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._begun = False
        self._savepoint = False
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
        unit = self._queued(Unit(self))
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

    async def whole(self, work: Work[T]) -> T:
        unit = self._queued(WholeUnit(self, work))
        await unit.ended
        if unit.trouble:
            raise unit.trouble
        await unit.durable
        result: T = unit.result
        return result

    def _queued(self, unit: SomeUnit) -> SomeUnit:
        if self._closing:
            raise RuntimeError("the database is closed")
        if self._inside and self._inside is asyncio.current_task():
            raise RuntimeError("a unit of work within a unit of work would wait for itself")
        self._waiting.append(unit)
        self._arrived.set()
        return unit

    def opening(self) -> str:
        """How the unit whose turn it is has to begin."""
        if self._begun:
            return SAVEPOINT
        self._begun = True
        return BEGIN

    def require_transaction(self) -> None:
        """On the thread: SQLite may have ended it by itself, on a full disk or an I/O error."""
        if not self.wire.in_transaction:
            raise NotCommitted("SQLite has rolled the transaction back")

    def next_savepoint(self) -> None:
        """On the thread: a savepoint inside another would cost each write a copy of the page for either."""
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
        """One transaction for everybody who waits; its COMMIT answers them all."""
        kept: list[Unit] = []
        self._begun = self._savepoint = False
        try:
            await self._gather(kept)
        except Exception as error:
            with suppress(Exception):  # the next BEGIN tries again
                await self.wire.call(self._roll_back)
            _answer(kept, error)
        else:
            _answer(kept, None)

    async def _gather(self, kept: list[Unit]) -> None:
        """Let everybody who waits into ``kept`` and commit. Whole units in a row are one hop, the last one commits."""
        while self._waiting and len(kept) < MOST_UNITS:
            whole = self._whole_ones(MOST_UNITS - len(kept))
            if not whole:
                unit = self._waiting.popleft()
                if await self._let(unit):
                    kept.append(unit)
                continue
            is_last = not self._waiting or len(kept) + len(whole) == MOST_UNITS
            try:
                await self.wire.call(self._perform, whole, is_last)
            finally:
                kept += self._ended(whole)
            if is_last:
                return
        if self._begun:
            await self.wire.call(self.wire.control, "COMMIT")

    async def _let(self, unit: Unit) -> bool:
        """Give a unit its turn, unless its caller has gone; whether it belongs in the transaction."""
        if unit.turn.cancelled():
            return False
        stays = await unit.live()
        if not stays and unit.opening:
            await self.wire.call(self._undo, unit)
        return stays

    def _whole_ones(self, most: int) -> list[WholeUnit]:
        """Those at the head of the line."""
        whole: list[WholeUnit] = []
        while self._waiting and len(whole) < most and isinstance(unit := self._waiting[0], WholeUnit):
            whole.append(unit)
            self._waiting.popleft()
        return whole

    def _perform(self, units: Iterable[WholeUnit], is_last: bool) -> None:
        """On the thread: one after another, but for those whose caller has gone."""
        for unit in units:
            if not unit.ended.cancelled() and not unit.perform() and unit.opening:
                self._undo(unit)
        if is_last and self._begun:
            self.wire.control("COMMIT")

    def _ended(self, units: Sequence[WholeUnit]) -> list[WholeUnit]:
        """Those that belong in the transaction; whom an error has kept from his turn is the first in line again."""
        self._waiting.extendleft(
            unit for unit in reversed(units) if not unit.was_performed and not unit.ended.cancelled()
        )
        performed = [unit for unit in units if unit.was_performed]
        for unit in performed:
            if not unit.ended.done():  # its caller may have been cancelled meanwhile
                unit.ended.set_result(unit.trouble is None)
        return [unit for unit in performed if unit.trouble is None]

    def _undo(self, unit: Unit) -> None:
        """On the thread."""
        unit.undo()
        if unit.opening == BEGIN:
            self._begun = False

    def _roll_back(self) -> None:
        if self.wire.in_transaction:
            self.wire.control("ROLLBACK")


def _answer(units: Iterable[Unit], error: Exception | None) -> None:
    for unit in units:
        if unit.durable.done():
            continue  # its caller was cancelled meanwhile
        if error is None:
            unit.durable.set_result(None)
        else:
            trouble = NotCommitted("the transaction could not be committed")
            trouble.__cause__ = error
            unit.durable.set_exception(trouble)
