"""Faults on demand."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientError

from tests.chat.message import ChatError
from tests.chat.wait import wait_until
from tests.emulator.telegram import ANNA, IGOR, Telegram, meanwhile, telegram_of


@pytest.mark.parametrize(
    ("kind", "code", "description"),
    [
        ("429", 429, "Too Many Requests: retry after 7"),
        ("403", 403, "Forbidden: bot was blocked by the user"),
        ("400", 400, "Bad Request: chat not found"),
        ("500", 500, "Internal Server Error"),
    ],
)
async def test_fault_applies_to_the_next_call_only(telegram: Telegram, kind: str, code: int, description: str) -> None:
    await telegram.chat.fault(kind, retry_after=7)
    answer = await telegram.call("sendMessage", chat_id=ANNA, text="x")
    assert (answer["error_code"], answer["description"]) == (code, description)
    assert answer.get("parameters") == ({"retry_after": 7} if kind == "429" else None)
    await telegram.send()
    assert [call["fault"] for call in await telegram.chat.calls("sendMessage")] == [kind, None]


async def test_fault_applies_to_its_method_and_chat_and_count(telegram: Telegram) -> None:
    await telegram.chat.person(IGOR).start()
    await telegram.chat.fault("400", method="sendmessage", chat=IGOR, times=2, description="Bad Request: что угодно")
    await telegram.send()
    venue = {"latitude": 55.7, "longitude": 37.6, "title": "Поликлиника", "address": "ул. Мира, 1"}
    await telegram.do("sendVenue", chat_id=IGOR, **venue)
    for _ in range(2):
        assert await telegram.refusal("sendMessage", chat_id=IGOR, text="x") == "400 Bad Request: что угодно"
    await telegram.do("sendMessage", chat_id=IGOR, text="x")
    await telegram.chat.fault("500", times=None)
    await telegram.chat.clear_faults()
    await telegram.send()
    with pytest.raises(ChatError, match="unknown fault"):
        await telegram.chat.fault("418")


async def test_random_faults_repeat_with_the_same_seed() -> None:
    async def throw() -> list[bool]:
        async with telegram_of(seed=7) as telegram:
            await telegram.chat.fault("500", probability=0.5, times=None)
            return [(await telegram.call("getMe"))["ok"] for _ in range(20)]

    first = await throw()
    assert first == await throw()
    assert 3 < sum(first) < 17


async def test_cut_before_drops_the_call_and_cut_after_the_answer(telegram: Telegram) -> None:
    for kind, sent in (("cut_before", 0), ("cut_after", 1)):
        await telegram.chat.fault(kind, method="sendMessage")
        with pytest.raises(ClientError):
            await telegram.send(kind)
        assert len([message for message in await telegram.anna.messages() if message.text == kind]) == sent


async def test_slow_call_is_executed_after_a_later_one(telegram: Telegram) -> None:
    await telegram.chat.fault("slow", seconds=1)
    async with meanwhile(telegram.send("медленно")):
        await wait_until(lambda: not telegram.emulator.faults.as_json())
        await telegram.send("быстро")
    assert [message.text for message in await telegram.anna.messages()][-2:] == ["быстро", "медленно"]


async def test_hanging_call_is_never_answered(telegram: Telegram) -> None:
    await telegram.chat.fault("hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await telegram.send()
    await telegram.anna.wait_idle()
