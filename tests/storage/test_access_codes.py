"""Access codes at rest: the database and the index key try no code, and codes of older releases keep working."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.account import access_code
from bot.account.access_code import AccessCodes
from bot.account.errors import WrongCode
from bot.core.errors import InvalidInput
from storage.account.access_code import INDEX_KIND
from storage.database.crypto import BlindIndex, Cipher
from storage.unit import Storage
from tests.desk_code import PRODUCT_COST
from tests.pure_builders import StoppedClock
from tests.storage.personal_data import put
from tests.storage.stored import CIPHER, INDEX, World, opened_world

CODE = "580213"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def codes_of(storage: Storage) -> AccessCodes:
    return AccessCodes(storage, StoppedClock())


async def set_code(world: World, code: str = CODE) -> None:
    await codes_of(world.storage).propose(world.mother, code)
    await codes_of(world.storage).confirm(world.mother, code)


@pytest.mark.parametrize("kept", ["SELECT * FROM pins", "SELECT * FROM offered_pins"])
async def test_database_and_index_key_try_no_code(kept: str, world: World) -> None:
    await set_code(world)
    await codes_of(world.storage).propose(world.mother, CODE)
    [row] = await world.database.read(lambda connection: connection.fetch(kept, {}))
    digest = hashlib.scrypt(CODE.encode(), salt=row["salt"], n=2**14, r=8, p=1, dklen=32)
    revealing = {digest, INDEX.of(INDEX_KIND, digest.hex())}
    assert revealing.isdisjoint(bytes(value) for value in row if isinstance(value, bytes))


async def test_right_code_unlocks_and_a_wrong_one_does_not(world: World) -> None:
    await set_code(world)
    assert (await codes_of(world.storage).unlock(world.mother.id, CODE)).lock is not None
    with pytest.raises(WrongCode):
        await codes_of(world.storage).unlock(world.mother.id, "580214")


async def test_code_of_an_earlier_release_works_and_is_sealed_at_its_use(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have four digits, which a new one may not. It was hashed at the product's cost, as today's codes are."""
    monkeypatch.setattr(access_code, "SCRYPT_COST", PRODUCT_COST)
    salt = b"s" * 16
    digest = hashlib.scrypt(b"1357", salt=salt, n=2**14, r=8, p=1, dklen=32)
    bare = INDEX.of(INDEX_KIND, digest.hex())
    await put(world, "pins", account_id=world.mother.id, salt=salt, digest=bare)
    with pytest.raises(WrongCode):
        await codes_of(world.storage).unlock(world.mother.id, "1358")
    assert (await codes_of(world.storage).unlock(world.mother.id, "1357")).lock is not None
    [row] = await world.database.read(lambda connection: connection.fetch("SELECT * FROM pins", {}))
    assert (row["digest"], row["keyed_by"]) == (b"", INDEX.marks[0])
    assert bare not in row["sealed_digest"]
    assert (await codes_of(world.storage).unlock(world.mother.id, "1357")).lock is not None
    with pytest.raises(InvalidInput):
        await codes_of(world.storage).propose(world.mother, "1357")


async def test_code_moves_to_the_new_index_key_at_its_use(world: World) -> None:
    await set_code(world)
    both = BlindIndex({"2": b"n" * 32, "1": bytes(range(32, 64))})
    await codes_of(Storage(world.database, CIPHER, both)).unlock(world.mother.id, CODE)
    alone = Storage(world.database, CIPHER, BlindIndex({"2": b"n" * 32}))
    assert (await codes_of(alone).unlock(world.mother.id, CODE)).lock is not None
    with pytest.raises(WrongCode):
        await codes_of(world.storage).unlock(world.mother.id, CODE)


async def test_code_that_no_key_opens_is_a_wrong_one(world: World) -> None:
    """The person can switch it off in a day, as a forgotten one."""
    await set_code(world)
    other = Storage(world.database, Cipher({"k2": bytes(32)}, "k2"), INDEX)
    with pytest.raises(WrongCode):
        await codes_of(other).unlock(world.mother.id, CODE)
    lock = (await codes_of(other).forget(world.mother.id)).lock
    assert lock is not None
    assert lock.drops_at is not None
