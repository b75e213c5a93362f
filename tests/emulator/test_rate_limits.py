"""Telegram's rate limits, when they are switched on."""

from __future__ import annotations

import asyncio

from bot.emulator.chats import GROUP_ID
from tests.emulator.telegram import ANNA, Telegram, telegram_of


async def test_no_rate_limit_unless_switched_on(telegram: Telegram) -> None:
    for number in range(40):
        await telegram.send(str(number))


async def test_chat_takes_a_burst_then_one_message_a_second(telegram: Telegram) -> None:
    await telegram.chat.settings(rate_limits=True)
    sent = [await telegram.send(str(number)) for number in range(5)]
    message_id = sent[0]["message_id"]
    answer = await telegram.call("editMessageText", chat_id=ANNA, message_id=message_id, text="и правки тоже")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    await telegram.do("deleteMessage", chat_id=ANNA, message_id=message_id)
    await asyncio.sleep(1.05)
    await telegram.send("теперь можно")


async def test_all_chats_together_take_thirty_a_second(telegram: Telegram) -> None:
    people = [telegram.chat.person(2000 + number) for number in range(31)]
    for person in people:
        await person.start()
    await telegram.chat.settings(rate_limits=True)
    answers = [await telegram.call("sendMessage", chat_id=person.id, text="x") for person in people]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    assert answers[-1]["parameters"]["retry_after"] == 3


async def test_group_takes_twenty_a_minute() -> None:
    async with telegram_of(rate_limits=True) as telegram:
        telegram.emulator.rate_limits.burst = 30
        await telegram.chat.in_group(ANNA).add_bot()
        answers = [await telegram.call("sendMessage", chat_id=GROUP_ID, text=str(number)) for number in range(21)]
        assert [answer["ok"] for answer in answers] == [True] * 20 + [False]
        assert answers[-1]["parameters"]["retry_after"] > 50
