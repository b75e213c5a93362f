"""A unit of work in one piece keeps the same promise as any other, and leaves the line as it found it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from storage.database import Conflict, Connection, Database, NotCommitted, open_database

TABLE = "CREATE TABLE pairs (unit INTEGER NOT NULL, half INTEGER NOT NULL, UNIQUE (unit, half)) STRICT"
INSERT = "INSERT INTO pairs (unit, half) VALUES (:unit, :half)"
HALVES = "SELECT half FROM pairs WHERE unit = :unit ORDER BY half"


class Watch:
    """A probe that remembers what was run, fails where it is told to, and can hold the thread up."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.fails: Callable[[str], bool] = lambda sql: False
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, number: int, sql: str) -> None:
        self.seen.append(sql)
        if sql == INSERT:
            self.gate.wait(10)
        if self.fails(sql):
            raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def database(tmp_path: Path, watch: Watch) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3", watch)
    try:
        async with database.write() as connection:
            await connection.execute(TABLE, {})
        yield database
    finally:
        watch.gate.set()
        await database.close()


def pair(unit: int, trouble: Exception | None = None) -> Callable[[Connection], Coroutine[Any, Any, int]]:
    async def work(connection: Connection) -> int:
        await connection.execute(INSERT, {"unit": unit, "half": 1})
        if trouble is not None:
            raise trouble
        await connection.execute(INSERT, {"unit": unit, "half": 2})
        return len(await connection.fetch("SELECT 1 FROM pairs WHERE unit = :unit", {"unit": unit}))

    return work


async def write_pair(database: Database, unit: int) -> int:
    async with database.write() as connection:
        return await pair(unit)(connection)


async def halves(database: Database) -> dict[int, int]:
    async with database.read() as connection:
        return dict(map(tuple, await connection.fetch("SELECT unit, count(*) FROM pairs GROUP BY unit", {})))


async def test_it_answers_and_is_kept(database: Database) -> None:
    assert await database.write_at_once(pair(1)) == 2
    assert await halves(database) == {1: 2}


async def test_its_own_trouble_comes_back_as_it_was_and_undoes_it_alone(database: Database) -> None:
    trouble = LookupError("the caller's own trouble")
    works = [pair(1), pair(2, trouble), pair(3)]
    told = await asyncio.gather(*map(database.write_at_once, works), return_exceptions=True)
    assert told == [2, trouble, 2]
    assert await halves(database) == {1: 2, 3: 2}


async def test_the_first_in_line_may_fail(database: Database) -> None:
    works = [pair(1, LookupError()), pair(2)]
    first, second = await asyncio.gather(*map(database.write_at_once, works), return_exceptions=True)
    assert isinstance(first, LookupError)
    assert second == 2
    assert await halves(database) == {2: 2}


async def test_a_unique_index_refuses_by_name(database: Database) -> None:
    await database.write_at_once(pair(1))
    with pytest.raises(Conflict):
        await database.write_at_once(pair(1))


async def test_it_stands_in_one_line_with_other_units(database: Database, watch: Watch) -> None:
    before = watch.seen.count("COMMIT")
    await asyncio.gather(
        *(write_pair(database, unit) if unit % 2 else database.write_at_once(pair(unit)) for unit in range(40))
    )
    assert await halves(database) == dict.fromkeys(range(40), 2)
    assert watch.seen.count("COMMIT") - before <= 3
    async with database.read() as connection:
        rows = await connection.fetch("SELECT unit FROM pairs WHERE half = 1 ORDER BY rowid", {})
    assert [row["unit"] for row in rows] == list(range(40))


async def test_nobody_is_told_before_the_commit(database: Database, watch: Watch) -> None:
    watch.fails = lambda sql: sql == "COMMIT"
    told = await asyncio.gather(*(database.write_at_once(pair(unit)) for unit in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [NotCommitted] * 3
    watch.fails = lambda sql: False
    assert await halves(database) == {}
    assert await database.write_at_once(pair(4)) == 2


@pytest.mark.parametrize("failing", ["BEGIN IMMEDIATE", INSERT, "ROLLBACK", "SAVEPOINT unit", "ROLLBACK TO unit"])
async def test_a_failing_statement_harms_only_those_who_are_told(
    database: Database, watch: Watch, failing: str
) -> None:
    watch.fails = lambda sql: sql == failing
    works = [pair(1, LookupError()), pair(2), pair(3, LookupError()), pair(4)]
    told = await asyncio.gather(*map(database.write_at_once, works), return_exceptions=True)
    watch.fails = lambda sql: False
    assert await halves(database) == {unit: 2 for unit, answer in enumerate(told, 1) if answer == 2}
    assert await database.write_at_once(pair(9)) == 2


async def test_who_stood_behind_a_failing_rollback_still_has_his_turn(database: Database, watch: Watch) -> None:
    watch.fails = lambda sql: sql == "ROLLBACK TO unit"
    works = [pair(1), pair(2, LookupError()), pair(3)]
    first, second, third = await asyncio.gather(*map(database.write_at_once, works), return_exceptions=True)
    assert isinstance(first, NotCommitted)
    assert isinstance(second, LookupError)
    assert third == 2
    assert await halves(database) == {3: 2}


async def test_cancelled_before_its_turn_it_never_runs(database: Database, watch: Watch) -> None:
    watch.gate.clear()
    first = asyncio.create_task(database.write_at_once(pair(1)))  # noqa: TID251 - the test waits for it
    late = asyncio.create_task(database.write_at_once(pair(2)))  # noqa: TID251 - the test waits for it
    await asyncio.sleep(0.02)
    late.cancel()
    await asyncio.sleep(0)
    watch.gate.set()
    assert await first == 2
    assert late.cancelled()
    assert await halves(database) == {1: 2}


async def test_cancelled_while_it_runs_it_is_whole_or_not_at_all(database: Database, watch: Watch) -> None:
    watch.gate.clear()
    slow = asyncio.create_task(database.write_at_once(pair(1)))  # noqa: TID251 - the test waits for it
    await asyncio.sleep(0.02)
    slow.cancel()
    await asyncio.sleep(0)
    watch.gate.set()
    assert await database.write_at_once(pair(2)) == 2
    assert slow.cancelled()
    assert await halves(database) in ({1: 2, 2: 2}, {2: 2})


async def test_work_that_waits_for_anything_else_is_refused_and_undone(database: Database) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute(INSERT, {"unit": 1, "half": 1})
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its connection"):
        await database.write_at_once(work)
    assert await halves(database) == {}


async def test_within_another_unit_it_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    async with database.write():
        with pytest.raises(RuntimeError, match="within"):
            await database.write_at_once(pair(1))


async def test_a_closed_database_takes_none(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/closed.sqlite3")
    await database.close()
    with pytest.raises(RuntimeError, match="closed"):
        await database.write_at_once(pair(1))


async def test_what_is_read_at_once_is_what_is_committed(database: Database) -> None:
    async def work(connection: Connection) -> list[int]:
        return [row["half"] for unit in (1, 2) for row in await connection.fetch(HALVES, {"unit": unit})]

    async with database.write() as connection:
        await pair(1)(connection)
        assert await database.read_at_once(work) == []
    await database.write_at_once(pair(2))
    assert await database.read_at_once(work) == [1, 2, 1, 2]


async def test_what_reads_at_once_writes_nothing_and_waits_for_nothing_else(database: Database) -> None:
    async def waits(connection: Connection) -> None:
        await asyncio.sleep(0)

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read_at_once(pair(1))
    with pytest.raises(RuntimeError, match="nothing but its connection"):
        await database.read_at_once(waits)
