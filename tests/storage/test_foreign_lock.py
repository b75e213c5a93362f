"""A write lock that another program holds: a write waits for it for a while, then says that the database is busy."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.core import limits
from bot.core.errors import StorageBusy
from storage.database.connection import Connection, Database
from storage.database.opening import open_database

TABLE = "CREATE TABLE IF NOT EXISTS numbers (number INTEGER NOT NULL) STRICT"
INSERT = "INSERT INTO numbers (number) VALUES (:number)"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")
    await database.write(lambda connection: connection.execute(TABLE, {}))
    yield database
    await database.close()


@pytest.fixture
async def other(tmp_path: Path, database: Database) -> AsyncIterator[sqlite3.Connection]:
    """Another program that has the write lock."""
    connection = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


async def add(database: Database, number: int) -> None:
    await database.write(lambda connection: connection.execute(INSERT, {"number": number}))


async def numbers(database: Database) -> list[int]:
    async def read(connection: Connection) -> list[int]:
        return [row["number"] for row in await connection.fetch("SELECT number FROM numbers ORDER BY number", {})]

    return await database.read(read)


async def test_write_waits_for_a_lock_of_a_second(database: Database, other: sqlite3.Connection) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(add(database, 1))
        await asyncio.sleep(1)
        other.execute("ROLLBACK")
    assert await numbers(database) == [1]


async def test_longer_lock_says_busy_and_changes_nothing(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOCK_TIMEOUT", 0.1)
    with pytest.raises(StorageBusy):
        await add(database, 1)
    assert await numbers(database) == []
    other.execute("ROLLBACK")
    await add(database, 2)
    assert await numbers(database) == [2]


async def test_each_waiting_unit_waits_its_own_time(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The units behind one that has waited in vain are not lost with it."""
    monkeypatch.setattr(limits, "LOCK_TIMEOUT", 1.5)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(refused(add(database, 1)))
        # Those behind the first have a second more than it: a busy machine needs some of it.
        await asyncio.sleep(1)
        later = [group.create_task(add(database, number)) for number in range(2, 70)]
        await first
        other.execute("ROLLBACK")
        await asyncio.gather(*later)
    assert await numbers(database) == list(range(2, 70))


async def refused(write: Coroutine[Any, Any, None]) -> None:
    with pytest.raises(StorageBusy):
        await write
