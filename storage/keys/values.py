"""Reads and writes the values of any column of the registry; a row is named by SQLite's rowid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, head_of
from storage.keys.columns import Kept, Recomputed, SealedColumn

# Names of tables and columns, and conditions, come from the registry alone.

BEGINS = "substr({0.column}, 1, :length) = :head"


class SealedValue(NamedTuple):
    row: int
    uid: bytes
    sealed: bytes


class IndexedValue(NamedTuple):
    row: int
    digest: bytes
    source: SealedValue | None
    """None if the row has nothing sealed to recompute the digest from"""


def opens(cipher: Cipher, column: SealedColumn, uid: bytes, sealed: bytes) -> bool:
    try:
        cipher.open(column.table, column.column, uid, sealed)
    except CannotOpen:
        return False
    return True


def read_source(cipher: Cipher, index: Recomputed, value: IndexedValue) -> str | None:
    """Return the indexed value of a row; None if no key opens it, or if it is not there."""
    if value.source is None:
        return None
    source = index.source
    try:
        return index.read(cipher.open(source.table, source.column, value.source.uid, value.source.sealed))
    except CannotOpen:
        return None


async def list_newest(connection: Connection, column: SealedColumn, key: str, limit: int) -> Sequence[SealedValue]:
    """Return the newest values that were sealed with this key."""
    where = f"{BEGINS} ORDER BY rowid DESC LIMIT :limit"
    return await _list(connection, column, where, {**_head(key), "limit": limit})


async def list_not_sealed_with(
    connection: Connection, column: SealedColumn, key: str, after: int, limit: int
) -> Sequence[SealedValue]:
    """Return values in the rows behind ``after`` that another key than this one has sealed, in the order of rows."""
    where = f"rowid > :after AND NOT ({BEGINS}) ORDER BY rowid LIMIT :limit"
    return await _list(connection, column, where, {**_head(key), "after": after, "limit": limit})


async def count_sealed_with(connection: Connection, column: SealedColumn, key: str) -> int:
    sql = "SELECT count(*) AS found FROM {0.table} WHERE " + BEGINS  # noqa: S608 - names of the registry
    return await _number(connection, sql.format(column), _head(key))


async def count_values(connection: Connection, column: SealedColumn | Recomputed | Kept) -> int:
    sql = "SELECT count(*) AS found FROM {0.table} WHERE {0.column} IS NOT NULL"
    return await _number(connection, sql.format(column), {})


async def find_sealed_otherwise(connection: Connection, column: SealedColumn, keys: Sequence[str]) -> bytes | None:
    """Return a value that none of these keys has sealed."""
    heads = {f"head_{at}": head_of(key) for at, key in enumerate(keys)}
    others = [f"substr({column.column}, 1, {len(head)}) <> :{name}" for name, head in heads.items()]
    where = " AND ".join([f"{column.column} IS NOT NULL", *others])
    sql = f"SELECT {column.column} AS sealed FROM {column.table} WHERE {where} LIMIT 1"  # noqa: S608 - of the registry
    rows = await connection.fetch(sql, heads)
    return rows[0]["sealed"] if rows else None


async def has_sealed_with(connection: Connection, column: SealedColumn, key: str) -> bool:
    return bool(await list_newest(connection, column, key, 1))


async def has_values(connection: Connection, column: Recomputed | Kept) -> bool:
    sql = "SELECT 1 AS found FROM {0.table} WHERE {0.column} IS NOT NULL LIMIT 1"
    return bool(await connection.fetch(sql.format(column), {}))


async def count_kept(connection: Connection, column: Kept, active: bytes, moved_at: int, now: int) -> int:
    """Count the rows that are still looked for and were indexed by a key that was active until ``moved_at``."""
    sql = "SELECT count(*) AS found FROM {0.table} WHERE {0.column} IS NOT NULL AND ({0.needed}) AND {0.older}"
    return await _number(connection, sql.format(column), {"active": active, "moved_at": moved_at, "now": now})


async def list_indexed(connection: Connection, index: Recomputed, after: int, limit: int) -> Sequence[IndexedValue]:
    """Return the values of an index in the rows behind ``after``, in the order of rows."""
    sql = (
        "SELECT rowid AS place, {0.column} AS digest, {1.uid} AS uid, {1.column} AS sealed FROM {0.table}"
        " WHERE {0.column} IS NOT NULL AND rowid > :after ORDER BY rowid LIMIT :limit"
    )
    rows = await connection.fetch(sql.format(index, index.source), {"after": after, "limit": limit})
    return [IndexedValue(row["place"], row["digest"], _value(row)) for row in rows]


async def swap_sealed(connection: Connection, column: SealedColumn, value: SealedValue, sealed: bytes) -> bool:
    """Put ``sealed`` in the place of the value; return False if the value is no longer there."""
    sql = "UPDATE {0.table} SET {0.column} = :new WHERE rowid = :place AND {0.column} = :old RETURNING 1"
    values = {"new": sealed, "place": value.row, "old": value.sealed}
    return bool(await connection.fetch(sql.format(column), values))


async def swap_digest(connection: Connection, index: Recomputed, value: IndexedValue, digest: bytes) -> bool:
    """Put ``digest`` in the place of the value's; return False if the row has changed. Raises Conflict."""
    sql = "UPDATE {0.table} SET {0.column} = :new WHERE rowid = :place AND {0.column} = :old RETURNING 1"
    values = {"new": digest, "place": value.row, "old": value.digest}
    return bool(await connection.fetch(sql.format(index), values))


async def _list(
    connection: Connection, column: SealedColumn, where: str, values: Mapping[str, object]
) -> Sequence[SealedValue]:
    sql = "SELECT rowid AS place, {0.uid} AS uid, {0.column} AS sealed FROM {0.table} WHERE " + where  # noqa: S608 - names of the registry
    rows = await connection.fetch(sql.format(column), values)
    return [found for row in rows if (found := _value(row)) is not None]


async def _number(connection: Connection, sql: str, values: Mapping[str, object]) -> int:
    [row] = await connection.fetch(sql, values)
    return int(row["found"])


def _head(key: str) -> dict[str, object]:
    head = head_of(key)
    return {"head": head, "length": len(head)}


def _value(row: Row) -> SealedValue | None:
    uid, sealed = row["uid"], row["sealed"]
    if sealed is None:
        return None
    return SealedValue(row["place"], uid.encode() if isinstance(uid, str) else bytes(uid), sealed)
