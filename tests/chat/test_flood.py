"""What one person makes is counted: updates that wait, forms that are begun, rows of the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiogram import Bot, Dispatcher
from aiogram.fsm.storage.base import StorageKey

from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.patients.rules.policy_number import make_policy_number
from bot.telegram.flood import MOST_UPDATES
from storage.database.connection import Connection
from tests.chat.actions import (
    MARIA,
    SOFIA,
    account_of,
    choose,
    consent,
    link,
    new_messages,
    say,
)
from tests.chat.town import Town
from tests.chat.wait import wait_until
from tests.time_limits import BUSY

FLOOD = 100
MOST_LIVE = 60
"""tasks that a flood of one person may add"""
MOST_FORMS = 20


async def test_flood_of_one_person_makes_few_tasks(town: Town) -> None:
    """The flooding person is told once, and another one is answered meanwhile."""
    for person in (town.father, town.mother):
        await consent(person)
    before = await town.mother.messages()
    key = StorageKey(town.app.bot.id, town.mother.id, town.mother.id)
    # The first update of a person waits as behind a slow one: the others of the flood stand behind it.
    async with town.app.dispatcher.fsm.events_isolation.lock(key):
        live = len(asyncio.all_tasks())
        await flood(town)
        assert len(asyncio.all_tasks()) <= live + MOST_LIVE
        asked = await town.father.say("/help")
        await until(lambda: is_answered(town, asked))
    await town.settled()
    lines = [message.text for message in await new_messages(town.mother, before)]
    assert len([line for line in lines if "Слишком много сообщений" in line]) == 1
    await say(town.mother, "/children")
    assert "Полис проверен" in (await link(town.mother, MARIA)).text, "the next words are read again"


async def flood(town: Town) -> None:
    """Let the mother send many messages, and wait until the bot has taken them."""
    for number in range(FLOOD):
        await town.mother.say(f"{number}")

    async def is_taken() -> bool:
        return all(update["confirmed"] for update in (await town.chat.updates())[:-1])

    await until(is_taken)


async def is_answered(town: Town, asked: int) -> bool:
    """Whether the father has a message of the bot below that one; the whole bot need not be idle."""
    view = await town.chat.request("GET", f"/people/{town.father.id}/chat?after=0&limit=0")
    return any(message["bot"] and message["id"] > asked for message in view["messages"])


async def until(happens: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(BUSY):
        while not await happens():  # noqa: ASYNC110 - the emulator is asked over HTTP
            await asyncio.sleep(0.05)


async def test_polling_begins_no_more_updates_than_may_be_in_work(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram fetches no more from Telegram then; without a limit it begins everything at once."""
    begun, start = [], Dispatcher.start_polling

    async def start_polling(dispatcher: Dispatcher, *bots: Bot, **options: Any) -> None:
        begun.append(options["tasks_concurrency_limit"])
        await start(dispatcher, *bots, **options)

    monkeypatch.setattr(Dispatcher, "start_polling", start_polling)
    await town.restart()
    await wait_until(lambda: bool(begun))
    assert begun == [MOST_UPDATES]


async def test_forms_that_are_begun_are_counted_and_old_ones_dropped(town: Town) -> None:
    await consent(town.mother)
    account, linking = await account_of(town, town.mother), town.app.services.linking
    numbers = [make_policy_number("77", SOFIA.birth_date, SOFIA.sex, serial) for serial in range(100, 200)]

    async def begin(number: str) -> None:
        begun = await linking.begin(account.id, None, number)
        assert begun.draft is not None
        await linking.confirm_facts(account.id, begun.draft.id)

    for number in numbers[: BUCKETS[Budget.DRAFT].size + 1]:
        await begin(number)
    with pytest.raises(OverBudget):
        await begin(numbers[-1])
    assert await count(town, "drafts") == MOST_FORMS
    await say(town.mother, "/children")
    await choose(town.mother, "Добавить")
    refused = await say(town.mother, MARIA.policy_number)
    assert "Начато слишком много новых анкет" in refused.text
    await town.pass_time(minutes=3)
    assert "Полис проверен" in (await link(town.mother, MARIA)).text


async def count(town: Town, table: str) -> int:
    async def look(connection: Connection) -> int:
        [row] = await connection.fetch(f"SELECT count(*) AS rows FROM {table}", {})  # noqa: S608 - our own table
        return int(row["rows"])

    return await town.app.store.database.read(look)
