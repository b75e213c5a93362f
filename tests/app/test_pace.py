"""The pace of requests: turns of the outbox, 429s and retries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import TelegramMethod
from hypothesis import given, settings, strategies as st

from bot.core.tasks import Tasks
from bot.emulator import Emulator, serve
from bot.telegram import pace as pacing
from bot.telegram.pace import FASTEST, LONGEST_WAIT, SLOWEST, Pace, queued
from tests.builders import bot_at
from tests.chat.client import ChatClient

ANNA, IGOR = 1001, 1002

gaps = st.floats(0, 2, allow_nan=False)
chats = st.one_of(st.none(), st.integers(1, 5))


class Watch:
    """A monotonic time that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def take_turn(pace: Pace, watch: Watch) -> float:
    """Wait for a turn of the outbox and take it; return the seconds waited."""
    wait = pace.turn_wait()
    watch.now += wait
    pace.take_turn()
    return wait


# --- the count, in virtual time ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(gaps, min_size=2, max_size=200))
def test_turns_of_the_outbox_come_without_bursts(pauses: list[float]) -> None:
    watch = Watch()
    pace, turns = Pace(watch), []
    for pause in pauses:
        watch.now += pause / 10
        take_turn(pace, watch)
        turns.append(watch.now)
    apart = [later - earlier for earlier, later in pairwise(turns)]
    assert min(apart) >= 1 / FASTEST - 1e-9


def test_outbox_alone_has_the_whole_rate() -> None:
    watch = Watch()
    pace = Pace(watch)
    for _message in range(265):
        take_turn(pace, watch)
    assert watch.now == pytest.approx(1000 + 264 / FASTEST)


@pytest.mark.parametrize("answers", [5, 10, 20])
def test_outbox_gets_the_rate_that_replies_leave(answers: int) -> None:
    watch = Watch()
    pace, told, answered = Pace(watch), 0, 0
    for _millisecond in range(20_000):
        watch.now += 0.001
        if (watch.now - 1000) * answers > answered:
            pace.take_reply_turn()
            answered += 1
        if not pace.turn_wait():
            told += 1
            pace.take_turn()
    assert told / 20 == pytest.approx(FASTEST - answers, rel=0.05)


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), min_size=1, max_size=100))
def test_flood_of_replies_does_not_stop_the_outbox(floods: list[int]) -> None:
    watch = Watch()
    pace = Pace(watch)
    for flood in floods:
        for _answer in range(flood):
            pace.take_reply_turn()
        assert take_turn(pace, watch) <= 1 / SLOWEST + 1e-9


@settings(deadline=None)
@given(st.lists(st.tuples(gaps, chats, st.integers(1, 40)), max_size=50))
def test_rate_stays_within_its_bounds_and_recovers(
    refusals: list[tuple[float, int | None, int]],
) -> None:
    watch = Watch()
    pace = Pace(watch)
    for pause, chat, retry_after in refusals:
        watch.now += pause
        if chat is not None and retry_after % 2:
            pace.count_delivery(chat)
        pace.count_429(chat, retry_after)
        assert SLOWEST <= pace.rate <= FASTEST
        assert max(pace.bot_wait(), pace.chat_wait(chat)) >= retry_after - 1e-6
    watch.now += 300
    assert pace.rate == FASTEST
    assert pace.bot_wait() == pace.chat_wait(1) == 0


def test_429_soon_after_a_message_is_a_limit_of_the_chat() -> None:
    pace = Pace(Watch())
    pace.count_delivery(ANNA)
    pace.count_429(ANNA, 5)
    assert (pace.chat_wait(ANNA), pace.chat_wait(IGOR), pace.bot_wait()) == (5, 0, 0)
    assert pace.rate == FASTEST


def test_429_of_a_quiet_chat_is_a_limit_of_the_bot() -> None:
    pace = Pace(Watch())
    pace.count_429(ANNA, 5)
    assert pace.bot_wait() == 5
    assert pace.rate == pytest.approx(FASTEST * 0.6)


def test_429_of_two_chats_at_once_is_a_limit_of_the_bot() -> None:
    pace = Pace(Watch())
    for chat in (ANNA, IGOR):
        pace.count_delivery(chat)
        pace.count_429(chat, 3)
    assert pace.bot_wait() == 3


def test_429s_of_one_moment_decrease_the_rate_once() -> None:
    pace = Pace(Watch())
    for chat in range(4):
        pace.count_429(chat, 3)
    assert pace.rate == pytest.approx(FASTEST * 0.6)


def test_quiet_chats_are_forgotten() -> None:
    watch = Watch()
    pace = Pace(watch)
    for chat in range(5000):
        watch.now += 0.1
        pace.count_delivery(chat)
    assert len(pace._delivered_at) <= pacing.MOST_CHATS


# --- the middleware, over HTTP ----------------------------------------------------------------------------------------


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChatClient]:
    monkeypatch.setattr(pacing, "RETRIES", (0.01, 0.02))
    emulator = Emulator()
    for person in emulator.people.values():
        person.started = True
    async with serve(emulator) as url, ChatClient(url) as client:
        yield client


@pytest.fixture
async def bot(telegram: ChatClient) -> AsyncIterator[Bot]:
    async with bot_at(telegram.base_url) as bot:
        yield bot


async def test_short_429_delays_a_reply_and_loses_nothing(telegram: ChatClient, bot: Bot) -> None:
    await telegram.fault("429", method="sendMessage", retry_after=1)
    await bot.send_message(ANNA, "Ответ")
    refused, sent = [call["at"] for call in await telegram.calls("sendMessage")]
    assert sent >= refused + 1, "not before the moment that Telegram has named"


async def test_long_429_is_raised_at_once_and_the_chat_gets_no_request(telegram: ChatClient, bot: Bot) -> None:
    await telegram.fault("429", method="sendMessage", chat=ANNA, retry_after=LONGEST_WAIT + 20)
    for _attempt in range(2):
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(ANNA, "Ответ")
    assert len(await telegram.calls("sendMessage")) == 1
    await bot.send_message(IGOR, "Ответ")


async def test_reply_does_not_wait_for_the_outbox(telegram: ChatClient, bot: Bot) -> None:
    tasks = Tasks()
    with queued():
        queue = [tasks.start(bot.send_message(IGOR, str(number))) for number in range(12)]
    await asyncio.sleep(0)
    await bot.send_message(ANNA, "Ответ")
    assert not all(task.done() for task in queue)
    await asyncio.gather(*queue)
    order = [call["chat"] for call in await telegram.calls("sendMessage")]
    assert order.index(ANNA) < 6


async def test_429_of_a_queued_message_is_raised(telegram: ChatClient, bot: Bot) -> None:
    await telegram.fault("429", method="sendMessage", retry_after=1)
    with queued(), pytest.raises(TelegramRetryAfter):
        await bot.send_message(ANNA, "Новость")
    with queued(), pytest.raises(TelegramRetryAfter):
        await bot.send_message(IGOR, "Новость")
    assert len(await telegram.calls("sendMessage")) == 1


@pytest.mark.parametrize("kind", ["500", "502", "cut_before", "cut_after"])
async def test_send_is_not_retried(telegram: ChatClient, bot: Bot, kind: str) -> None:
    await telegram.fault(kind, method="sendMessage")
    with pytest.raises(pacing.TRANSIENT):
        await bot.send_message(ANNA, "Ответ")
    assert len(await telegram.calls("sendMessage")) == 1


@pytest.mark.parametrize("kind", ["500", "502", "cut_before", "cut_after"])
async def test_edit_is_retried_until_it_succeeds(telegram: ChatClient, bot: Bot, kind: str) -> None:
    message = await bot.send_message(ANNA, "Было")
    await telegram.fault(kind, method="editMessageText", times=2)
    await bot.edit_message_text("Стало", chat_id=ANNA, message_id=message.message_id)
    assert len(await telegram.calls("editMessageText")) == 3


async def test_edit_is_not_retried_forever(telegram: ChatClient, bot: Bot) -> None:
    message = await bot.send_message(ANNA, "Было")
    await telegram.fault("502", method="editMessageText", times=None)
    with pytest.raises(TelegramServerError):
        await bot.edit_message_text("Стало", chat_id=ANNA, message_id=message.message_id)


async def test_request_is_not_retried_after_a_timeout(telegram: ChatClient, bot: Bot) -> None:
    await telegram.fault("hang", method="getMe", times=None)
    bot.session.timeout = 0.2
    attempts = []

    @bot.session.middleware
    async def counted(make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        attempts.append(method)
        return await make_request(bot, method)

    with pytest.raises(TelegramNetworkError):
        await bot.get_me()
    assert len(attempts) == 1


async def test_error_for_what_is_done_already_is_a_success(bot: Bot) -> None:
    message = await bot.send_message(ANNA, "Ответ")
    assert await bot.edit_message_text("Ответ", chat_id=ANNA, message_id=message.message_id) is True
    assert await bot.delete_message(ANNA, message.message_id)
    assert await bot.delete_message(ANNA, message.message_id) is True
    assert await bot.answer_callback_query("4242") is True
