"""A copy of a database under load is of one moment: what was acknowledged before it is in it, in order."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database.copying import copy_snapshot, find_damage
from storage.erasures import Erased, append_erasures, read_erasures
from tests.empty_database import open_migrated


async def test_copy_under_load_has_everything_acknowledged_before(tmp_path: Path) -> None:
    database = await open_migrated(tmp_path / "bot.sqlite3")
    acknowledged, is_over = [0], asyncio.Event()

    async def write() -> None:
        while not is_over.is_set():
            number = acknowledged[-1] + 1
            sql = "INSERT INTO cursors (system, cursor) VALUES (:number, '')"
            await database.write(lambda unit: unit.execute(sql, {"number": str(number)}))  # noqa: B023 - awaited at once
            acknowledged.append(number)

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        for attempt in range(5):
            before, copy = acknowledged[-1], tmp_path / f"copy-{attempt}.sqlite3"
            await asyncio.to_thread(copy_snapshot, tmp_path / "bot.sqlite3", copy)
            assert find_damage(copy) == []
            with closing(sqlite3.connect(copy)) as connection:
                found = sorted(int(system) for (system,) in connection.execute("SELECT system FROM cursors"))
            assert found == list(range(1, len(found) + 1)), "of one moment: nothing is missing between"
            assert len(found) >= before
        is_over.set()
    await database.close()


def test_copy_never_overwrites_a_file(tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("an older copy")
    with pytest.raises(FileExistsError):
        copy_snapshot(tmp_path / "bot.sqlite3", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "an older copy"


def test_list_of_erasures_survives_a_line_that_was_cut(tmp_path: Path) -> None:
    log = tmp_path / "erasures.log"
    append_erasures(log, [Erased("account", 7)])
    with log.open("a") as file:
        file.write("patient 1")
        file.truncate(file.tell() - 2)
    append_erasures(log, [Erased("patient", 12)])
    assert read_erasures(log) == {Erased("account", 7), Erased("patient", 12)}
    assert log.stat().st_mode & 0o777 == 0o600
