"""`registratura backup` and `restore`: what was acknowledged before the copy was made is there after a disaster."""

from __future__ import annotations

import os
import sqlite3
from base64 import b64decode
from contextlib import closing
from pathlib import Path

from storage.erasures import Erased, append_erasures, read_erasures
from tests.app.test_cli import KEY, Operator, emulator, operator

__all__ = ["emulator", "operator"]  # fixtures

WRITTEN = "INSERT INTO cursors (system, cursor) VALUES ('planted', '7')"

PLANTED = "SELECT cursor FROM cursors WHERE system = 'planted'"


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql).fetchall()


async def test_backup_of_a_running_bot_has_what_is_only_in_the_log(operator: Operator, tmp_path: Path) -> None:
    """A reader of the moment before keeps SQLite from moving the row into the file."""
    await operator.set_up()
    database, alone = tmp_path / "registratura.sqlite3", tmp_path / "alone.sqlite3"
    async with operator.serving():
        with closing(sqlite3.connect(database, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM cursors").fetchone()
            with closing(sqlite3.connect(database, isolation_level=None)) as writer:
                writer.execute(WRITTEN)
                alone.write_bytes(database.read_bytes())
                ended = await operator.run("backup", str(tmp_path / "copy.sqlite3"))
    assert ended.code == 0, ended
    assert rows(alone, PLANTED) == []
    assert rows(tmp_path / "copy.sqlite3", PLANTED) == [("7",)]


async def test_backup_has_the_list_of_erasures_beside_it_and_no_key(operator: Operator, tmp_path: Path) -> None:
    await operator.set_up()
    append_erasures(tmp_path / "erasures.log", [Erased("account", 7)])
    copies = tmp_path / "copies"
    copies.mkdir()
    append_erasures(copies / "erasures.log", [Erased("patient", 12)])
    ended = await operator.run("backup", str(copies / "copy.sqlite3"))
    assert ended.code == 0, ended
    assert read_erasures(copies / "erasures.log") == {Erased("account", 7), Erased("patient", 12)}
    for file in copies.iterdir():
        assert not any(key in file.read_bytes() for key in (KEY.encode(), b64decode(KEY))), file.name


async def test_backup_never_replaces_a_file(operator: Operator, tmp_path: Path) -> None:
    await operator.set_up()
    (tmp_path / "copy.sqlite3").write_text("an older copy")
    ended = await operator.run("backup", str(tmp_path / "copy.sqlite3"))
    assert ended.code == 1
    assert "is there already" in ended.err
    assert (tmp_path / "copy.sqlite3").read_text() == "an older copy"


async def test_backup_of_a_damaged_database_is_not_kept(operator: Operator, tmp_path: Path) -> None:
    await operator.set_up()
    database = tmp_path / "registratura.sqlite3"
    with database.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    ended = await operator.run("backup", str(tmp_path / "copy.sqlite3"))
    assert ended.code == 1, ended
    assert [name for name in os.listdir(tmp_path) if name.startswith("copy")] == []


async def test_backup_tells_broken_invariants_and_is_kept(operator: Operator, tmp_path: Path) -> None:
    await operator.set_up()
    with closing(sqlite3.connect(tmp_path / "registratura.sqlite3")) as connection, connection:
        connection.execute("INSERT INTO consents (purpose, version, digest, given_at) VALUES ('PATIENT', '1', 'd', 1)")
    ended = await operator.run("backup", str(tmp_path / "copy.sqlite3"))
    assert ended.code == 1
    assert "consent_of_nobody: consent 1" in ended.out
    assert (tmp_path / "copy.sqlite3").stat().st_mode & 0o777 == 0o600
    told = await operator.run("check", "--invariants")
    assert told.code == 1
    assert "consent_of_nobody" in told.out
