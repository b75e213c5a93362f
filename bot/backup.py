"""`registratura backup FILE`: a copy of the database of one moment, made while the bot runs, and examined."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.clock import SystemClock
from bot.core.clock import Clock
from bot.settings import Settings
from storage import erasures
from storage.checks import describe_broken, find_broken, list_invariants
from storage.database.copying import copy_snapshot, find_damage, put_in_place
from storage.database.opening import path_of
from storage.migrations import list_migrations

PART = ".part"
"""the end of the name of a copy that is not finished"""


class BackupRefused(Exception):
    """Nothing was written; the text says why, in one sentence."""


class Backup(NamedTuple):
    """A finished copy, in words for the operator."""

    text: str
    is_sound: bool
    """whether every invariant holds in it"""


def backup_database(settings: Settings, file: Path, clock: Clock | None = None) -> Backup:
    """Copy the database into a new file; the file has its name only once it was found undamaged.

    The list of erasures goes into the same folder. Raises BackupRefused, sqlite3.Error.
    """
    source = path_of(settings.database_url.get_secret_value())
    part = file.with_name(file.name + PART)
    _require(source.exists(), "There is no database at DATABASE_URL.")
    _require(file.parent.is_dir(), f"There is no folder {file.parent}.")
    _require(not file.exists(), f"{file} is there already: name a new file, one for each backup.")
    # What is left of a copy that was interrupted.
    try:
        part.unlink(missing_ok=True)
        copy_snapshot(source, part)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror}.") from None
    if damage := find_damage(part):
        part.unlink()
        raise BackupRefused(f"The database is damaged, so no copy was kept: {'; '.join(damage)}.")
    broken = _find_broken(part, (clock or SystemClock()).now())
    put_in_place(part, file)
    _copy_erasures(source, file)
    size = file.stat().st_size / 2**20
    text = f"{file} has {size:.1f} MB, is undamaged, and every key that opens the database opens it too."
    return Backup("\n".join([text, *broken]), not broken)


def _find_broken(copy: Path, now: datetime) -> list[str]:
    """Return a line for each invariant that does not hold; of an older schema nothing is asked."""
    with closing(sqlite3.connect(copy)) as connection:
        [(newest,)] = connection.execute("SELECT max(number) FROM migrations")
    if newest < len(list_migrations()):
        return []
    found = find_broken(copy, int(now.timestamp()))
    if not found:
        return []
    told = f"{len(found)} of {len(list_invariants())} invariants do not hold in the database, nor in the copy:"
    return [told, *(describe_broken(each) for each in found)]


def _copy_erasures(source: Path, file: Path) -> None:
    """Bring the list beside the copy up to date: it belongs to every older copy in that folder too."""
    here, there = erasures.beside(source), erasures.beside(file)
    if here.exists() and here.resolve() != there.resolve():
        erasures.append_erasures(there, erasures.read_erasures(here) - erasures.read_erasures(there))


def _require(is_so: bool, sentence: str) -> None:
    if not is_so:
        raise BackupRefused(sentence)
