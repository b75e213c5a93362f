"""Tests of migrations: every known database reaches the newest schema, any other is refused."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database.connection import Connection, Database
from storage.database.opening import open_database
from storage.migrations import (
    APPLIED,
    EXISTING,
    EXPANDING,
    FOLDER,
    Migration,
    SchemaMismatch,
    list_applied,
    list_migrations,
    migrate,
    statements,
)
from tests.builders import database_in

NEWEST = list_migrations()
SECOND = "INSERT INTO first (word) VALUES ('a;b');\nDROP TABLE IF EXISTS unknown;\n"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")
    yield database
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write two migrations that do not expand."""
    files = tmp_path / "files"
    files.mkdir()
    write(files, "0001_first.sql", "CREATE TABLE first (id INTEGER PRIMARY KEY, word TEXT) STRICT;\n")
    write(files, "0002_second.sql", SECOND)
    return files


def write(folder: Path, name: str, sql: str, expands: str = "no") -> None:
    (folder / name).write_text(f"-- expands: {expands}, a test says so.\n{sql}")


async def schema(database: Database) -> list[tuple[str, str]]:
    rows = await database.read(
        lambda connection: connection.fetch("SELECT name, sql FROM sqlite_master ORDER BY name", {})
    )
    return [(row["name"], row["sql"]) for row in rows]


async def test_migrate_applies_everything_once_to_an_empty_database(database: Database) -> None:
    assert await migrate(database) == [migration.name for migration in NEWEST]
    before = await schema(database)
    assert await migrate(database) == []
    assert await schema(database) == before


class Releases:
    """The databases of all earlier releases, each made from the one before it when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._files = folder, folder / "files"
        self._files.mkdir()
        self._made = 0

    async def copy(self, known: int, path: Path) -> None:
        """Copy to ``path`` the database that has the first ``known`` migrations."""
        while self._made < known:
            await self._make_next()
        shutil.copy(self._database(known), path)

    async def _make_next(self) -> None:
        before, self._made = self._database(self._made), self._made + 1
        if before.exists():
            shutil.copy(before, self._database(self._made))
        shutil.copy(FOLDER / NEWEST[self._made - 1].name, self._files)
        database = await open_database(f"sqlite:///{self._database(self._made)}")
        await migrate(database, self._files)
        await database.close()

    def _database(self, known: int) -> Path:
        return self._folder / f"{known}.sqlite3"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Releases:
    return Releases(tmp_path_factory.mktemp("releases"))


@pytest.mark.parametrize("known", range(1, len(NEWEST) + 1))
async def test_migrate_brings_every_older_schema_to_the_same_end(
    releases: Releases, tmp_path: Path, known: int
) -> None:
    await releases.copy(known, tmp_path / "older.sqlite3")
    older = await open_database(f"sqlite:///{tmp_path}/older.sqlite3")
    assert await migrate(older) == [migration.name for migration in NEWEST[known:]]
    async with database_in(tmp_path) as fresh:
        assert await schema(older) == await schema(fresh)
    await older.close()


async def test_migrate_without_work_takes_three_queries(tmp_path: Path) -> None:
    ran: list[str] = []
    async with database_in(tmp_path, lambda number, sql: ran.append(sql)) as database:
        ran.clear()
        assert await migrate(database) == []
    assert ran == [EXISTING, APPLIED, EXPANDING]


async def test_migrate_refuses_a_file_changed_after_it_was_applied(database: Database, folder: Path) -> None:
    await migrate(database, folder)
    write(folder, "0001_first.sql", "CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT;\n")
    with pytest.raises(SchemaMismatch, match="was changed after"):
        await migrate(database, folder)


async def test_migrate_refuses_a_database_newer_than_the_code(database: Database, folder: Path) -> None:
    await migrate(database, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(SchemaMismatch, match="newer than this program"):
        await migrate(database, folder)


async def test_migrate_accepts_a_database_ahead_by_expanding_files(database: Database, folder: Path) -> None:
    """A release is rolled back: the database keeps what the newer one added, and the older one works on it."""
    write(folder, "0003_third.sql", "CREATE TABLE third (id INTEGER PRIMARY KEY) STRICT;\n", expands="yes")
    write(folder, "0004_fourth.sql", "ALTER TABLE third ADD COLUMN word TEXT;\n", expands="yes")
    await migrate(database, folder)
    (folder / "0004_fourth.sql").unlink()
    (folder / "0003_third.sql").unlink()
    before = await schema(database)
    assert await migrate(database, folder) == []
    assert await schema(database) == before


async def test_migrate_refuses_a_database_ahead_by_any_other_file(database: Database, folder: Path) -> None:
    """One expanding file does not excuse another one that is also unknown to the older release."""
    write(folder, "0003_third.sql", "CREATE TABLE third (id INTEGER PRIMARY KEY) STRICT;\n", expands="yes")
    await migrate(database, folder)
    (folder / "0003_third.sql").unlink()
    (folder / "0002_second.sql").unlink()
    with pytest.raises(SchemaMismatch, match=r"newer than this program: it knows 0003_third\.sql"):
        await migrate(database, folder)


async def test_migrate_refuses_a_database_ahead_with_another_past(database: Database, folder: Path) -> None:
    write(folder, "0003_third.sql", "CREATE TABLE third (id INTEGER PRIMARY KEY) STRICT;\n", expands="yes")
    await migrate(database, folder)
    (folder / "0003_third.sql").unlink()
    write(folder, "0002_second.sql", "INSERT INTO first (word) VALUES ('c');\n")
    with pytest.raises(SchemaMismatch, match=r"0002_second\.sql was changed after"):
        await migrate(database, folder)


async def test_migrate_knows_a_database_from_before_the_marks(database: Database, folder: Path) -> None:
    """The release before the marks recorded the checksum of the script alone and no expanding migrations."""
    await migrate(database, folder)

    async def forget_marks(connection: Connection) -> None:
        await connection.execute("DROP TABLE expanding_migrations", {})
        recorded = {"checksum": hashlib.sha256(SECOND.encode()).hexdigest()}
        await connection.execute("UPDATE migrations SET checksum = :checksum WHERE number = 2", recorded)

    await database.write(forget_marks)
    write(folder, "0003_third.sql", "CREATE TABLE third (id INTEGER PRIMARY KEY) STRICT;\n", expands="yes")
    assert await migrate(database, folder) == ["0003_third.sql"]
    assert [applied.expands for applied in await list_applied(database)] == [False, False, True]


@pytest.mark.parametrize("migration", [each for each in NEWEST if each.expands], ids=lambda each: each.name)
def test_expanding_migration_takes_nothing_away(migration: Migration) -> None:
    """The release before still uses every table, column and view that it knows; a view may be made anew."""
    taken = re.findall(r"\b(?:DROP (?:TABLE|VIEW|COLUMN)|RENAME)\b.*", migration.sql, re.IGNORECASE)
    made_anew = {f"DROP VIEW {name};" for name in re.findall(r"^CREATE VIEW (\w+)", migration.sql, re.MULTILINE)}
    assert [each for each in taken if each not in made_anew] == [], "mark it `-- expands: no, reason`"


def test_migration_without_expands_mark_is_refused(folder: Path) -> None:
    (folder / "0003_third.sql").write_text("SELECT 1;\n")
    with pytest.raises(SchemaMismatch, match=r"first line of 0003_third\.sql"):
        list_migrations(folder)


async def test_failed_migration_is_rolled_back_and_can_be_fixed(database: Database, folder: Path) -> None:
    second = folder / "0002_second.sql"
    whole = second.read_text()
    write(folder, second.name, "INSERT INTO first (word) VALUES ('half');\nINSERT INTO missing VALUES (1);\n")
    with pytest.raises(Exception, match="missing"):
        await migrate(database, folder)
    assert [applied.name for applied in await list_applied(database)] == ["0001_first.sql"]
    second.write_text(whole)
    assert await migrate(database, folder) == ["0002_second.sql"]

    async def look(connection: Connection) -> None:
        assert [row["word"] for row in await connection.fetch("SELECT word FROM first", {})] == ["a;b"]

    await database.read(look)


async def test_concurrent_processes_apply_each_migration_once(database: Database, folder: Path, tmp_path: Path) -> None:
    other = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")
    ours, theirs = await asyncio.gather(migrate(database, folder), migrate(other, folder))
    assert sorted(ours + theirs) == ["0001_first.sql", "0002_second.sql"]
    await other.close()


@pytest.mark.parametrize("name", ["0004_gap.sql", "0002_twice.sql"])
def test_migration_numbers_have_no_gaps_or_duplicates(folder: Path, name: str) -> None:
    write(folder, name, "SELECT 1;")
    with pytest.raises(SchemaMismatch, match="numbered"):
        list_migrations(folder)


def test_migration_statement_without_end_is_refused() -> None:
    with pytest.raises(SchemaMismatch, match="no end: DROP"):
        list(statements("SELECT 1;\nDROP TABLE x"))


def test_migration_trigger_is_one_statement() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  DELETE FROM b;\n  DELETE FROM c;\nEND;\n"
    assert list(statements(f"SELECT 1;\n{trigger}SELECT 2;\n")) == ["SELECT 1;\n", trigger, "SELECT 2;\n"]
