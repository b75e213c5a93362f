"""How fast the bot speaks: answers to people are never delayed but by a 429, other messages share what is left.

Telegram publishes no exact limits: about 30 messages a second for a bot and one a second for a chat, with short bursts
forgiven. Sends without bursts (GCRA) at 26.5 a second draw no 429; limiters that allow bursts draw thousands.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetUpdates, SendChatAction, TelegramMethod

FASTEST = 26.5
SLOWEST = 5.0
CUT = 0.6
CLIMB = 0.1
"""by how many messages a second the rate grows in every second without a 429"""
MOST_DEBT = 1.0
"""how many seconds of the outbox's time a flood of answers may take in advance"""
CHAT_MEMORY = 3.0
"""a 429 for a chat that was spoken to in these last seconds is the chat's own"""
MOST_CHATS = 1000

LONGEST_WAIT = 10
RETRIES = (0.3, 1.0)
SPEAKING = ("send", "edit", "copy", "forward")
REPEATABLE = ("edit", "answerCallbackQuery", "delete", "get", "set")
TRANSIENT = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
DONE_ALREADY = {
    "edit": "message is not modified",
    "delete": "message to delete not found",
    "answerCallbackQuery": "query is too old",
}
"""refusals that say that there is nothing left to do"""

_waits_in_line: ContextVar[bool] = ContextVar("waits_in_line", default=False)


@contextmanager
def in_line() -> Iterator[None]:
    """What is said inside is no answer to a person: it takes its turn, and a 429 is the caller's to wait out."""
    token = _waits_in_line.set(True)
    try:
        yield
    finally:
        _waits_in_line.reset(token)


class Pace:
    """Counts what is said and says how long to wait; ``time`` is in seconds and only ever grows."""

    def __init__(self, time: Callable[[], float], fastest: float = FASTEST, slowest: float = SLOWEST) -> None:
        self._time, self._fastest, self._slowest = time, fastest, slowest
        self._rate_then, self._cut_at = fastest, time()
        self._free_at = time()
        self._last_turn = time() - 1 / slowest
        self._bot_until = time()
        self._chats_until: dict[int, float] = {}
        self._spoken_at: dict[int, float] = {}

    @property
    def rate(self) -> float:
        return min(self._fastest, self._rate_then + (self._time() - self._cut_at) * CLIMB)

    def answered(self) -> None:
        """An answer goes out now; the outbox waits the longer for it."""
        now = self._time()
        self._free_at = min(max(self._free_at, now) + 1 / self.rate, max(self._free_at, now + MOST_DEBT))

    def turn(self) -> float:
        """Take the next turn of the outbox; return how many seconds it is away."""
        now = self._time()
        free = max(self._free_at, now)
        at = max(now, min(free, self._last_turn + 1 / self._slowest))
        self._last_turn, self._free_at = at, free + 1 / self.rate
        return at - now

    def spoke(self, chat: int) -> None:
        """Something has arrived in this chat."""
        self._spoken_at[chat] = self._time()
        if len(self._spoken_at) > MOST_CHATS:
            self._forget()

    def held(self, chat: int | None) -> float:
        """For how many seconds Telegram has asked to leave this chat alone."""
        until = self._chats_until.get(chat, 0.0) if chat is not None else 0.0
        return max(0.0, until - self._time())

    def resting(self) -> float:
        """For how many seconds Telegram has asked the whole bot to be silent."""
        return max(0.0, self._bot_until - self._time())

    def hit(self, chat: int | None, retry_after: float) -> None:
        """A 429 came. Telegram does not say whose limit it was, but a chat that was quiet cannot have drawn it."""
        now = self._time()
        if chat is None or not self._is_its_own(chat, now):
            if self._bot_until <= now:
                self._rate_then, self._cut_at = max(self._slowest, self.rate * CUT), now
            self._bot_until = max(self._bot_until, now + retry_after)
        if chat is not None:
            self._chats_until[chat] = max(self.held(chat), retry_after) + now

    def _is_its_own(self, chat: int, now: float) -> bool:
        others = any(until > now for other, until in self._chats_until.items() if other != chat)
        return not others and now - self._spoken_at.get(chat, -math.inf) < CHAT_MEMORY

    def _forget(self) -> None:
        now = self._time()
        self._spoken_at = {chat: at for chat, at in self._spoken_at.items() if now - at < CHAT_MEMORY}
        self._chats_until = {chat: until for chat, until in self._chats_until.items() if until > now}


class Polite(BaseRequestMiddleware):
    """Every call of the Bot API goes through here.

    A send is never repeated on its own: Telegram has no idempotency key, and a lost answer may hide a delivery.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        call = partial(make_request, bot, method)
        if isinstance(method, GetUpdates):
            return await call()
        return await (self._take_turn if _waits_in_line.get() else self._answer)(call, method)

    async def _take_turn(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        if is_speaking(method):
            self._refuse_early(method, max(self._pace.resting(), self._pace.held(chat_of(method))))
            await asyncio.sleep(self._pace.turn())
            self._refuse_early(method, max(self._pace.resting(), self._pace.held(chat_of(method))))
        return await self._insist(call, method)

    async def _answer(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        for left in (2, 1, 0):
            wait = self._pace.held(chat_of(method))
            self._refuse_early(method, wait if wait > LONGEST_WAIT else 0)
            await asyncio.sleep(wait)
            if is_speaking(method):
                self._pace.answered()
            try:
                return await self._insist(call, method)
            except TelegramRetryAfter as refusal:
                if not left or refusal.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(refusal.retry_after)
        raise AssertionError("the last refusal is raised above")

    def _refuse_early(self, method: TelegramMethod[Any], wait: float) -> None:
        """Asking Telegram while it asks for silence only makes the silence longer."""
        if wait > 0:
            raise TelegramRetryAfter(method, "still waiting", math.ceil(wait))

    async def _insist(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        """Repeat through passing trouble what may be repeated safely."""
        for pause in RETRIES if is_repeatable(method) else ():
            try:
                return await self._attempt(call, method)
            except TRANSIENT as trouble:
                # Whoever has waited out a time limit once will not wait three times.
                if isinstance(trouble.__cause__, TimeoutError):
                    raise
                await asyncio.sleep(pause)
        return await self._attempt(call, method)

    async def _attempt(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        chat = chat_of(method)
        try:
            result = await call()
        except TelegramRetryAfter as refusal:
            if chat is not None:
                self._pace.hit(chat, refusal.retry_after)
            raise
        except TelegramBadRequest as refusal:
            if is_done_already(method, refusal.message):
                return True
            raise
        if chat is not None and is_speaking(method):
            self._pace.spoke(chat)
        return result


def chat_of(method: TelegramMethod[Any]) -> int | None:
    chat = getattr(method, "chat_id", None)
    return chat if isinstance(chat, int) else None


def is_speaking(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(SPEAKING) and not isinstance(method, SendChatAction)


def is_repeatable(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(REPEATABLE)


def is_done_already(method: TelegramMethod[Any], refusal: str) -> bool:
    return any(method.__api_method__.startswith(name) and text in refusal for name, text in DONE_ALREADY.items())
