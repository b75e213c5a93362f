"""The folder of a demo: removed at its end, and at the next start if the demo was killed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo_folder import OWNER, PREFIX, demo_folder
from bot.instance import Process

KILLED = """
import os, signal
from bot.demo_folder import demo_folder
with demo_folder() as folder:
    (folder / "town.sqlite3").write_text("a child")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_folder_of_a_killed_demo_is_removed_at_the_next_start(temp: Path) -> None:
    command = [sys.executable, "-c", KILLED]
    subprocess.run(command, check=False, env={**os.environ, "TMPDIR": str(temp)})  # noqa: S603 - our own program
    [left] = temp.glob(f"{PREFIX}*")
    assert (left / "town.sqlite3").exists()
    with demo_folder() as folder:
        assert list(temp.iterdir()) == [folder]
    assert list(temp.iterdir()) == []


def test_folder_of_a_running_demo_stays(temp: Path) -> None:
    running = temp / f"{PREFIX}running"
    running.mkdir()
    (running / OWNER).write_text(str(Process.of(os.getppid())))
    with demo_folder():
        assert running.exists()


@pytest.mark.parametrize("content", [None, "", "not a process"])
def test_folder_without_a_known_owner_stays(content: str | None, temp: Path) -> None:
    folder = temp / f"{PREFIX}other"
    folder.mkdir()
    if content is not None:
        (folder / OWNER).write_text(content)
    with demo_folder():
        assert folder.exists()
