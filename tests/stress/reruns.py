"""Run each writing unit of work twice, rolling back the first run, and compare answers and statements.

A database may retry a unit, so both runs must be alike. Values of statements are not compared: rows get random uids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from storage.database.connection import Connection, Database, Row, T, Work

SAVEPOINT = "SAVEPOINT first_run"
UNDO = "ROLLBACK TO first_run"
RELEASE = "RELEASE first_run"


class Recording:
    """A connection that records its statements without their values: sealed values differ in each run."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.statements: list[str] = []

    async def fetch(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        self.statements.append(sql)
        return await self._connection.fetch(sql, values)

    async def execute(self, sql: str, values: Mapping[str, object]) -> None:
        self.statements.append(sql)
        await self._connection.execute(sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        self.statements.append(sql)
        await self._connection.execute_many(sql, rows)


class Outcome(NamedTuple):
    """What a run returned or raised; exceptions are compared by type and arguments."""

    answer: object
    raised: tuple[type[Exception], str] | None
    statements: list[str]


class RunsTwice:
    """Implements Database over another one; ``differing`` has a line for each unit whose runs differ."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.units = 0
        self.differing: list[str] = []

    async def read(self, work: Work[T]) -> T:
        return await self._database.read(work)

    async def read_long(self, work: Work[T]) -> T:
        return await self._database.read_long(work)

    async def write(self, work: Work[T]) -> T:
        return await self._database.write(lambda connection: self._twice(connection, work))

    async def rebuild(self) -> None:
        await self._database.rebuild()

    async def clear_log(self) -> bool:
        return await self._database.clear_log()

    async def close(self) -> None:
        await self._database.close()

    async def _twice(self, connection: Connection, work: Work[T]) -> T:
        self.units += 1
        await connection.execute(SAVEPOINT, {})
        first = await _outcome(connection, work)
        await connection.execute(UNDO, {})
        await connection.execute(RELEASE, {})
        recording = Recording(connection)
        try:
            answer = await work(recording)
        except Exception as error:
            self._compare(first, Outcome(None, _described(error), recording.statements))
            raise
        self._compare(first, Outcome(_plain(answer), None, recording.statements))
        return answer

    def _compare(self, first: Outcome, second: Outcome) -> None:
        if first != second:
            self.differing.append(f"{first}\n  {second}")


async def _outcome(connection: Connection, work: Work[Any]) -> Outcome:
    recording = Recording(connection)
    try:
        return Outcome(_plain(await work(recording)), None, recording.statements)
    except Exception as error:
        return Outcome(None, _described(error), recording.statements)


def _plain(answer: object) -> object:
    """Return an exception as its type and arguments: exceptions compare by identity."""
    return _described(answer) if isinstance(answer, Exception) else answer


def _described(error: Exception) -> tuple[type[Exception], str]:
    return type(error), repr(error)
