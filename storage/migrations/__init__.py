"""Brings a database to the schema this code knows: numbered files, one after another, each in one transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from storage.database import Connection, Database, Row

FOLDER = Path(__file__).parent

TABLE = "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)"
APPLIED = "SELECT number, name, checksum FROM migrations ORDER BY number"
KNOWN = "SELECT 1 FROM sqlite_master WHERE name = 'migrations'"
RECORD = """
    INSERT INTO migrations (number, name, checksum) VALUES (:number, :name, :checksum)
    ON CONFLICT (number) DO NOTHING RETURNING number
"""


class SchemaMismatch(Exception):
    """The database was not made by these files: going on could only harm it."""


class Migration(NamedTuple):
    number: int
    name: str
    checksum: str
    sql: str


def list_migrations(folder: Path = FOLDER) -> list[Migration]:
    """The files ``0001_name.sql`` of a folder, in order, without gaps."""
    found = [_read(path) for path in sorted(folder.glob("[0-9]*_*.sql"))]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatch(f"migrations must be numbered 1, 2, 3…: {[migration.name for migration in found]}")
    return found


async def migrate(database: Database, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing; the names applied. Raises SchemaMismatch where history differs or is ahead of the code."""
    migrations = list_migrations(folder)
    applied = await list_applied(database)
    _compare(migrations, applied)
    return [m.name for m in migrations[len(applied) :] if await _apply(database, m)]


async def list_applied(database: Database) -> Sequence[Row]:
    async def look(connection: Connection) -> Sequence[Row]:
        return await connection.fetch(APPLIED, {}) if await connection.fetch(KNOWN, {}) else []

    return await database.read(look)


def statements(sql: str) -> Iterator[str]:
    """The statements of a script, whole even where a trigger or a text holds a semicolon."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise SchemaMismatch(f"a statement has no end: {statement.strip()[:80]}")


def _read(path: Path) -> Migration:
    text = path.read_bytes()
    return Migration(int(path.name.partition("_")[0]), path.name, hashlib.sha256(text).hexdigest(), text.decode())


def _compare(migrations: Sequence[Migration], applied: Sequence[Row]) -> None:
    if len(applied) > len(migrations):
        raise SchemaMismatch(f"the database is newer than this program: it knows {applied[-1]['name']}")
    for migration, row in zip(migrations, applied, strict=False):
        if row["checksum"] != migration.checksum:
            raise SchemaMismatch(f"{migration.name} was changed after it had been applied")


async def _apply(database: Database, migration: Migration) -> bool:
    """False where another process was faster."""

    async def apply(connection: Connection) -> bool:
        await connection.execute(TABLE, {})
        if not await _record(connection, migration):
            return False
        for statement in statements(migration.sql):
            await connection.execute(statement, {})
        return True

    return await database.write(apply)


async def _record(connection: Connection, migration: Migration) -> bool:
    return bool(await connection.fetch(RECORD, {k: v for k, v in migration._asdict().items() if k != "sql"}))
