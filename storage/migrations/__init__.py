"""Migrates a database to the schema of this program: numbered files in order, each in one transaction.

The first line of a file is ``-- expands: yes, reason`` or ``-- expands: no, reason``. A migration expands if the
release before it starts and works on the migrated database. The database records the migrations that expand, so an
older program accepts a database that is ahead of it by such migrations only, and a release can be rolled back.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from storage.database.connection import Connection, Database, Row

FOLDER = Path(__file__).parent

TABLES = (
    "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS expanding_migrations (number INTEGER PRIMARY KEY)",
)
EXISTING = "SELECT name FROM sqlite_master WHERE name IN ('migrations', 'expanding_migrations')"
APPLIED = "SELECT number, name, checksum FROM migrations ORDER BY number"
EXPANDING = "SELECT number FROM expanding_migrations"
RECORD_EXPANDING = "INSERT INTO expanding_migrations (number) VALUES (:number)"
RECORD = """
    INSERT INTO migrations (number, name, checksum) VALUES (:number, :name, :checksum)
    ON CONFLICT (number) DO NOTHING RETURNING number
"""
MARKER = re.compile(r"-- expands: (yes|no), .+")


class SchemaMismatch(Exception):
    """The database and the migration files do not match: the program must not use the database."""


class Migration(NamedTuple):
    """One file. The checksum leaves out its first line: the mark does not change what the file does."""

    number: int
    name: str
    checksum: str
    expands: bool
    sql: str


class Applied(NamedTuple):
    """One migration as the database recorded it."""

    number: int
    name: str
    checksum: str
    expands: bool


def list_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return the files ``0001_name.sql`` of a folder in order. Raises SchemaMismatch if a number is missing."""
    found = [_read(path) for path in sorted(folder.glob("[0-9]*_*.sql"))]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise SchemaMismatch(f"migrations must be numbered 1, 2, 3…: {[migration.name for migration in found]}")
    return found


async def migrate(database: Database, folder: Path = FOLDER) -> list[str]:
    """Apply the missing migrations and return their names.

    Raises SchemaMismatch if the history differs, or if the database is ahead by a migration that does not expand.
    """
    migrations = list_migrations(folder)
    applied = await list_applied(database)
    compare(migrations, applied)
    return [m.name for m in migrations[len(applied) :] if await _apply(database, m)]


async def list_applied(database: Database) -> list[Applied]:
    """Return the migrations that the database has, in order. Those of an earlier release count as not expanding."""

    async def read(connection: Connection) -> tuple[list[Row], list[Row]]:
        tables = {row["name"] for row in await connection.fetch(EXISTING, {})}
        applied = await connection.fetch(APPLIED, {}) if "migrations" in tables else []
        return applied, await connection.fetch(EXPANDING, {}) if "expanding_migrations" in tables else []

    applied, expanding = await database.read(read)
    numbers = {row["number"] for row in expanding}
    return [Applied(row["number"], row["name"], row["checksum"], row["number"] in numbers) for row in applied]


def compare(migrations: Sequence[Migration], applied: Sequence[Applied]) -> None:
    """Raise SchemaMismatch if this program cannot use the database, now or after migrating it."""
    for migration, known in zip(migrations, applied, strict=False):
        if known.checksum != migration.checksum:
            raise SchemaMismatch(f"{migration.name} was changed after it had been applied")
    if not all(ahead.expands for ahead in applied[len(migrations) :]):
        raise SchemaMismatch(f"the database is newer than this program: it knows {applied[-1].name}")


def statements(sql: str) -> Iterator[str]:
    """Yield the statements of a script. A semicolon inside a trigger or a string does not split one."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        raise SchemaMismatch(f"a statement has no end: {statement.strip()[:80]}")


def _read(path: Path) -> Migration:
    marker, _newline, script = path.read_bytes().partition(b"\n")
    if (marked := MARKER.fullmatch(marker.decode())) is None:
        raise SchemaMismatch(
            f"the first line of {path.name} must be `-- expands: yes, reason` or `-- expands: no, reason`"
        )
    number, checksum = int(path.name.partition("_")[0]), hashlib.sha256(script).hexdigest()
    return Migration(number, path.name, checksum, marked[1] == "yes", script.decode())


async def _apply(database: Database, migration: Migration) -> bool:
    """Return False if another process has applied the migration first."""

    async def apply(connection: Connection) -> bool:
        for table in TABLES:
            await connection.execute(table, {})
        if not await _record(connection, migration):
            return False
        for statement in statements(migration.sql):
            await connection.execute(statement, {})
        return True

    return await database.write(apply)


async def _record(connection: Connection, migration: Migration) -> bool:
    row = {"number": migration.number, "name": migration.name, "checksum": migration.checksum}
    if not await connection.fetch(RECORD, row):
        return False
    if migration.expands:
        await connection.execute(RECORD_EXPANDING, {"number": migration.number})
    return True
