"""Canaries: a start with a wrong key stops with a sentence before anybody is answered.

Each secret key has a sealed canary, each index key a keyed hash of a fixed word. They are written once the key is
proved: a value of each table opens and an index of each kind can be recomputed, or nothing needs the key yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, Cipher, key_of
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.keys import values
from storage.keys.columns import KEPT, RECOMPUTED, SEALED, Kept, Recomputed, SealedColumn
from storage.keys.needs import index_needs
from storage.keys.values import opens, read_source

queries = load_queries("canaries")

TABLE, CANARY, WORD = "secret_canaries", "sealed_canary", "canary"
GIVEN_UP = b""
"""the canary of a secret key that is lost for good"""
SAMPLE = 10
"""Values that are tried before a key is called wrong: one damaged row proves nothing."""


class WrongKeys(Exception):
    """The keys of the settings do not fit the database; the text is a sentence that contains no key."""


class IndexKeyState(StrEnum):
    ACTIVE = "ACTIVE"
    MOVING = "MOVING"
    OLD = "OLD"


class IndexCanary(NamedTuple):
    canary: bytes
    id: str
    state: IndexKeyState
    moved_at: int | None


@dataclass(slots=True)
class Survey:
    """What the canaries lack, once the keys were found right."""

    proved: list[str] = field(default_factory=list)
    """ids of secret keys that get a canary"""
    gone: list[str] = field(default_factory=list)
    """ids of secret keys that nothing needs and that the settings no longer have"""
    lost: list[str] = field(default_factory=list)
    """ids of secret keys that the operator gives up"""
    index_is_proved: bool = False
    """the active index key gets its canary"""
    forgotten: list[bytes] = field(default_factory=list)
    """canaries of index keys that nothing needs any more"""


async def check_keys(
    database: Database, cipher: Cipher, index: BlindIndex, now: datetime, without: str | None = None
) -> None:
    """Raise WrongKeys if a key is missing or wrong, else write the canaries that are missing.

    ``without`` is the id of a secret key that is lost for good: what only it opens is given up from now on.
    """
    found = await survey(database, cipher, index, now, without)

    async def write(connection: Connection) -> None:
        await save_secret_canaries(connection, cipher, found)
        for canary in found.forgotten:
            await queries.delete_index_canary(connection, canary=canary)
        if found.index_is_proved:
            await save_index_canary(connection, marks(index)[0], index.ids[0], IndexKeyState.ACTIVE)

    if found != Survey():
        await database.write(write)


async def check_secret_keys(database: Database, cipher: Cipher) -> None:
    """The same for the secret keys alone, for the command that replaces the index key."""
    found = Survey()
    await database.read(lambda connection: _survey_secret_keys(connection, cipher, found, None))
    await database.write(lambda connection: save_secret_canaries(connection, cipher, found))


async def survey(
    database: Database, cipher: Cipher, index: BlindIndex, now: datetime, without: str | None = None
) -> Survey:
    """Look at all keys and change nothing. Raises WrongKeys."""
    found = Survey()

    async def read(connection: Connection) -> None:
        await _survey_secret_keys(connection, cipher, found, without)
        await _survey_index_keys(connection, cipher, index, found, now)

    await database.read(read)
    return found


def marks(index: BlindIndex) -> Sequence[bytes]:
    """Return the canary of each known index key, the active one's first."""
    return index.marks


async def list_index_canaries(connection: Connection) -> Sequence[IndexCanary]:
    rows = await queries.list_index_canaries(connection, least=b"")
    return [IndexCanary(row["canary"], row["id"], IndexKeyState(row["state"]), row["moved_at"]) for row in rows]


async def save_index_canary(
    connection: Connection, canary: bytes, key: str, state: IndexKeyState, moved_at: int | None = None
) -> None:
    await queries.save_index_canary(connection, canary=canary, id=key, state=state, moved_at=moved_at)


async def save_secret_canaries(connection: Connection, cipher: Cipher, found: Survey) -> None:
    for key in found.gone:
        await queries.delete_secret_canary(connection, id=key)
    for key in found.lost:
        await queries.save_secret_canary(connection, id=key, sealed=GIVEN_UP)
    for key in found.proved:
        sealed = cipher.seal_with(key, TABLE, CANARY, key.encode(), WORD)
        await queries.save_secret_canary(connection, id=key, sealed=sealed)


# --- secret keys ------------------------------------------------------------------------------------------------------


async def _survey_secret_keys(connection: Connection, cipher: Cipher, found: Survey, without: str | None) -> None:
    stored = {row["id"]: row["sealed_canary"] for row in await queries.list_secret_canaries(connection)}
    known = {key: canary for key, canary in stored.items() if canary != GIVEN_UP}
    if without is not None:
        if await first_table_sealed_with(connection, without) is None:
            raise WrongKeys(f"Nothing is encrypted with the key «{without}»")
        found.lost.append(without)
    for key, canary in known.items():
        is_ours = key in cipher.ids
        if key == without or (is_ours and opens(cipher, SealedColumn(TABLE, CANARY), key.encode(), canary)):
            continue
        needing = await first_table_sealed_with(connection, key)
        if needing is not None:
            raise WrongKeys(_other_key(key) if is_ours else _lacks_key(f"the key «{key}»", needing, key))
        (found.proved if is_ours else found.gone).append(key)
    for key in [key for key in cipher.ids if key not in known]:
        await _prove_secret_key(connection, cipher, key)
        found.proved.append(key)
    if not stored:
        await _require_no_other_key(connection, [*cipher.ids, *([] if without is None else [without])])


def _other_key(key: str) -> str:
    return f"SECRET_KEYS is wrong: its key «{key}» is not the one that has encrypted the database"


def _lacks_key(key: str, table: str, id_: str) -> str:
    return (
        f"SECRET_KEYS lacks {key}, which has encrypted {table}: put it back at the end "
        f"(if it is lost for good, `registratura reseal --without {id_}` gives up what only it opens)"
    )


async def first_table_sealed_with(connection: Connection, key: str) -> str | None:
    """Return a table with a value that this key has sealed."""
    for column in SEALED:
        if await values.has_sealed_with(connection, column, key):
            return column.table
    return None


async def _require_no_other_key(connection: Connection, keys: Sequence[str]) -> None:
    """Raise WrongKeys if a value was sealed with another key than these; the value names it, unless it is damaged."""
    for column in SEALED:
        sealed = await values.find_sealed_otherwise(connection, column, keys)
        if sealed is None:
            continue
        key = key_of(sealed)
        raise WrongKeys(_lacks_key("a key" if key is None else f"the key «{key}»", column.table, key or "ID"))


async def _prove_secret_key(connection: Connection, cipher: Cipher, key: str) -> None:
    """Open a value of each column that has one of this key. A single damaged value proves nothing beside good ones."""
    shut: list[tuple[str, int]] = []
    opened = 0
    for column in SEALED:
        sample = await values.list_newest(connection, column, key, SAMPLE)
        good = sum(opens(cipher, column, value.uid, value.sealed) for value in sample)
        opened += good
        if sample and not good:
            shut.append((column.table, len(sample)))
    for table, tried in shut:
        if not opened or tried > 1:
            raise WrongKeys(
                f"SECRET_KEYS is wrong: its key «{key}» does not open what it should have encrypted in {table}"
            )


# --- index keys -------------------------------------------------------------------------------------------------------


async def _survey_index_keys(
    connection: Connection, cipher: Cipher, index: BlindIndex, found: Survey, now: datetime
) -> None:
    known, ours = await list_index_canaries(connection), marks(index)
    if any(canary.state is IndexKeyState.MOVING for canary in known):
        raise WrongKeys("`registratura reindex` has not ended: wait for it, or run it again if it was interrupted")
    active = next((canary for canary in known if canary.state is IndexKeyState.ACTIVE), None)
    if active is None or active.canary != ours[0]:
        if await _has_any_index(connection):
            await _prove_index_key(connection, cipher, index, active)
        elif active is not None:
            found.forgotten.append(active.canary)
        found.index_is_proved = True
    for canary in known:
        if canary.state is IndexKeyState.OLD and canary.canary not in ours:
            needs = await index_needs(connection, cipher, index, canary.moved_at or 0, seconds(now))
            if needs:
                raise WrongKeys(_lacks_older(canary, min(needs)))
            found.forgotten.append(canary.canary)


async def _has_any_index(connection: Connection) -> bool:
    columns: Sequence[Recomputed | Kept] = [*RECOMPUTED, *KEPT]
    return any([await values.has_values(connection, column) for column in columns])


async def _prove_index_key(
    connection: Connection, cipher: Cipher, index: BlindIndex, active: IndexCanary | None
) -> None:
    """Raise WrongKeys if another key than the active one of the settings has indexed the database."""
    if active is not None and active.canary in marks(index):
        raise WrongKeys(_first_must_be(active.id))
    if active is not None:
        raise WrongKeys(lacks_active(active))
    for column in RECOMPUTED:
        places = await _places_of_key(connection, cipher, index, column)
        if places and 0 not in places:
            known = [place for place in places if place is not None]
            raise WrongKeys(_first_must_be(index.ids[known[0]]) if known else _no_key_of(column))


async def prove_some_index_key(connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
    """Raise WrongKeys if none of the keys has indexed the database."""
    for column in RECOMPUTED:
        places = await _places_of_key(connection, cipher, index, column)
        if places and not any(place is not None for place in places):
            raise WrongKeys(_no_key_of(column))


def _no_key_of(column: Recomputed) -> str:
    return f"INDEX_KEYS is wrong: it lacks the key by which {column.table} is indexed"


def lacks_active(active: IndexCanary) -> str:
    return (
        f"INDEX_KEYS lacks the key «{active.id}», by which the database is indexed: put it back "
        f"(if it is lost for good, `registratura reindex --without {active.id}` indexes everything anew)"
    )


def _lacks_older(canary: IndexCanary, table: str) -> str:
    return (
        f"INDEX_KEYS lacks the key «{canary.id}», which still finds {table}: put it back at the end "
        f"(if it is lost for good, `registratura reindex --without {canary.id}` gives up what only it finds)"
    )


def _first_must_be(key: str) -> str:
    return (
        f"INDEX_KEYS must begin with the key «{key}», by which the database is indexed: "
        "put it first, or stop the bot and run `registratura reindex`"
    )


async def _places_of_key(
    connection: Connection, cipher: Cipher, index: BlindIndex, column: Recomputed
) -> Sequence[int | None]:
    """Return, for some rows that open, which of our keys has indexed the row; None if it is none of them."""
    places: list[int | None] = []
    for value in await values.list_indexed(connection, column, 0, SAMPLE):
        if (text := read_source(cipher, column, value)) is not None:
            digests = index.all_of(column.kind, text)
            places.append(digests.index(value.digest) if value.digest in digests else None)
    return places
