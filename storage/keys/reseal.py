"""Encrypts everything anew with the active secret key, while the bot runs.

A batch is read, sealed and then swapped: a value that was changed meanwhile stays, for whoever changed it has sealed it
with the active key. Access codes of earlier releases, which were not sealed, are sealed too. What is done needs no
note, so a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from storage.account.access_code import seal_bare_codes
from storage.database.connection import Connection, Database
from storage.database.crypto import CannotOpen, Cipher
from storage.keys import values
from storage.keys.columns import SEALED, SealedColumn
from storage.keys.needs import count_bare_codes

BATCH = 200


class Resealed(NamedTuple):
    done: int = 0
    unreadable: int = 0
    """values that no key opens; they stay as they are"""


Report = Callable[[int], None]
"""is told after each batch how many values it had"""
GoOn = Callable[[], Awaitable[None]]
"""is awaited between two batches; an exception from it ends the run"""


async def count_to_reseal(database: Database, cipher: Cipher) -> int:
    async def count(connection: Connection) -> int:
        total = 0
        for column in SEALED:
            total += await values.count_values(connection, column)
            total -= await values.count_sealed_with(connection, column, cipher.active)
        return total + await count_bare_codes(connection)

    return await database.read(count)


async def reseal(database: Database, cipher: Cipher, report: Report, go_on: GoOn) -> Resealed:
    done = unreadable = 0
    for column in SEALED:
        found = await _reseal_column(database, cipher, column, report, go_on)
        done, unreadable = done + found.done, unreadable + found.unreadable
    while sealed := await database.write(lambda connection: seal_bare_codes(connection, cipher, BATCH)):
        done += sealed
        report(sealed)
        await go_on()
    return Resealed(done, unreadable)


async def _reseal_column(
    database: Database, cipher: Cipher, column: SealedColumn, report: Report, go_on: GoOn
) -> Resealed:
    after = done = unreadable = 0
    while batch := await _read_batch(database, cipher, column, after):
        after = batch[-1].row
        fresh = [(value, sealed) for value in batch if (sealed := _sealed_anew(cipher, column, value)) is not None]
        done += await _swap(database, column, fresh)
        unreadable += len(batch) - len(fresh)
        report(len(batch))
        await go_on()
    return Resealed(done, unreadable)


async def _read_batch(
    database: Database, cipher: Cipher, column: SealedColumn, after: int
) -> Sequence[values.SealedValue]:
    return await database.read(
        lambda connection: values.list_not_sealed_with(connection, column, cipher.active, after, BATCH)
    )


async def _swap(database: Database, column: SealedColumn, fresh: Sequence[tuple[values.SealedValue, bytes]]) -> int:
    async def swap(connection: Connection) -> int:
        return sum([await values.swap_sealed(connection, column, value, sealed) for value, sealed in fresh])

    return await database.write(swap)


def _sealed_anew(cipher: Cipher, column: SealedColumn, value: values.SealedValue) -> bytes | None:
    try:
        text = cipher.open(column.table, column.column, value.uid, value.sealed)
    except CannotOpen:
        return None
    return cipher.seal(column.table, column.column, value.uid, text)
