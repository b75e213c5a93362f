"""One bot follows another: in Telegram the newer poll wins, and what a dead one left behind is taken up at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.app import run
from bot.instance import AnotherInstance
from storage.database.connection import Connection
from storage.migrations import list_migrations, statements
from storage.unit import UnitOfWork
from tests.chat.actions import MARIA, book, choose, moscow, name_and_check, say, settle_in, to_name
from tests.chat.town import Town
from tests.chat.wait import until

ADDRESS = "{url}/bot{token}/getUpdates?timeout=20&offset={offset}"


async def test_a_bot_begun_while_the_old_ones_poll_is_still_open_goes_on(town: Town) -> None:
    await town.running.aclose()
    address = ADDRESS.format(url=town.chat.base_url, token=town.emulator.token, offset=-1)
    async with ClientSession() as left_over, asyncio.TaskGroup() as group:
        old = group.create_task(left_over.get(address))
        await until(lambda: town.emulator.updates.is_polled)
        await town.restart()
        assert (await old).status == 409
    assert "Здравствуйте" in (await say(town.mother, "/start")).text


async def test_a_bot_that_hears_of_a_newer_one_stops_and_says_so(town: Town) -> None:
    await town.running.aclose()
    address = ADDRESS.format(url=town.chat.base_url, token=town.emulator.token, offset=-1)

    async def poll_too() -> None:
        await town.stranger.start()
        await town.stranger.wait_for("Здравствуйте")
        async with ClientSession() as newer, newer.get(address.replace("timeout=20", "timeout=1")) as answer:
            assert answer.status == 200

    async with asyncio.TaskGroup() as group:
        group.create_task(poll_too())
        with pytest.raises(AnotherInstance, match="BOT_TOKEN"):
            await run(town.settings, town.clock, signals=False)


async def test_what_a_killed_bot_was_sending_is_sent_as_soon_as_the_next_one_works(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    town.clock.advance(moscow(25, 18, 1) - town.clock.now())

    async def change(uow: UnitOfWork) -> None:
        assert await uow.outbox.claim(town.clock.now(), town.clock.wall(), timedelta(minutes=3), 12)

    await town.app.store.storage.write(change)
    await town.work()
    assert "Напоминаю" not in (await town.mother.screen()).text
    await town.restart()
    await town.work()
    assert "Напоминаю" in (await town.mother.screen()).text


async def test_open_prompt_of_the_release_before_goes_on(town: Town) -> None:
    """That release kept state and data of a prompt in two columns; the migration leaves the data."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    cipher = town.app.store.cipher

    async def go_back(connection: Connection) -> None:
        (row,) = await connection.fetch("SELECT key FROM dialogs", {})
        state = cipher.seal("dialogs", "sealed_state", row["key"].encode(), "Linking:name")
        await connection.execute("UPDATE dialogs SET sealed_state = :state", {"state": state})
        await leave_the_data(connection)

    await town.app.store.database.write(go_back)
    assert "действует" in (await name_and_check(town.mother, MARIA.name.full)).text
    left = await town.app.store.database.read(lambda connection: connection.fetch("SELECT key FROM dialogs", {}))
    assert left == []


async def test_half_a_prompt_of_the_release_before_is_forgotten(town: Town) -> None:
    """A crash between its two writes left a state without data; what had been typed is taken up from the menu."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)

    async def go_back(connection: Connection) -> None:
        await connection.execute("UPDATE dialogs SET sealed_state = sealed_data, sealed_data = NULL", {})
        await leave_the_data(connection)

    await town.app.store.database.write(go_back)
    await say(town.mother, MARIA.name.full)
    await choose(town.mother, "Дописать данные ребёнка")
    assert "действует" in (await name_and_check(town.mother, MARIA.name.full)).text


async def leave_the_data(connection: Connection) -> None:
    """Run the migration that gave up the state of a prompt."""
    (migration,) = [migration for migration in list_migrations() if migration.name.endswith("_prompts.sql")]
    for statement in statements(migration.sql):
        await connection.execute(statement, {})
