"""Makes the blind indexes anew with the active index key, with the bot stopped.

A mark says that it has begun, and the start refuses to serve until it has ended. A run that was interrupted is run
again: what is indexed right already stays. An index whose value is stored nowhere keeps its older key until its row
expires or is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from storage.database.connection import Conflict, Connection, Database
from storage.database.crypto import BlindIndex, Cipher
from storage.database.rows import seconds
from storage.keys import values
from storage.keys.canaries import (
    IndexCanary,
    IndexKeyState,
    WrongKeys,
    lacks_active,
    list_index_canaries,
    marks,
    prove_some_index_key,
    queries,
    save_index_canary,
)
from storage.keys.columns import RECOMPUTED, Recomputed
from storage.keys.reseal import GoOn, Report

BATCH = 200


class Reindexed(NamedTuple):
    done: int = 0
    left: int = 0
    """rows that stay with an older key: their value is not stored or not readable, or another row has it already"""


async def count_to_reindex(database: Database) -> int:
    async def count(connection: Connection) -> int:
        return sum([await values.count_values(connection, column) for column in RECOMPUTED])

    return await database.read(count)


async def reindex(
    database: Database,
    cipher: Cipher,
    index: BlindIndex,
    now: datetime,
    report: Report,
    go_on: GoOn,
    without: str | None = None,
) -> Reindexed:
    """Raises WrongKeys if the key by which the database is indexed is not among the keys.

    ``without`` is the id of an index key that is lost for good: what only it finds is given up.
    """
    await database.write(lambda connection: _begin(connection, cipher, index, without))
    done = left = 0
    for column in RECOMPUTED:
        found = await _reindex_column(database, cipher, index, column, report, go_on)
        done, left = done + found.done, left + found.left
    await database.write(lambda connection: _end(connection, index, seconds(now), without))
    return Reindexed(done, left)


async def _begin(connection: Connection, cipher: Cipher, index: BlindIndex, without: str | None) -> None:
    known = await list_index_canaries(connection)
    active = _active(known)
    if known and without is not None and without not in [canary.id for canary in known]:
        raise WrongKeys(f"Nothing is indexed by the key «{without}»")
    if active is None and without is None:
        await prove_some_index_key(connection, cipher, index)
    if active is not None and active.canary not in marks(index) and active.id != without:
        raise WrongKeys(lacks_active(active))
    if active is None or active.canary != marks(index)[0]:
        await save_index_canary(connection, marks(index)[0], index.ids[0], IndexKeyState.MOVING)


async def _end(connection: Connection, index: BlindIndex, now: int, without: str | None) -> None:
    known, target = await list_index_canaries(connection), marks(index)[0]
    active = _active(known)
    for canary in known:
        if canary.state is IndexKeyState.MOVING and canary.canary != target:
            await queries.delete_index_canary(connection, canary=canary.canary)
    if active is not None and active.canary != target:
        await save_index_canary(connection, active.canary, active.id, IndexKeyState.OLD, now)
    for canary in known:
        if canary.id == without and canary.canary not in marks(index):
            await queries.delete_index_canary(connection, canary=canary.canary)
    if active is None:
        # A database of an earlier release: each older key of the settings may have made what is kept.
        for mark, key in zip(marks(index)[1:], index.ids[1:], strict=True):
            await save_index_canary(connection, mark, key, IndexKeyState.OLD, now)
    await save_index_canary(connection, target, index.ids[0], IndexKeyState.ACTIVE)


def _active(known: Sequence[IndexCanary]) -> IndexCanary | None:
    return next((canary for canary in known if canary.state is IndexKeyState.ACTIVE), None)


async def _reindex_column(
    database: Database, cipher: Cipher, index: BlindIndex, column: Recomputed, report: Report, go_on: GoOn
) -> Reindexed:
    after = done = left = 0
    while batch := await _read_batch(database, column, after):
        after = batch[-1].row
        digests = [(value, _digest(cipher, index, column, value)) for value in batch]
        fresh = [(value, digest) for value, digest in digests if digest is not None and digest != value.digest]
        swapped = await _swap(database, column, fresh)
        done += swapped
        left += len(fresh) - swapped + sum(digest is None for _value, digest in digests)
        report(len(batch))
        await go_on()
    return Reindexed(done, left)


async def _read_batch(database: Database, column: Recomputed, after: int) -> Sequence[values.IndexedValue]:
    return await database.read(lambda connection: values.list_indexed(connection, column, after, BATCH))


def _digest(cipher: Cipher, index: BlindIndex, column: Recomputed, value: values.IndexedValue) -> bytes | None:
    text = values.read_source(cipher, column, value)
    return None if text is None else index.of(column.kind, text)


async def _swap(database: Database, column: Recomputed, fresh: Sequence[tuple[values.IndexedValue, bytes]]) -> int:
    async def swap(connection: Connection) -> int:
        return sum([await values.swap_digest(connection, column, value, digest) for value, digest in fresh])

    try:
        return await database.write(swap)
    except Conflict:
        if len(fresh) == 1:
            return 0
    # Two rows have one value, which a wrong key has once let pass: only such a row stays behind.
    return sum([await _swap(database, column, [one]) for one in fresh])
