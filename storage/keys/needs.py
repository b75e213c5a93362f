"""What still needs an older key: it may be taken out of the settings when nothing does."""

from __future__ import annotations

from collections.abc import Mapping

from storage.database.connection import Connection
from storage.database.crypto import BlindIndex, Cipher
from storage.keys import values
from storage.keys.columns import KEPT, RECOMPUTED, SEALED

BATCH = 200


async def secret_needs(connection: Connection, cipher: Cipher) -> Mapping[str, int]:
    """Return how many values each older key has sealed; under "" those of keys that are not at hand."""
    found = dict.fromkeys((*cipher.ids, ""), 0)
    for column in SEALED:
        left = await values.count_values(connection, column)
        for key in cipher.ids:
            count = await values.count_sealed_with(connection, column, key)
            found[key] += count
            left -= count
        found[""] += left
    del found[cipher.active]
    return found


async def count_bare_codes(connection: Connection) -> int:
    """Count the access codes that an earlier release has stored and that are not sealed yet."""
    [row] = await connection.fetch("SELECT count(*) AS found FROM pins WHERE sealed_digest IS NULL", {})
    return int(row["found"])


async def index_needs(
    connection: Connection, cipher: Cipher, index: BlindIndex, moved_at: int, now: int
) -> Mapping[str, int]:
    """Return the tables, each with its number of rows, that an index key finds which was active until ``moved_at``."""
    found: dict[str, int] = {}
    for kept in KEPT:
        found[kept.table] = found.get(kept.table, 0) + await values.count_kept(
            connection, kept, index.marks[0], moved_at, now
        )
    for table, count in (await _not_moved(connection, cipher, index)).items():
        found[table] = found.get(table, 0) + count
    return {table: count for table, count in found.items() if count}


async def _not_moved(connection: Connection, cipher: Cipher, index: BlindIndex) -> Mapping[str, int]:
    """Count the rows that could be recomputed if their value were there, and that the active key does not find."""
    found: dict[str, int] = {}
    for column in RECOMPUTED:
        after = 0
        while batch := await values.list_indexed(connection, column, after, BATCH):
            after = batch[-1].row
            for value in batch:
                text = values.read_source(cipher, column, value)
                if text is None or index.of(column.kind, text) != value.digest:
                    found[column.table] = found.get(column.table, 0) + 1
    return found
