"""Files with secrets or personal data are their owner's alone, and `check` says so where they are not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.file_modes import find_open_to_others
from storage.database.opening import open_database
from tests.app.test_cli import Operator, emulator, ended, operator

__all__ = ["emulator", "operator"]


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {file.name: f"{stat.S_IMODE(file.stat().st_mode):o}" for file in folder.glob("*.sqlite3*")}


async def test_new_database_is_for_its_owner_only(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")
    await database.write(lambda connection: connection.execute("CREATE TABLE t (id INTEGER) STRICT", {}))
    found = modes(tmp_path)
    await database.close()
    assert found == {"bot.sqlite3": "600", "bot.sqlite3-wal": "600", "bot.sqlite3-shm": "600"}


async def test_program_creates_nothing_for_others(operator: Operator) -> None:
    url = f"sqlite:///{operator.folder}/new/town.sqlite3"
    assert (await ended(await operator.start_anew("migrate", DATABASE_URL=url))).code == 0
    folder = operator.folder / "new"
    assert f"{stat.S_IMODE(folder.stat().st_mode):o}" == "700"
    assert modes(folder) == {"town.sqlite3": "600"}


@pytest.mark.parametrize("name", [".env", "registratura.sqlite3"])
async def test_check_refuses_a_file_that_others_can_open(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(operator.folder)
    (operator.folder / ".env").touch(0o600)
    await operator.run("migrate")
    fine = await operator.run("check")
    assert fine.code == 0, fine
    (operator.folder / name).chmod(0o640)
    found = await operator.run("check")
    assert found.code == 1
    assert f"{name} (640)" in found.out
    assert "chmod 600" in found.out


@pytest.mark.parametrize(
    ("mode", "is_open"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o602, True)]
)
def test_any_right_of_others_is_found(tmp_path: Path, mode: int, is_open: bool) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(mode)
    assert (find_open_to_others([file]) is not None) is is_open
