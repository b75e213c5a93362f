"""A write lock that another program holds: a write waits for it for a while, then says that the database is busy."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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


@pytest.mark.xfail(strict=True, reason="a write waits half a second only")
async def test_write_waits_for_a_lock_of_a_second(database: Database, other: sqlite3.Connection) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(add(database, 1))
        await asyncio.sleep(1)
        other.execute("ROLLBACK")
    assert await numbers(database) == [1]
