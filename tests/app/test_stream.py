"""`registratura backup --stream` and `restore --stream`: the database of a moment, from what litestream has copied."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.stream import write_configuration
from storage.database.opening import open_database
from tests.app.streaming import copied_until, litestream_is_here, streaming
from tests.app.test_cli import KEY, Operator, emulator, operator
from tests.builders import some_settings

__all__ = ["emulator", "operator"]  # fixtures

needs_litestream = pytest.mark.skipif(not litestream_is_here(), reason="litestream is missing: the extra `backup`")

LONG = "INSERT INTO words SELECT hex(randomblob(250000))"
CARD = """
    INSERT INTO patients (uid, sealed_identity, policy_index, status, created_at)
    VALUES (x'07', x'07', x'07', 'DRAFT', 1)
"""


def write(database: Path, sql: str, *values: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(sql, values)


def cursors(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [system for (system,) in connection.execute("SELECT system FROM cursors ORDER BY cursor")]


def plant(database: Path, word: str) -> None:
    write(database, "INSERT INTO cursors (system, cursor) VALUES (?, ?)", word, word)


@asynccontextmanager
async def streamed(operator: Operator) -> AsyncIterator[Path]:
    """Migrate, stream the database, and lose it at the end; yield its file."""
    database, copies = operator.folder / "registratura.sqlite3", operator.folder / "copies"
    operator.settings["BACKUP_URL"] = copies.as_uri()
    await operator.set_up()
    async with streaming(operator):
        yield database
    for file in operator.folder.glob("*registratura.sqlite3*"):
        if file.is_file():
            file.unlink()


def test_configuration_has_paths_and_days_but_no_key(tmp_path: Path) -> None:
    settings = some_settings(
        database_url=f"sqlite:///{tmp_path}/town.sqlite3", backup_url="s3://copies/town", backup_days=30
    )
    text = write_configuration(settings).read_text()
    written = json.loads(text)
    assert written["dbs"][0]["path"] == str(tmp_path / "town.sqlite3")
    assert written["dbs"][0]["replica"]["url"] == "s3://copies/town"
    assert written["snapshot"]["retention"] == "696h"
    assert KEY not in text
    assert "EMULATOR" not in text


@needs_litestream
async def test_streamed_database_is_restored_to_its_newest_or_to_a_moment(operator: Operator) -> None:
    """The list of erasures was lost with the machine: the newest copy says who is not there any more."""
    async with streamed(operator) as database:
        write(database, CARD)
        plant(database, "a")
        moment = await copied_until(operator, database)
        plant(database, "b")
        write(database, "DELETE FROM patients")
        await copied_until(operator, database)
    restored = await operator.run("restore", "--stream")
    assert restored.code == 0, restored
    assert cursors(database) == ["a", "b"]
    for file in (database, operator.folder / "erasures.log"):
        file.unlink(missing_ok=True)
    restored = await operator.run("restore", "--stream", "--at", moment.isoformat())
    assert restored.code == 0, restored
    assert cursors(database) == ["a"]
    assert "erased again: 1" in restored.out


async def test_what_is_missing_for_a_stream_is_named(operator: Operator) -> None:
    await operator.set_up()
    told = await operator.run("backup", "--stream")
    assert (told.code, told.err.split()[0]) == (1, "BACKUP_URL") or "litestream is not here" in told.err
    neither = await operator.run("backup")
    assert (neither.code, "name a file, or --stream" in neither.err) == (2, True)
    wrong = await operator.run("check", BACKUP_URL="ftp://somewhere/else")
    assert "BACKUP_URL is wrong" in wrong.out


async def test_streaming_bot_leaves_the_log_alone(tmp_path: Path) -> None:
    database = tmp_path / "town.sqlite3"
    opened = await open_database(f"sqlite:///{database}", streamed=True)
    try:
        await opened.write(lambda connection: connection.execute("CREATE TABLE words (word TEXT)", {}))
        for _number in range(12):
            await opened.write(lambda connection: connection.execute(LONG, {}))
        size = database.with_name(f"{database.name}-wal").stat().st_size
        assert size > 6_000_000
        assert await opened.clear_log()
        assert database.with_name(f"{database.name}-wal").stat().st_size == size
    finally:
        await opened.close()
