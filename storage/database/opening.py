"""Opens a database by its URL."""

from __future__ import annotations

from pathlib import Path

from storage.database.connection import Database, Probe
from storage.database.sqlite import open_sqlite


async def open_database(url: str, probe: Probe | None = None, *, streamed: bool = False) -> Database:
    """Return the open database of ``sqlite:///path``; if it is ``streamed``, another program empties its log.

    Raises ValueError for any other URL.
    """
    scheme, separator, path = url.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("the database URL must look like sqlite:///path/to/file.sqlite3")
    return await open_sqlite(path, probe, streamed=streamed)


def path_of(url: str) -> Path:
    """Return the file of ``sqlite:///path``."""
    return Path(url.removeprefix("sqlite:///"))
