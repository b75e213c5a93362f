"""After an erasure the bytes of the erased rows are in no file: not in the database, nor in its log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import Store, make_services
from bot.core.tasks import Tasks
from bot.glossary import AccountId, DraftId
from bot.privacy.lifetimes import KEEP_DRAFTS
from bot.services import Services
from storage.database.connection import Connection, Row
from storage.unit import UnitOfWork
from tests.builders import StoppedClock, some_settings
from tests.storage.stored import CIPHER, INDEX, NOW, World, opened_world
from tests.storage.test_lifetimes import consent
from tests.storage.test_sealing import read_files

ROWS = 150
"""enough for pages to be split and joined"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def services_of(world: World, clock: StoppedClock | None = None) -> Services:
    store = Store(world.database, CIPHER, INDEX, world.storage)
    return make_services(store, clock or StoppedClock(), Tasks(), some_settings())


async def sealed_values(world: World, account: AccountId) -> list[bytes]:
    """Return what is sealed in the rows of an account."""

    async def look(connection: Connection) -> list[Row]:
        return await connection.fetch(
            "SELECT sealed_fields FROM drafts WHERE account_id = :account UNION ALL "
            "SELECT sealed_facts FROM outbox WHERE account_id = :account UNION ALL "
            "SELECT p.sealed_identity FROM patients p JOIN representations r ON r.patient_id = p.id "
            "WHERE r.account_id = :account UNION ALL "
            "SELECT sealed_phone FROM contacts WHERE account_id = :account UNION ALL "
            "SELECT sealed_telegram FROM accounts WHERE id = :account",
            {"account": account},
        )

    return [row[0] for row in await world.database.read(look)]


async def fill(world: World) -> None:
    """Write rows of two accounts in turn, and write some of them again."""
    mother, stranger = world.mother.id, world.stranger.id
    patient = await world.link()
    await world.appoint(await world.order(patient))
    drafts: list[DraftId] = []

    async def change(uow: UnitOfWork) -> None:
        await uow.contacts.set_phone(mother, "+79161234567")
        for number in range(ROWS):
            drafts.append(await uow.drafts.add(mother, "policy", {"name": "Петрова " * (number % 40)}, NOW))
            await uow.drafts.add(stranger, "policy", {"name": "Сидорова"}, NOW)

    async def change_again(uow: UnitOfWork) -> None:
        for number, draft in enumerate(drafts[::2]):
            await uow.drafts.save(draft, {"name": "Иванова " * (90 - number)}, NOW)

    await world.storage.write(change)
    await world.storage.write(change_again)
    await consent(world, mother, stranger)


@pytest.mark.requirement("C29")
async def test_erased_account_is_in_no_byte_of_the_files(world: World, tmp_path: Path) -> None:
    await fill(world)
    values, others = await sealed_values(world, world.mother.id), await sealed_values(world, world.stranger.id)
    await services_of(world).erasure.erase(world.mother.id, keep_visits=True)
    raw = read_files(tmp_path / "bot.sqlite3")
    assert len(values) > ROWS
    assert [value for value in values if value in raw] == []
    assert [value for value in others if value not in raw] == []


@pytest.mark.requirement("C29")
async def test_unlinked_card_is_in_no_byte_of_the_files(world: World, tmp_path: Path) -> None:
    patient = await world.link()
    values = await sealed_values(world, world.mother.id)
    await services_of(world).unlinking.unlink(world.mother.id, patient, keep_visits=True)
    raw = read_files(tmp_path / "bot.sqlite3")
    [identity] = [value for value in values if value not in await sealed_values(world, world.mother.id)]
    assert identity not in raw


async def test_expired_rows_are_in_no_byte_of_the_files(world: World, tmp_path: Path) -> None:
    await fill(world)
    values = await sealed_values(world, world.mother.id)
    clock = StoppedClock(NOW + KEEP_DRAFTS + timedelta(days=1))
    await services_of(world, clock).retention.delete_expired()
    gone = set(values) - set(await sealed_values(world, world.mother.id))
    raw = read_files(tmp_path / "bot.sqlite3")
    assert len(gone) == ROWS
    assert [value for value in gone if value in raw] == []


async def test_every_connection_overwrites_deleted_bytes(world: World) -> None:
    """SQLite of Debian does so by itself, that of others does not."""

    async def look(connection: Connection) -> int:
        [row] = await connection.fetch("PRAGMA secure_delete", {})
        return int(row[0])

    assert (await world.database.read(look), await world.database.write(look)) == (1, 1)
