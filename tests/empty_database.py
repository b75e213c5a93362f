"""An empty database with the newest schema, migrated once in a process: a migration takes longer than most tests."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database.connection import Database, Probe
from storage.database.opening import open_database
from storage.migrations import migrate

_migrated: list[bytes] = []


async def open_migrated(path: Path, probe: Probe | None = None) -> Database:
    """Open the database in this file, which is created if it does not exist."""
    await create_migrated(path)
    database = await open_database(f"sqlite:///{path}", probe)
    await migrate(database)
    return database


async def create_migrated(path: Path) -> None:
    """Create the database, which only its owner may read, if it does not exist."""
    if not _migrated:
        _migrated.append(await _migrate_once())
    _create(path)


async def _migrate_once() -> bytes:
    with TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{folder}/newest.sqlite3")
        await migrate(database)
        await database.close()
        return _read_file(folder)


def _read_file(folder: str) -> bytes:
    return (Path(folder) / "newest.sqlite3").read_bytes()


def _create(path: Path) -> None:
    if not path.exists():
        path.touch(0o600)
        path.write_bytes(_migrated[0])
