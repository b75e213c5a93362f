"""The ages of the database's copies, as `check` looks at them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from bot.copies import MAGIC, CopiesWrong, examine_copies
from tests.builders import MONDAY, some_settings


def written(file: Path, days: float, content: bytes = MAGIC) -> Path:
    """Write a file that is so many days old."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    at = (MONDAY - timedelta(days=days)).timestamp()
    os.utime(file, (at, at))
    return file


def examined(folder: Path) -> str:
    settings = some_settings(
        database_url=f"sqlite:///{folder}/town.sqlite3",
        backup_folder=folder / "copies",
        backup_url=(folder / "a stream").as_uri(),
        backup_days=30,
    )
    return examine_copies(settings, MONDAY)


@pytest.mark.parametrize("name", ["copies/of-monday", "a stream/ltx/9/1-1.ltx"])
def test_copy_that_is_older_than_was_promised_is_named(tmp_path: Path, name: str) -> None:
    written(tmp_path / "copies/yesterday.sqlite3", 1)
    written(tmp_path / "copies/notes.txt", 300, b"no copy")
    old = written(tmp_path / name, 29.9)
    assert examined(tmp_path) == "2 files, the oldest 29 days old; BACKUP_DAYS is 30"
    written(old, 31)
    with pytest.raises(CopiesWrong, match=r"is 31 days old, and people were promised 30 \(BACKUP_DAYS\): delete it"):
        examined(tmp_path)


def test_stream_that_lacks_what_was_written_has_stopped(tmp_path: Path) -> None:
    written(tmp_path / "copies/yesterday.sqlite3", 1)
    written(tmp_path / "town.sqlite3-wal", 0)
    newest = written(tmp_path / "a stream/ltx/0/1-1.ltx", 1)
    with pytest.raises(CopiesWrong, match="the stream has stopped"):
        examined(tmp_path)
    written(newest, 1 / 24 / 60)
    assert examined(tmp_path).startswith("2 files")


def test_missing_copies_and_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CopiesWrong, match="which is no folder"):
        examined(tmp_path)
    (tmp_path / "copies").mkdir()
    with pytest.raises(CopiesWrong, match="there is no copy yet"):
        examined(tmp_path)
