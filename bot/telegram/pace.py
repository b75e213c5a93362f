"""Limit the rate of messages: replies are delayed only by a 429, messages of the outbox share the rest.

Telegram publishes no exact limits: about 30 messages a second for a bot and one a second for a chat, with tolerance for
short bursts. Sends without bursts (GCRA) at 26.5 a second get no 429; limiters that allow bursts get thousands.
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

FASTEST, SLOWEST = 26.5, 5.0
"""messages a second"""
DECREASE = 0.6
"""factor of the rate after a 429"""
INCREASE = 0.1
"""messages a second that the rate grows by in every second without a 429"""
MOST_DEBT = 1.0
"""seconds of the outbox's time that a burst of replies may take in advance"""
CHAT_MEMORY = 3.0
"""seconds: a 429 so soon after a message to the same chat is a limit of that chat"""
MOST_CHATS = 1000

LONGEST_WAIT = 10
"""seconds that a reply waits after a 429"""
RETRIES = (0.3, 1.0)
MESSAGES = ("send", "edit", "copy", "forward")
REPEATABLE = ("edit", "answerCallbackQuery", "delete", "get", "leave", "set")
TRANSIENT = (TelegramNetworkError, TelegramServerError, ClientDecodeError)
DONE_ALREADY = {
    "edit": "message is not modified",
    "delete": "message to delete not found",
    "answerCallbackQuery": "query is too old",
}
"""errors which mean that the wanted state is reached already"""

_is_queued: ContextVar[bool] = ContextVar("is_queued", default=False)


@contextmanager
def queued() -> Iterator[None]:
    """Requests inside are not replies to a person: each waits for its turn, and a 429 is raised to the caller."""
    token = _is_queued.set(True)
    try:
        yield
    finally:
        _is_queued.reset(token)


class Pace:
    """Count messages and tell how long to wait. ``time`` returns seconds and is monotonic."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._decreased_to, self._decreased_at = FASTEST, time()
        self._free_at = time()
        self._last_turn = time() - 1 / SLOWEST
        self._bot_until = time()
        self._chats_until: dict[int, float] = {}
        self._delivered_at: dict[int, float] = {}

    @property
    def rate(self) -> float:
        return min(FASTEST, self._decreased_to + (self._time() - self._decreased_at) * INCREASE)

    def count_reply(self) -> None:
        """Count a reply that goes out now: the next turn of the outbox moves back."""
        now = self._time()
        self._free_at = min(max(self._free_at, now) + 1 / self.rate, max(self._free_at, now + MOST_DEBT))

    def take_turn(self) -> float:
        """Take the next turn of the outbox; return the seconds until it."""
        now = self._time()
        free = max(self._free_at, now)
        at = max(now, min(free, self._last_turn + 1 / SLOWEST))
        self._last_turn, self._free_at = at, free + 1 / self.rate
        return at - now

    def count_delivery(self, chat: int) -> None:
        """Remember that a message has arrived in this chat now."""
        self._delivered_at[chat] = self._time()
        if len(self._delivered_at) > MOST_CHATS:
            self._forget_quiet_chats()

    def chat_wait(self, chat: int | None) -> float:
        """Return the seconds for which Telegram accepts nothing for this chat."""
        until = self._chats_until.get(chat, 0.0) if chat is not None else 0.0
        return max(0.0, until - self._time())

    def bot_wait(self) -> float:
        """Return the seconds for which Telegram accepts nothing from the bot."""
        return max(0.0, self._bot_until - self._time())

    def count_429(self, chat: int | None, retry_after: float) -> None:
        """Record a 429. Telegram does not say whose limit it is, but it cannot be that of a quiet chat."""
        now = self._time()
        if chat is None or not self._is_chat_limit(chat, now):
            if self._bot_until <= now:
                self._decreased_to, self._decreased_at = max(SLOWEST, self.rate * DECREASE), now
            self._bot_until = max(self._bot_until, now + retry_after)
        if chat is not None:
            self._chats_until[chat] = max(self.chat_wait(chat), retry_after) + now

    def _is_chat_limit(self, chat: int, now: float) -> bool:
        others = any(until > now for other, until in self._chats_until.items() if other != chat)
        return not others and now - self._delivered_at.get(chat, -math.inf) < CHAT_MEMORY

    def _forget_quiet_chats(self) -> None:
        now = self._time()
        self._delivered_at = {chat: at for chat, at in self._delivered_at.items() if now - at < CHAT_MEMORY}
        self._chats_until = {chat: until for chat, until in self._chats_until.items() if until > now}


class PacedRequests(BaseRequestMiddleware):
    """Throttle every request to the Bot API, and retry those that are safe to repeat.

    A send is never retried: Telegram has no idempotency key, and the message may have arrived although no answer came.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        call = partial(make_request, bot, method)
        if isinstance(method, GetUpdates):
            return await call()
        return await (self._send_queued if _is_queued.get() else self._reply)(call, method)

    async def _send_queued(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        if is_message(method):
            self._require_no_wait(method, max(self._pace.bot_wait(), self._pace.chat_wait(chat_of(method))))
            await asyncio.sleep(self._pace.take_turn())
            self._require_no_wait(method, max(self._pace.bot_wait(), self._pace.chat_wait(chat_of(method))))
        return await self._retry(call, method)

    async def _reply(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        for left in (2, 1, 0):
            wait = self._pace.chat_wait(chat_of(method))
            self._require_no_wait(method, wait if wait > LONGEST_WAIT else 0)
            await asyncio.sleep(wait)
            if is_message(method):
                self._pace.count_reply()
            try:
                return await self._retry(call, method)
            except TelegramRetryAfter as refusal:
                if not left or refusal.retry_after > LONGEST_WAIT:
                    raise
                await asyncio.sleep(refusal.retry_after)
        raise AssertionError("the last refusal is raised above")

    def _require_no_wait(self, method: TelegramMethod[Any], wait: float) -> None:
        """Raise TelegramRetryAfter without a request: a request during the wait only makes it longer."""
        if wait > 0:
            raise TelegramRetryAfter(method, "still waiting", math.ceil(wait))

    async def _retry(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        """Retry after a transient error if the method is safe to repeat."""
        for pause in RETRIES if is_repeatable(method) else ():
            try:
                return await self._attempt(call, method)
            except TRANSIENT as trouble:
                # A person who has waited for one whole timeout does not wait for two more.
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
                self._pace.count_429(chat, refusal.retry_after)
            raise
        except TelegramBadRequest as refusal:
            if is_done_already(method, refusal.message):
                return True
            raise
        if chat is not None and is_message(method):
            self._pace.count_delivery(chat)
        return result


def chat_of(method: TelegramMethod[Any]) -> int | None:
    chat = getattr(method, "chat_id", None)
    return chat if isinstance(chat, int) else None


def is_message(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(MESSAGES) and not isinstance(method, SendChatAction)


def is_repeatable(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(REPEATABLE)


def is_done_already(method: TelegramMethod[Any], refusal: str) -> bool:
    return any(method.__api_method__.startswith(name) and text in refusal for name, text in DONE_ALREADY.items())
