"""One bot follows another: in Telegram the newer poll wins, and what a dead one left behind is taken up at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiogram.fsm.storage.base import StorageKey
from aiohttp import ClientSession

from bot.app import run
from bot.instance import AnotherInstance
from tests.chat.actions import MARIA, book, choose, moscow, name_and_check, say, settle_in, to_name
from tests.town import Town
from tests.waiting import until

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
    async with town.app.store.storage.write() as uow:
        assert await uow.outbox.claim(town.clock.now(), town.clock.wall(), timedelta(minutes=3), 12)
    await town.work()
    assert "Напоминаю" not in (await town.mother.screen()).text
    await town.restart()
    await town.work()
    assert "Напоминаю" in (await town.mother.screen()).text


async def test_a_crash_between_a_dialogs_state_and_its_data_leaves_a_wizard_that_can_be_taken_up(town: Town) -> None:
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    dialogs = town.app.dispatcher.storage
    key = StorageKey(bot_id=town.app.bot.id, chat_id=town.mother.id, user_id=town.mother.id)
    await dialogs.set_data(key, {})
    assert "кнопки" in (await say(town.mother, MARIA.name.full)).text
    await say(town.mother, "/menu")
    await choose(town.mother, "Дописать данные ребёнка")
    assert "действует" in (await name_and_check(town.mother, MARIA.name.full)).text
