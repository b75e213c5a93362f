"""A new bot takes over from an old one: in Telegram the newer poll wins, and claimed messages are sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from aiohttp import ClientSession

from bot.app import run
from bot.instance import AnotherInstance
from bot.telegram import polling
from storage.database.connection import Connection
from storage.migrations import list_migrations, statements
from storage.unit import UnitOfWork
from tests.chat.actions import MARIA, book, choose, moscow, name_and_check, say, settle_in, to_name
from tests.chat.town import Town
from tests.chat.wait import wait_until

ADDRESS = "{url}/bot{token}/getUpdates?timeout=20&offset={offset}"


async def test_new_bot_replaces_the_open_poll_of_an_old_one(town: Town) -> None:
    await town.running.aclose()
    address = ADDRESS.format(url=town.chat.base_url, token=town.emulator.token, offset=-1)
    async with ClientSession() as old_session, asyncio.TaskGroup() as group:
        old = group.create_task(old_session.get(address))
        await wait_until(lambda: town.emulator.updates.is_polled)
        await town.restart()
        assert (await old).status == 409
    assert "Здравствуйте" in (await say(town.mother, "/start")).text


async def test_one_poll_by_somebody_else_does_not_end_the_bot(town: Town) -> None:
    await town.running.aclose()
    address = ADDRESS.format(url=town.chat.base_url, token=town.emulator.token, offset=0)
    async with asyncio.TaskGroup() as group:
        bot = group.create_task(run(town.settings, town.clock, signals=False))
        await town.stranger.start()
        await town.stranger.wait_for("Здравствуйте")
        await wait_until(lambda: town.emulator.updates.is_polled)
        async with ClientSession() as browser, browser.get(address.replace("timeout=20", "timeout=0")) as answer:
            assert answer.status == 200
        await wait_until(lambda: not town.emulator.updates.is_polled)
        await wait_until(lambda: town.emulator.updates.is_polled)
        await town.stranger.say("/start")
        await town.stranger.wait_for("Здравствуйте")
        bot.cancel()


async def test_bot_stops_when_another_polls_for_long(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each conflict is half of the patience later than the one before.
    late = SimpleNamespace(monotonic=count(100, polling.CONFLICT_PATIENCE / 2).__next__)
    monkeypatch.setattr(polling, "time", late)
    await town.running.aclose()
    address = ADDRESS.format(url=town.chat.base_url, token=town.emulator.token, offset=-1)

    async def poll_too() -> None:
        await town.stranger.start()
        await town.stranger.wait_for("Здравствуйте")
        async with ClientSession() as newer, newer.get(address.replace("timeout=20", "timeout=1")) as answer:
            assert answer.status == 200
        async with ClientSession() as newer:
            while True:
                async with newer.get(address):
                    await wait_until(lambda: town.emulator.updates.is_polled)

    async with asyncio.TaskGroup() as group:
        other = group.create_task(poll_too())
        with pytest.raises(AnotherInstance, match="BOT_TOKEN"):
            await run(town.settings, town.clock, signals=False)
        other.cancel()


async def test_message_claimed_by_a_killed_bot_is_sent_after_restart(town: Town) -> None:
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


async def test_open_prompt_of_the_previous_release_is_answered(town: Town) -> None:
    """That release stored state and data of a prompt in two columns; the migration keeps the data."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    cipher = town.app.store.cipher

    async def go_back(connection: Connection) -> None:
        (row,) = await connection.fetch("SELECT key FROM dialogs", {})
        state = cipher.seal("dialogs", "sealed_state", row["key"].encode(), "Linking:name")
        await connection.execute("UPDATE dialogs SET sealed_state = :state", {"state": state})
        await run_prompts_migration(connection)

    await town.app.store.database.write(go_back)
    assert "действует" in (await name_and_check(town.mother, MARIA.name.full)).text
    left = await town.app.store.database.read(lambda connection: connection.fetch("SELECT key FROM dialogs", {}))
    assert left == []


async def test_incomplete_prompt_of_the_previous_release_is_dropped(town: Town) -> None:
    """A crash between its two writes left a state without data; the draft is continued from the menu."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)

    async def go_back(connection: Connection) -> None:
        await connection.execute("UPDATE dialogs SET sealed_state = sealed_data, sealed_data = NULL", {})
        await run_prompts_migration(connection)

    await town.app.store.database.write(go_back)
    await town.restart()
    await say(town.mother, MARIA.name.full)
    await choose(town.mother, "Дописать данные ребёнка")
    assert "действует" in (await name_and_check(town.mother, MARIA.name.full)).text


async def run_prompts_migration(connection: Connection) -> None:
    """Run the migration that removed the state of prompts."""
    (migration,) = [migration for migration in list_migrations() if migration.name.endswith("_prompts.sql")]
    for statement in statements(migration.sql):
        await connection.execute(statement, {})
