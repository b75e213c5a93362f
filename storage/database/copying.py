"""Copies of an SQLite file: made of one moment while others write, and examined."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

FOR_OWNER_ONLY = 0o600
BUSY_TIMEOUT = 10.0
"""seconds"""


def copy_snapshot(source: Path, target: Path) -> None:
    """Write the database as it is at one moment, what is only in its log included, into a new file, durably.

    Raises FileExistsError, OSError, sqlite3.Error. Writers go on meanwhile.
    """
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, FOR_OWNER_ONLY)
    try:
        with closing(sqlite3.connect(source, timeout=BUSY_TIMEOUT, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
        os.fsync(descriptor)
    except BaseException:
        target.unlink()
        raise
    finally:
        os.close(descriptor)


def find_damage(database: Path) -> list[str]:
    """Return what SQLite finds wrong with a file: broken pages and rows that refer to nothing."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            pages = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(10)")]
            orphans = [f"{row[0]} {row[1]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in pages if line != "ok"] + orphans[:10]


def put_in_place(file: Path, target: Path) -> None:
    """Rename a file within its folder, durably."""
    file.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
