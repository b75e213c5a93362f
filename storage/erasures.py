"""The file erasures.log beside the database: the numbers of erased accounts and cards, and nothing else of them.

A copy of the database that is older than an erasure still has the person; a restore erases by this file again. The ids
are given out once, so a number never comes to mean somebody else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from storage.database.connection import Connection, Database
from storage.database.queries import load_queries

queries = load_queries("erasures")

NAME = "erasures.log"
LINE = re.compile(r"(account|patient) (\d{1,18})")
FOR_OWNER_ONLY = 0o600
BATCH = 500


class Erased(NamedTuple):
    kind: str
    """account or patient"""
    row: int


def beside(database: Path) -> Path:
    return database.with_name(NAME)


def read_erasures(log: Path) -> set[Erased]:
    """Return what the file lists; a line that a crash has cut is left out."""
    if not log.exists():
        return set()
    lines = log.read_text(encoding="ascii", errors="replace").splitlines()
    return {Erased(found[1], int(found[2])) for line in lines if (found := LINE.fullmatch(line))}


def append_erasures(log: Path, erased: Iterable[Erased]) -> None:
    """Append to the file, durably. Raises OSError."""
    # The first byte ends a line that a crash has cut.
    lines = "".join(f"\n{each.kind} {each.row}" for each in sorted(erased))
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FOR_OWNER_ONLY)
    with open(descriptor, "a", encoding="ascii") as file:
        file.write(f"{lines}\n")
        file.flush()
        os.fsync(file.fileno())


async def list_unlogged(database: Database) -> list[Erased]:
    """Return numbers that are not in the file yet."""
    found = await database.read(lambda connection: queries.list_erased(connection, limit=BATCH))
    return [Erased(row["kind"], row["row_id"]) for row in found]


async def mark_logged(database: Database, erased: Iterable[Erased]) -> None:
    async def delete(connection: Connection) -> None:
        for each in erased:
            await queries.delete_erased(connection, kind=each.kind, row=each.row)

    await database.write(delete)
