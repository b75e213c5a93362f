"""Reseal and reindex: nothing is lost, whatever stops them, and what cannot be made anew keeps its older key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.account.records import Contact
from storage.database.crypto import BlindIndex, Cipher
from storage.keys import values
from storage.keys.canaries import WrongKeys, check_keys
from storage.keys.columns import SEALED
from storage.keys.needs import count_bare_codes, index_needs, secret_needs
from storage.keys.reindex import Reindexed, count_to_reindex, reindex
from storage.keys.reseal import count_to_reseal, reseal
from storage.unit import Storage
from tests.builders import database_in
from tests.storage.personal_data import put
from tests.storage.stored import CIPHER, CLAIM, INDEX, NOW, POLICY, World, opened_world

OLD_SECRET, OLD_INDEX = bytes(range(32)), bytes(range(32, 64))
NEW_SECRET, NEW_INDEX = b"n" * 32, b"m" * 32
BOTH = Cipher({"k2": NEW_SECRET, "k1": OLD_SECRET}, "k2")
NEW = Cipher({"k2": NEW_SECRET}, "k2")
BOTH_INDEX = BlindIndex({"2": NEW_INDEX, "1": OLD_INDEX})
NEW_INDEX_ALONE = BlindIndex({"2": NEW_INDEX})
PHONE = "+79161234567"
TOKEN = "t" * 20
HOUR = timedelta(hours=1)


class Killed(Exception):
    """The command was stopped between two batches."""


async def go_on() -> None:
    pass


def killed_after(batches: int) -> Callable[[], Awaitable[None]]:
    left = [batches]

    async def stop() -> None:
        left[0] -= 1
        if not left[0]:
            raise Killed

    return stop


def silent(_count: int) -> None:
    pass


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A mother with a child, a telephone, an invitation and a failed check."""
    async with opened_world(tmp_path) as world:
        patient = await world.link()
        mother = world.mother.id
        await world.storage.write(lambda uow: uow.contacts.set_phone(mother, PHONE))
        await world.storage.write(lambda uow: uow.contacts.set_email(mother, "anna@example.org"))
        await world.storage.write(lambda uow: uow.drafts.add(mother, "policy", {"number": POLICY}, NOW))
        await world.storage.write(lambda uow: uow.family.invite(TOKEN, patient, mother, NOW, NOW + 24 * HOUR))
        await world.storage.write(lambda uow: uow.checks.note_failure(mother, POLICY, NOW))
        await check_keys(world.database, CIPHER, INDEX, NOW)
        yield world


async def left_for(world: World, cipher: Cipher) -> int:
    return sum((await world.database.read(lambda connection: secret_needs(connection, cipher))).values())


async def execute(world: World, sql: str) -> None:
    await world.database.write(lambda connection: connection.execute(sql, {}))


# --- reseal -----------------------------------------------------------------------------------------------------------


async def test_resealed_database_needs_the_new_key_alone(world: World) -> None:
    total = await count_to_reseal(world.database, BOTH)
    counted: list[int] = []
    assert await reseal(world.database, BOTH, counted.append, go_on) == (total, 0)
    assert sum(counted) == total >= 5
    assert await left_for(world, BOTH) == 0
    storage = Storage(world.database, NEW, INDEX)
    [patient] = await storage.read(lambda view: view.patients.list_of(world.mother.id))
    assert (patient.name, patient.policy_number) == (CLAIM.name, POLICY)
    contact = await storage.read(lambda view: view.contacts.get(world.mother.id))
    assert contact == Contact(PHONE, "anna@example.org")


async def test_reseal_that_is_killed_goes_on_where_it_stopped(world: World) -> None:
    total = await count_to_reseal(world.database, BOTH)
    with pytest.raises(Killed):
        await reseal(world.database, BOTH, silent, killed_after(2))
    left = await count_to_reseal(world.database, BOTH)
    assert 0 < left < total
    assert await reseal(world.database, BOTH, silent, go_on) == (left, 0)
    assert await reseal(world.database, BOTH, silent, go_on) == (0, 0)


async def test_damaged_value_stays_and_stops_no_other(world: World) -> None:
    damage = "UPDATE contacts SET sealed_phone = substr(sealed_phone, 1, 20)"
    await execute(world, damage)
    found = await reseal(world.database, BOTH, silent, go_on)
    assert found.unreadable == 1
    assert found.done >= 4
    assert await left_for(world, BOTH) == 1, "check goes on saying that a value needs the older key"


async def test_value_that_changed_meanwhile_is_not_overwritten(world: World) -> None:
    [column] = [column for column in SEALED if column.column == "sealed_phone" and column.table == "contacts"]
    [read] = await world.database.read(lambda connection: values.list_not_sealed_with(connection, column, "k2", 0, 10))
    changed = "+79990000000"
    await world.storage.write(lambda uow: uow.contacts.set_phone(world.mother.id, changed))
    sealed = NEW.seal("contacts", "sealed_phone", read.uid, PHONE)
    assert not await world.database.write(lambda connection: values.swap_sealed(connection, column, read, sealed))
    assert (await world.storage.read(lambda view: view.contacts.get(world.mother.id))).phone == changed


# --- reindex ----------------------------------------------------------------------------------------------------------


async def moved(world: World, index: BlindIndex = BOTH_INDEX) -> Reindexed:
    return await reindex(world.database, CIPHER, index, NOW + HOUR, silent, go_on)


async def finds_all(world: World, index: BlindIndex) -> bool:
    """Return whether the child is found by its policy and the mother by her telephone."""
    storage = Storage(world.database, CIPHER, index)
    patient = await storage.read(lambda view: view.patients.find_own(world.mother.id, POLICY))
    return patient is not None and await storage.read(lambda view: view.contacts.find_owner(PHONE)) == world.mother.id


async def test_reindexed_database_is_found_by_the_new_key_alone(world: World) -> None:
    assert not await finds_all(world, BOTH_INDEX)
    assert await moved(world) == (await count_to_reindex(world.database), 0)
    assert await finds_all(world, NEW_INDEX_ALONE)
    assert not await finds_all(world, INDEX)
    await check_keys(world.database, CIPHER, BOTH_INDEX, NOW + HOUR)


@pytest.mark.parametrize("batches", [1, 2])
async def test_reindex_that_is_killed_is_noticed_and_run_again(world: World, batches: int) -> None:
    """Until then no bot starts, with the old key first or with the new one; either may be chosen."""
    with pytest.raises(Killed):
        await reindex(world.database, CIPHER, BOTH_INDEX, NOW, silent, killed_after(batches))
    back = BlindIndex({"1": OLD_INDEX, "2": NEW_INDEX})
    for keys in (BOTH_INDEX, INDEX, back):
        with pytest.raises(WrongKeys, match="reindex"):
            await check_keys(world.database, CIPHER, keys, NOW)
    for keys in (back, BOTH_INDEX):
        await moved(world, keys)
        await check_keys(world.database, CIPHER, keys, NOW)
        assert await finds_all(world, keys)


async def test_reindex_without_the_present_key_is_refused(world: World) -> None:
    with pytest.raises(WrongKeys, match="«1»"):
        await moved(world, NEW_INDEX_ALONE)
    await check_keys(world.database, CIPHER, INDEX, NOW)


async def test_what_cannot_be_recomputed_is_found_by_its_older_key(world: World) -> None:
    """Until it expires the older key is needed; a start without it is refused."""
    await moved(world)
    storage = Storage(world.database, CIPHER, BOTH_INDEX)
    assert await storage.read(lambda view: view.family.find_invitation(TOKEN)) is not None
    assert await storage.read(lambda view: view.checks.failures_about(POLICY, NOW - HOUR)) == [NOW]
    with pytest.raises(WrongKeys, match="«1», which still finds invitations"):
        await check_keys(world.database, CIPHER, NEW_INDEX_ALONE, NOW + 2 * HOUR)
    await check_keys(world.database, CIPHER, NEW_INDEX_ALONE, NOW + 25 * HOUR)
    await check_keys(world.database, CIPHER, NEW_INDEX_ALONE, NOW)


async def test_needs_of_an_index_key_are_counted_by_table(world: World) -> None:
    await moved(world)
    await put(world, "pins", account_id=world.mother.id, salt=b"s", digest=b"d" * 32)
    at = int((NOW + HOUR).timestamp())

    async def needs(later: timedelta) -> dict[str, int]:
        now = at + int(later.total_seconds())
        return dict(await world.database.read(lambda connection: index_needs(connection, CIPHER, BOTH_INDEX, at, now)))

    assert await needs(-timedelta(minutes=30)) == {"pins": 1, "invitations": 1, "failed_checks": 1}
    assert await needs(24 * HOUR) == {"pins": 1}


async def test_two_rows_with_one_value_do_not_stop_a_reindex(world: World) -> None:
    """A wrong key had once let a second account have the same telephone; the second one stays behind."""
    wrong = Storage(world.database, CIPHER, BlindIndex(b"w" * 32))
    await wrong.write(lambda uow: uow.contacts.set_phone(world.stranger.id, PHONE))
    assert (await moved(world)).left == 1
    assert await finds_all(world, NEW_INDEX_ALONE)


async def test_name_of_an_index_key_may_change(world: World) -> None:
    await check_keys(world.database, CIPHER, BlindIndex({"renamed": OLD_INDEX}), NOW)


# --- canaries ---------------------------------------------------------------------------------------------------------


async def test_key_may_go_once_nothing_needs_it(world: World) -> None:
    await check_keys(world.database, BOTH, INDEX, NOW)
    with pytest.raises(WrongKeys, match="«k1»"):
        await check_keys(world.database, NEW, INDEX, NOW)
    await reseal(world.database, BOTH, silent, go_on)
    await check_keys(world.database, NEW, INDEX, NOW)
    other = Cipher({"k2": NEW_SECRET, "k1": b"z" * 32}, "k2")
    await check_keys(world.database, other, INDEX, NOW)


async def test_damaged_row_is_no_wrong_key(world: World) -> None:
    """Neither for a start that writes the canaries nor for a later one."""
    for statement in (
        "UPDATE contacts SET sealed_phone = x'026b3100'",
        "DELETE FROM secret_canaries",
        "DELETE FROM index_canaries",
    ):
        await execute(world, statement)
    for _ in range(2):
        await check_keys(world.database, CIPHER, INDEX, NOW)


async def test_first_start_after_an_upgrade_proves_the_keys(world: World) -> None:
    """The database of an earlier release has no canary, so its values are what the keys are compared with."""
    for table in ("DELETE FROM secret_canaries", "DELETE FROM index_canaries"):
        await execute(world, table)
    wrong = Cipher({"k1": b"z" * 32}, "k1")
    for cipher, index in ((wrong, INDEX), (NEW, INDEX), (CIPHER, NEW_INDEX_ALONE), (CIPHER, BOTH_INDEX)):
        with pytest.raises(WrongKeys):
            await check_keys(world.database, cipher, index, NOW)
    await check_keys(world.database, CIPHER, INDEX, NOW)


async def test_first_start_without_a_key_names_it(world: World) -> None:
    await execute(world, "DELETE FROM secret_canaries")
    with pytest.raises(WrongKeys, match=r"lacks the key «k1», .* --without k1"):
        await check_keys(world.database, NEW, INDEX, NOW)


async def test_database_without_data_takes_any_keys(tmp_path: Path) -> None:
    """As long as nothing is stored, keys may be made anew."""
    async with database_in(tmp_path) as database:
        await check_keys(database, CIPHER, INDEX, NOW)
        await check_keys(database, Cipher({"k1": b"z" * 32}, "k1"), NEW_INDEX_ALONE, NOW)
        await check_keys(database, NEW, INDEX, NOW)


# --- lost keys --------------------------------------------------------------------------------------------------------


async def test_lost_secret_key_is_given_up_by_name(world: World) -> None:
    """What only it opens stays shut; the start no longer asks for it. A key that comes back opens everything again."""
    with pytest.raises(WrongKeys, match="reseal --without k1"):
        await check_keys(world.database, NEW, INDEX, NOW)
    with pytest.raises(WrongKeys, match="Nothing is encrypted with the key «k9»"):
        await check_keys(world.database, NEW, INDEX, NOW, "k9")
    await check_keys(world.database, NEW, INDEX, NOW, "k1")
    await check_keys(world.database, NEW, INDEX, NOW)
    assert (await reseal(world.database, NEW, silent, go_on)).done == 0
    with pytest.raises(WrongKeys):
        await check_keys(world.database, Cipher({"k2": NEW_SECRET, "k1": b"z" * 32}, "k2"), INDEX, NOW)
    await check_keys(world.database, BOTH, INDEX, NOW)


async def test_lost_index_key_is_given_up_by_name(world: World) -> None:
    with pytest.raises(WrongKeys, match="reindex --without 1"):
        await moved(world, NEW_INDEX_ALONE)
    with pytest.raises(WrongKeys, match="Nothing is indexed by the key «9»"):
        await reindex(world.database, CIPHER, NEW_INDEX_ALONE, NOW, silent, go_on, "9")
    await reindex(world.database, CIPHER, NEW_INDEX_ALONE, NOW, silent, go_on, "1")
    await check_keys(world.database, CIPHER, NEW_INDEX_ALONE, NOW)
    assert await finds_all(world, NEW_INDEX_ALONE)


async def test_reindex_after_an_upgrade_needs_the_key_of_the_database(world: World) -> None:
    await execute(world, "DELETE FROM index_canaries")
    with pytest.raises(WrongKeys, match="lacks the key by which"):
        await moved(world, NEW_INDEX_ALONE)
    await moved(world)
    await check_keys(world.database, CIPHER, BOTH_INDEX, NOW)
    with pytest.raises(WrongKeys, match="«1», which still finds"):
        await check_keys(world.database, CIPHER, NEW_INDEX_ALONE, NOW)


async def test_access_codes_of_an_earlier_release_are_sealed_by_reseal(world: World) -> None:
    bare = INDEX.of("pin", "ab" * 32)
    await put(world, "pins", account_id=world.mother.id, salt=b"s" * 16, digest=bare)
    assert await world.database.read(count_bare_codes) == 1
    assert await reseal(world.database, CIPHER, silent, go_on) == (1, 0)
    [row] = await world.database.read(lambda connection: connection.fetch("SELECT * FROM pins", {}))
    assert (row["digest"], bare in row["sealed_digest"]) == (b"", False)
    stored = await world.storage.read(lambda view: view.access_codes.find(world.mother.id))
    assert stored is not None
    assert stored.sealed == bare
