"""Answers to people share one budget of requests: none is refused by Telegram, none waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import TelegramObject

from bot.core.tasks import Tasks
from bot.emulator import EmulatedPerson, Emulator, serve
from bot.telegram import pace
from bot.telegram.arrivals import Arrivals
from bot.telegram.pace import queued
from tests.builders import bot_at
from tests.chat.client import ChatClient

CROWD = tuple(EmulatedPerson(2000 + number, f"Человек {number}") for number in range(60))


@pytest.fixture
async def telegram() -> AsyncIterator[ChatClient]:
    """An emulator with Telegram's limits of the rate."""
    emulator = Emulator(people=CROWD)
    for person in emulator.people.values():
        person.started = True
    async with serve(emulator) as url, ChatClient(url) as client:
        await client.settings(rate_limits=True)
        yield client


@pytest.fixture
async def bot(telegram: ChatClient) -> AsyncIterator[Bot]:
    async with bot_at(telegram.base_url) as bot:
        yield bot


async def test_answers_to_a_crowd_keep_within_telegrams_rate(telegram: ChatClient, bot: Bot) -> None:
    await asyncio.gather(*(bot.send_message(person.id, "Ответ") for person in CROWD))
    assert await telegram.refusals() == []


async def test_answers_and_news_together_keep_within_the_rate(telegram: ChatClient, bot: Bot) -> None:
    tasks = Tasks()
    with queued():
        news = [tasks.start(bot.send_message(person.id, "Новость")) for person in CROWD[:20]]
    await asyncio.gather(*(bot.send_message(person.id, "Ответ") for person in CROWD[20:]), *news)
    assert await telegram.refusals() == []
    sent = [call["chat"] for call in await telegram.calls("sendMessage")]
    last_answer = max(sent.index(person.id) for person in CROWD[20:])
    assert sum(sent.index(person.id) > last_answer for person in CROWD[:20]) >= 8, "answers go first"


async def test_answer_that_would_wait_too_long_is_not_sent(
    telegram: ChatClient, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LONGEST_WAIT", 0.5)
    answers = [bot.send_message(person.id, "Ответ") for person in CROWD]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, TelegramRetryAfter)]
    sent = await telegram.calls("sendMessage")
    assert 0 < len(refused) == len(CROWD) - len(sent)
    assert await telegram.refusals() == []


async def test_wait_of_an_answer_counts_from_the_arrival_of_its_update(
    telegram: ChatClient, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work on an update has taken all of the time: its answer does not wait for the chat any more."""
    monkeypatch.setattr(pace, "LONGEST_WAIT", 3)
    monkeypatch.setattr(pace, "SHORTEST_WAIT", 0.1)
    early, late = CROWD[:2]

    async def answer_late(_event: TelegramObject, _data: dict[str, Any]) -> None:
        await asyncio.sleep(2.5)
        await bot.send_message(late.id, "Ответ")

    async def answer_early(_event: TelegramObject, _data: dict[str, Any]) -> None:
        await bot.send_message(early.id, "Ответ")

    for person in (early, late):
        await telegram.fault("429", method="sendMessage", chat=person.id, retry_after=1)
    arrivals, event = Arrivals(), TelegramObject()
    await arrivals(answer_early, event, {})
    with pytest.raises(TelegramRetryAfter):
        await arrivals(answer_late, event, {})
    assert [call["chat"] for call in await telegram.calls("sendMessage")].count(late.id) == 1
