"""An empty database of the newest schema, made once in a process: to migrate one anew costs more than most tests."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database.connection import Database, Probe
from storage.database.opening import open_database
from storage.migrations import migrate

_migrated: list[bytes] = []


async def open_migrated(path: Path, probe: Probe | None = None) -> Database:
    """The database in this file, which is made where it is not there yet; what it holds already it keeps."""
    if not _migrated:
        _migrated.append(await _newest())
    _put(path)
    database = await open_database(f"sqlite:///{path}", probe)
    await migrate(database)
    return database


async def _newest() -> bytes:
    with TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{folder}/newest.sqlite3")
        await migrate(database)
        await database.close()
        return _taken(folder)


def _taken(folder: str) -> bytes:
    return (Path(folder) / "newest.sqlite3").read_bytes()


def _put(path: Path) -> None:
    if not path.exists():
        path.write_bytes(_migrated[0])
