"""Every table has a lifetime, and what is over is deleted by its job, not earlier."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.app import Store, make_services
from bot.core.people import Purpose
from bot.core.tasks import Tasks
from bot.patients.news import CheckAnswered
from bot.patients.records import DeskMatter
from bot.services import Services
from storage.database.connection import Connection
from storage.database.dialog_state import DialogStorage
from storage.unit import UnitOfWork
from tests.builders import StoppedClock, some_settings
from tests.storage.stored import CIPHER, INDEX, MOTHER, NOW, STRANGER, World, opened_world

DAY, YEAR = timedelta(days=1), timedelta(days=365)
SECOND = timedelta(seconds=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def services_of(world: World, clock: StoppedClock) -> Services:
    store = Store(world.database, CIPHER, INDEX, world.storage)
    return make_services(store, clock, Tasks(), some_settings())


async def count(world: World, table: str) -> int:
    async def look(connection: Connection) -> int:
        [row] = await connection.fetch(f"SELECT count(*) FROM {table}", {})  # noqa: S608 - names of ours
        return int(row[0])

    return await world.database.read(look)


async def kept_until(world: World, table: str, end: timedelta) -> bool:
    """Run the job a second before the end and a second after; return whether the rows were there and are gone."""
    before = await count(world, table)
    clock = StoppedClock(NOW + end - SECOND)
    services = services_of(world, clock)
    await services.retention.delete_expired()
    still_there = before and await count(world, table) == before
    clock.advance(2 * SECOND)
    await services.retention.delete_expired()
    return bool(still_there) and await count(world, table) == 0


async def consent(world: World, *accounts: int) -> None:
    async def give(uow: UnitOfWork) -> None:
        for account in accounts:
            for purpose in (Purpose.PATIENT, Purpose.REPRESENTATIVE):
                await uow.consents.give(account, purpose, "1", "digest", NOW)

    await world.storage.write(give)


@pytest.mark.xfail(strict=True, reason="an account without a consent is kept for ever")
@pytest.mark.requirement("C29")
async def test_account_without_consent_lives_one_day(world: World) -> None:
    await consent(world, world.mother.id)
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(
        StorageKey(bot_id=1, chat_id=STRANGER, user_id=STRANGER), {"prompt": "ln"}
    )
    assert await kept_until(world, f"accounts WHERE id = {world.stranger.id}", DAY)
    assert await count(world, "dialogs") == 0
    assert await world.storage.read(lambda view: view.accounts.find(MOTHER)) is not None


@pytest.mark.xfail(strict=True, reason="an open prompt keeps what was typed for ever")
async def test_open_prompt_lives_as_long_as_a_draft(world: World) -> None:
    await consent(world, world.mother.id)
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(
        StorageKey(bot_id=1, chat_id=MOTHER, user_id=MOTHER), {"prompt": "ln", "kept": "7796 1897 8400 0014"}
    )
    assert await kept_until(world, "dialogs", 30 * DAY)


@pytest.mark.xfail(strict=True, reason="consents of erased accounts are kept for ever")
async def test_consents_of_an_erased_account_live_three_years(world: World) -> None:
    await consent(world, world.mother.id)
    await services_of(world, StoppedClock()).erasure.erase(world.mother.id, keep_visits=True)
    assert await kept_until(world, "consents", 3 * YEAR)


@pytest.mark.xfail(strict=True, reason="desk matters are kept for ever")
async def test_desk_matter_lives_one_year(world: World) -> None:
    await consent(world, world.mother.id)
    patient = await world.link()
    kind = next(iter(DeskMatter))
    await world.storage.write(lambda uow: uow.matters.open("A7KM-9X", world.mother.id, patient, kind, NOW))
    assert await kept_until(world, "desk_matters", YEAR)


@pytest.mark.xfail(strict=True, reason="messages to people who have blocked the bot are kept for ever")
async def test_message_that_cannot_be_sent_lives_one_year(world: World) -> None:
    await consent(world, world.mother.id)
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        await uow.accounts.set_reachable(world.mother.id, False)
        await uow.outbox.add(CheckAnswered(world.mother.id, patient).due(NOW), NOW)

    await world.storage.write(change)
    assert await kept_until(world, "outbox", YEAR)
