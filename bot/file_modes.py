"""Find files with secrets or personal data that other users of the machine can open."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path

PRIVATE_UMASK = 0o077
"""What this program creates is its owner's alone."""

OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")


def files_to_keep_private(database: Path, env_file: Path) -> list[Path]:
    """Return those of these files that exist: the settings, and the database with what SQLite puts beside it."""
    beside = [database.with_name(database.name + end) for end in BESIDE_DATABASE]
    return [file for file in (env_file, *beside) if file.exists()]


def open_to_others(files: Iterable[Path]) -> dict[Path, int]:
    """Return the files that others can open, with their modes."""
    if os.name != "posix":
        return {}
    return {file: mode for file in files if (mode := stat.S_IMODE(file.stat().st_mode)) & OF_OTHERS}


def find_open_to_others(files: Iterable[Path]) -> str | None:
    """Return a sentence with the command that closes the files, or None if none is open to others."""
    found = open_to_others(files)
    if not found:
        return None
    listed = ", ".join(f"{file} ({mode:o})" for file, mode in found.items())
    return f"others on this machine can open {listed}: run `chmod 600 {shlex.join(map(str, found))}`"
