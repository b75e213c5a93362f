"""Tests of dialog state, drafts, the journal, leases and cursors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey

from bot.core.deeds import Actor, ActorKind, AuditEntry, Deed, Subject
from bot.glossary import AppointmentId, DraftId, PatientId, SystemName
from bot.patients.records import Draft
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher
from storage.database.dialog_keys import key_of
from storage.database.dialog_state import DialogStorage
from storage.unit import UnitOfWork
from tests.builders import StoppedClock
from tests.storage.stored import CIPHER, INDEX, NOW, World, opened_world

SECOND = timedelta(seconds=1)
KEY = StorageKey(bot_id=1, chat_id=1001, user_id=1001)
OTHER = StorageKey(bot_id=1, chat_id=1002, user_id=1002)


class Linking(StatesGroup):
    policy = State()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


@pytest.fixture
def dialogs(world: World) -> DialogStorage:
    return DialogStorage(world.database, CIPHER, INDEX, StoppedClock())


async def count_dialogs(world: World) -> int:
    async def look(connection: Connection) -> int:
        return len(await connection.fetch("SELECT key FROM dialogs", {}))

    return await world.database.read(look)


# --- dialog state -----------------------------------------------------------------------------------------------------


async def test_dialogs_are_stored_separately(dialogs: DialogStorage) -> None:
    await dialogs.set_state(KEY, Linking.policy)
    await dialogs.set_data(KEY, {"typed": "Петрова", "step": 2})
    await dialogs.set_state(OTHER, "Linking:name")
    assert await dialogs.get_state(KEY) == "Linking:policy"
    assert await dialogs.get_data(KEY) == {"typed": "Петрова", "step": 2}
    assert await dialogs.get_state(OTHER) == "Linking:name"
    assert await dialogs.get_data(OTHER) == {}


async def test_dialog_key_has_destiny_and_business_connection(dialogs: DialogStorage) -> None:
    keys = [
        KEY,
        StorageKey(bot_id=2, chat_id=1001, user_id=1001),
        StorageKey(bot_id=1, chat_id=1001, user_id=1001, destiny="other"),
        StorageKey(bot_id=1, chat_id=1001, user_id=1001, business_connection_id="b"),
    ]
    for number, key in enumerate(keys):
        await dialogs.set_state(key, f"Linking:{number}")
    assert [await dialogs.get_state(key) for key in keys] == [f"Linking:{number}" for number in range(4)]


async def test_dialog_data_is_updated_in_place(dialogs: DialogStorage) -> None:
    await dialogs.set_data(KEY, {"a": 1})
    assert await dialogs.update_data(KEY, {"b": 2}) == {"a": 1, "b": 2}
    assert await dialogs.get_value(KEY, "b") == 2


async def test_finished_dialog_leaves_no_row(world: World, dialogs: DialogStorage) -> None:
    await dialogs.set_state(KEY, Linking.policy)
    await dialogs.set_data(KEY, {"a": 1})
    await dialogs.set_state(KEY, None)
    assert (await dialogs.get_state(KEY), await dialogs.get_data(KEY)) == (None, {"a": 1})
    await dialogs.set_data(KEY, {})
    assert await count_dialogs(world) == 0
    await dialogs.set_data(KEY, {"a": 1})
    await dialogs.set_data(KEY, {})
    await dialogs.set_state(KEY, Linking.policy)
    await dialogs.set_state(KEY)
    assert await count_dialogs(world) == 0
    await dialogs.close()


async def test_dialog_survives_restart(tmp_path: Path) -> None:
    for expected in (None, "Linking:policy"):
        async with opened_world(tmp_path) as world:
            dialogs = DialogStorage(world.database, CIPHER, INDEX, StoppedClock())
            assert await dialogs.get_state(KEY) == expected
            await dialogs.set_state(KEY, Linking.policy)


async def test_dialog_moved_to_another_key_does_not_open(world: World, dialogs: DialogStorage) -> None:
    """Its person is not stopped: the prompt reads as closed."""
    await dialogs.set_data(KEY, {"a": 1})
    await world.database.write(
        lambda connection: connection.execute(
            "UPDATE dialogs SET key = :key", {"key": key_of("fsm:1:1002:1002:default", INDEX)}
        )
    )
    assert await dialogs.get_data(OTHER) == {}


# --- drafts -----------------------------------------------------------------------------------------------------------


async def test_draft_is_found_only_by_its_account(world: World) -> None:
    fields = {"family": "Петрова"}

    async def change(uow: UnitOfWork) -> None:
        draft = await uow.drafts.add(world.mother.id, "policy", fields, NOW)
        assert await uow.drafts.find(world.mother.id, draft) == Draft(draft, "policy", fields)
        assert await uow.drafts.find(world.stranger.id, draft) is None
        await uow.drafts.drop(world.stranger.id, draft)
        assert await uow.drafts.find(world.mother.id, draft) is not None
        await uow.drafts.drop(world.mother.id, draft)
        assert await uow.drafts.list_of(world.mother.id, "policy", 3) == []

    await world.storage.write(change)


async def test_newest_draft_is_the_last_saved(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        first = await uow.drafts.add(world.mother.id, "policy", {}, NOW)
        second = await uow.drafts.add(world.mother.id, "policy", {}, NOW + SECOND)
        await uow.drafts.add(world.mother.id, "search", {}, NOW + 3 * SECOND)
        await uow.drafts.save(first, {"given": "Мария"}, NOW + 2 * SECOND)
        await uow.drafts.save(DraftId(99), {}, NOW)
        newest = Draft(first, "policy", {"given": "Мария"})
        assert await uow.drafts.list_of(world.mother.id, "policy", 3) == [newest, Draft(second, "policy", {})]
        assert await uow.drafts.list_of(world.mother.id, "policy", 1) == [newest]
        assert await uow.drafts.list_of(world.stranger.id, "policy", 3) == []

    await world.storage.write(change)


async def test_old_drafts_are_deleted(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        old = await uow.drafts.add(world.mother.id, "policy", {}, NOW)
        fresh = await uow.drafts.add(world.mother.id, "policy", {}, NOW + SECOND)
        await uow.drafts.forget(NOW + SECOND)
        assert await uow.drafts.find(world.mother.id, old) is None
        assert await uow.drafts.find(world.mother.id, fresh) is not None

    await world.storage.write(change)


async def test_draft_does_not_open_without_key(world: World) -> None:
    await world.storage.write(lambda uow: uow.drafts.add(world.mother.id, "policy", {"family": "Петрова"}, NOW))

    async def look(connection: Connection) -> Row:
        return (await connection.fetch("SELECT uid, sealed_fields FROM drafts", {}))[0]

    row = await world.database.read(look)
    with pytest.raises(CannotOpen):
        Cipher({"k1": bytes(32)}, "k1").open("drafts", "sealed_fields", row["uid"], row["sealed_fields"])


# --- journal, leases, cursors -----------------------------------------------------------------------------------------


async def test_journal_is_read_newest_first_by_its_account(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        mother, visit = Actor.account(world.mother.id), Subject.appointment(AppointmentId(1))
        await uow.audit.add(mother, Deed.POLICY_LINKED, Subject.patient(PatientId(1)), NOW)
        await uow.audit.add(Actor.system(world.mother.id), Deed.BOOKING_BOOKED, visit, NOW + SECOND)
        assert await uow.audit.list_of(world.mother.id, 1) == [
            AuditEntry(NOW + SECOND, Actor(ActorKind.SYSTEM, world.mother.id), Deed.BOOKING_BOOKED, visit)
        ]
        known = [entry.deed for entry in await uow.audit.list_of(world.mother.id, 9)]
        assert known == [Deed.BOOKING_BOOKED, Deed.POLICY_LINKED]
        assert await uow.audit.list_of(world.stranger.id, 9) == []

    await world.storage.write(change)


async def test_lease_has_one_holder_until_it_expires(world: World) -> None:
    async def change(uow: UnitOfWork) -> None:
        assert await uow.leases.take("sync", "first", NOW, 9 * SECOND)
        assert not await uow.leases.take("sync", "second", NOW + 8 * SECOND, 9 * SECOND)
        assert await uow.leases.take("sync", "first", NOW + 8 * SECOND, 9 * SECOND)
        assert not await uow.leases.take("sync", "second", NOW + 16 * SECOND, 9 * SECOND)
        assert await uow.leases.take("sync", "second", NOW + 17 * SECOND, 9 * SECOND)
        await uow.leases.release("sync", "first")
        assert not await uow.leases.take("sync", "first", NOW + 18 * SECOND, 9 * SECOND)
        await uow.leases.release("sync", "second")
        assert await uow.leases.take("sync", "first", NOW + 18 * SECOND, 9 * SECOND)
        assert await uow.leases.take("other", "second", NOW + 18 * SECOND, 9 * SECOND)

    await world.storage.write(change)


async def test_cursor_is_read_as_it_was_set(world: World) -> None:
    registry, other = SystemName("registry"), SystemName("other")

    async def change(uow: UnitOfWork) -> None:
        assert await uow.cursors.get(registry) is None
        await uow.cursors.set(registry, "41")
        await uow.cursors.set(registry, "42")
        await uow.cursors.set(other, "7")
        assert (await uow.cursors.get(registry), await uow.cursors.get(other)) == ("42", "7")

    await world.storage.write(change)
