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
from bot.glossary import AccountId, Ref
from bot.patients.news import CheckAnswered
from bot.patients.records import DeskMatter
from bot.privacy.lifetimes import KEEP_MESSAGES, KEEP_UNSENT, LIFETIMES, Expiry, delete_expired_rows
from bot.services import Services
from storage.database.connection import Connection
from storage.database.dialog_state import DialogStorage
from storage.unit import UnitOfWork
from tests.builders import StoppedClock, some_settings
from tests.storage.personal_data import fill, put, tables_about_people
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


async def consent(world: World, *accounts: AccountId) -> None:
    async def give(uow: UnitOfWork) -> None:
        for account in accounts:
            for purpose in (Purpose.PATIENT, Purpose.REPRESENTATIVE):
                await uow.consents.give(account, purpose, "1", "digest", NOW)

    await world.storage.write(give)


@pytest.mark.requirement("C29")
async def test_account_without_consent_lives_one_day(world: World) -> None:
    await consent(world, world.mother.id)
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(
        StorageKey(bot_id=1, chat_id=STRANGER, user_id=STRANGER), {"prompt": "ln"}
    )
    assert await kept_until(world, f"accounts WHERE id = {world.stranger.id}", DAY)
    assert await count(world, "dialogs") == 0
    assert await world.storage.read(lambda view: view.accounts.find(MOTHER)) is not None


async def test_open_prompt_lives_as_long_as_a_draft(world: World) -> None:
    await consent(world, world.mother.id)
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(
        StorageKey(bot_id=1, chat_id=MOTHER, user_id=MOTHER), {"prompt": "ln", "kept": "7796 1897 8400 0014"}
    )
    assert await kept_until(world, "dialogs", 30 * DAY)


async def test_consents_of_an_erased_account_live_three_years(world: World) -> None:
    await consent(world, world.mother.id)
    await services_of(world, StoppedClock()).erasure.erase(world.mother.id, keep_visits=True)
    assert await kept_until(world, "consents", 3 * YEAR)


async def test_desk_matter_lives_one_year(world: World) -> None:
    await consent(world, world.mother.id)
    patient = await world.link()
    kind = next(iter(DeskMatter))
    await world.storage.write(lambda uow: uow.matters.open(Ref("A7KM-9X"), world.mother.id, patient, kind, NOW))
    assert await kept_until(world, "desk_matters", YEAR)


async def test_message_that_cannot_be_sent_lives_one_year(world: World) -> None:
    await consent(world, world.mother.id)
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        await uow.accounts.set_reachable(world.mother.id, False)
        await uow.outbox.add(CheckAnswered(world.mother.id, patient).due(NOW), NOW)

    await world.storage.write(change)
    assert await kept_until(world, "outbox", YEAR)


# --- every table ------------------------------------------------------------------------------------------------------

OWNERS = {"accounts", "patients", "appointments", "moves", "applications", "policy_requests"}

STATES = {KEEP_MESSAGES: "status = 'SENT'", KEEP_UNSENT: "status = 'QUEUED'"}
"""the state of an outbox message that each lifetime is for"""


async def cascades(world: World) -> dict[str, set[str]]:
    """Return, for each table, those of OWNERS whose rows take its rows along."""
    found: dict[str, set[str]] = {}

    async def look(connection: Connection) -> None:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (table,) in await connection.fetch(sql, {}):
            keys = await connection.fetch(f"SELECT * FROM pragma_foreign_key_list('{table}')", {})  # noqa: S608 - our own schema
            found[table] = {key["table"] for key in keys if key["on_delete"] == "CASCADE"}

    await world.database.read(look)
    return {table: owners & OWNERS for table, owners in found.items()}


@pytest.mark.requirement("C29")
async def test_every_table_has_a_lifetime_and_goes_with_its_owner(world: World) -> None:
    found = await cascades(world)
    assert found.keys() - LIFETIMES.keys() == set(), "say in bot/privacy/lifetimes.py how long its rows are kept"
    assert {table: set(lifetime.parents) for table, lifetime in LIFETIMES.items()} == found


async def test_every_table_about_people_ends(world: World) -> None:
    about_people = await tables_about_people(world) - {"accounts", "patients"}
    kept = {table for table, lifetime in LIFETIMES.items() if not (lifetime.parents or lifetime.expiries)}
    assert about_people & kept == set(), "give it a parent or an expiry in bot/privacy/lifetimes.py"


EXPIRIES = [(table, expiry) for table, lifetime in LIFETIMES.items() for expiry in lifetime.expiries]


@pytest.mark.requirement("C29")
@pytest.mark.parametrize(("table", "expiry"), EXPIRIES, ids=lambda each: each if isinstance(each, str) else each.since)
async def test_job_deletes_rows_past_their_time_and_no_others(world: World, table: str, expiry: Expiry) -> None:
    await fill(world)
    await fill_the_rest(world)
    end = int((NOW - expiry.after).timestamp())
    state = f", {STATES[expiry.after]}" if table == "outbox" else ""
    sql = f"UPDATE {table} SET {expiry.since} = :at{state}"  # noqa: S608 - names of ours
    kept = f"{table} WHERE {expiry.since} = {end + 1}"
    await world.database.write(lambda connection: connection.execute(sql, {"at": end + 1}))
    rows = await count(world, kept)
    await world.storage.write(lambda uow: delete_expired_rows(uow, NOW))
    assert rows > 0, f"{table} has no row to try"
    assert await count(world, kept) == rows
    await world.storage.write(lambda uow: delete_expired_rows(uow, NOW + 2 * SECOND))
    assert await count(world, kept) == 0


async def fill_the_rest(world: World) -> None:
    """Fill the tables of which a filled account has no row."""
    mother = world.mother.id
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(
        StorageKey(bot_id=1, chat_id=MOTHER, user_id=MOTHER), {"prompt": "ln"}
    )
    await put(world, "offered_pins", account_id=mother, salt=b"s", digest=b"d", until=1)


async def test_desk_check_lives_longer_than_a_year(world: World) -> None:
    await consent(world, world.mother.id)
    patient, clinic = await world.link(), world.clinic.id
    await world.storage.write(lambda uow: uow.desk_checks.open(world.mother.id, patient, clinic, NOW, NOW))
    assert await kept_until(world, "desk_checks", 400 * DAY)
