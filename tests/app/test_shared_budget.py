"""Answers to people share one budget of requests: none is refused by Telegram, none waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from bot.emulator import EmulatedPerson, Emulator, serve
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


@pytest.mark.xfail(strict=True, reason="each answer is sent at once")
async def test_answers_to_a_crowd_keep_within_telegrams_rate(telegram: ChatClient, bot: Bot) -> None:
    await asyncio.gather(*(bot.send_message(person.id, "Ответ") for person in CROWD))
    assert await telegram.refusals() == []
