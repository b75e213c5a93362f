"""Limit the rate of messages: replies and messages of the outbox share one budget, replies first.

Telegram publishes no exact limits: about 30 messages a second for a bot and one a second for a chat, with tolerance for
short bursts. Sends without bursts (GCRA) at 26.5 a second get no 429; limiters that allow bursts get thousands. A
reply waits for its turn, but not longer than its reader does: then it is refused, and the press gets an alert.
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

from bot.telegram.arrivals import arrived_at
from bot.telegram.overtaken import is_overtaken

FASTEST, SLOWEST = 26.5, 5.0
"""messages a second"""
DECREASE = 0.6
"""factor of the rate after a 429"""
INCREASE = 0.1
"""messages a second that the rate grows by in every second without a 429"""
CHAT_MEMORY = 3.0
"""seconds: a 429 so soon after a message to the same chat is a limit of that chat"""
LONGEST_UNSEEN = 1.2
"""seconds that a person who presses on and on sees no new screen: edits that were overtaken are left out no longer"""
MOST_CHATS = 1000

LONGEST_WAIT = 8
"""seconds from the arrival of an update in which its reply may wait for its turn and after each 429"""
SHORTEST_WAIT = 1
"""seconds that a reply may wait in any case: the work on its update may have taken all of LONGEST_WAIT"""
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

    def reply_wait(self) -> float:
        """Return the seconds until the next turn of a reply.

        A long wait of the bot may be that of one chat, for Telegram does not say which it is: then a reply tries.
        """
        bot_wait = self.bot_wait()
        return max(self._free_at - self._time(), bot_wait if bot_wait <= LONGEST_WAIT else 0.0, 0.0)

    def take_reply_turn(self) -> None:
        """Take a turn of the replies now: the next one, and those of the outbox, move back."""
        self._free_at = max(self._free_at, self._time()) + 1 / self.rate

    def turn_wait(self, *, replies: bool = False) -> float:
        """Return the seconds until the next turn of the outbox; while ``replies`` wait it has the slowest rate."""
        at_latest = self._last_turn + 1 / SLOWEST
        return max(0.0, (at_latest if replies else min(self._free_at, at_latest)) - self._time())

    def take_turn(self) -> None:
        """Take a turn of the outbox now: the next one, and those of the replies, move back."""
        now = self._time()
        self._last_turn, self._free_at = now, max(self._free_at, now) + 1 / self.rate

    def count_delivery(self, chat: int) -> None:
        """Remember that a message has arrived in this chat now."""
        self._delivered_at[chat] = self._time()
        if len(self._delivered_at) > MOST_CHATS:
            self._forget_quiet_chats()

    def has_shown_lately(self, chat: int | None) -> bool:
        """Return whether a message has arrived in this chat so recently that its reader can wait for the next one."""
        return chat is not None and self._time() - self._delivered_at.get(chat, -math.inf) < LONGEST_UNSEEN

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
            if retry_after <= LONGEST_WAIT:
                self._free_at = max(self._free_at, self._bot_until)
        if chat is not None:
            self._chats_until[chat] = max(self.chat_wait(chat), retry_after) + now
            if len(self._chats_until) > MOST_CHATS:
                self._forget_quiet_chats()

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
        self._line, self._reply_line = asyncio.Lock(), asyncio.Lock()
        """where messages of the outbox, and replies, wait in the order of their coming"""

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        call = partial(make_request, bot, method)
        if isinstance(method, GetUpdates):
            return await call()
        return await (self._send_queued if _is_queued.get() else self._reply)(call, method)

    async def _send_queued(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        if is_message(method):
            self._require_no_wait(method, max(self._pace.bot_wait(), self._pace.chat_wait(chat_of(method))))
            await self._take_turn()
            self._require_no_wait(method, max(self._pace.bot_wait(), self._pace.chat_wait(chat_of(method))))
        return await self._retry(call, method)

    async def _take_turn(self) -> None:
        async with self._line:
            while (wait := self._pace.turn_wait(replies=self._reply_line.locked())) > 0:  # noqa: ASYNC110 - replies put the turn off meanwhile
                await asyncio.sleep(wait)
            self._pace.take_turn()

    async def _reply(self, call: Callable[[], Awaitable[Any]], method: TelegramMethod[Any]) -> Any:
        """Send a reply at its turn; return False if it was overtaken and is not sent.

        Raises TelegramRetryAfter if its reader would wait more than LONGEST_WAIT.
        """
        time = asyncio.get_running_loop().time
        deadline = _deadline(time())
        while True:
            wait = self._pace.chat_wait(chat_of(method))
            self._require_no_wait(method, wait if time() + wait > deadline else 0)
            if wait > 0:
                await asyncio.sleep(wait)
            if is_message(method) and not await self._take_reply_turn(method, deadline):
                return False
            try:
                return await self._retry(call, method)
            except TelegramRetryAfter as refusal:
                if time() + refusal.retry_after > deadline:
                    raise
                await asyncio.sleep(refusal.retry_after)

    async def _take_reply_turn(self, method: TelegramMethod[Any], deadline: float) -> bool:
        """Wait for a turn and take it; return False, and leave the turn, if the message is needless after the wait.

        An edit is needless if a newer press has overtaken it and its reader has just seen another screen.
        """
        waits = self._reply_line.locked()
        if not waits and self._pace.reply_wait() == 0:
            self._pace.take_reply_turn()
            return True
        try:
            async with asyncio.timeout_at(deadline), self._reply_line:
                while (wait := self._pace.reply_wait()) > 0:
                    waits = True
                    await asyncio.sleep(wait)
                if waits and is_overtaken(method) and self._pace.has_shown_lately(chat_of(method)):
                    return False
                self._pace.take_reply_turn()
        except TimeoutError:
            raise TelegramRetryAfter(method, "too many replies wait", LONGEST_WAIT) from None
        return True

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


def _deadline(now: float) -> float:
    """Return until when a reply may wait that is made now."""
    since = arrived_at()
    return now + LONGEST_WAIT if since is None else max(since + LONGEST_WAIT, now + min(SHORTEST_WAIT, LONGEST_WAIT))


def chat_of(method: TelegramMethod[Any]) -> int | None:
    chat = getattr(method, "chat_id", None)
    return chat if isinstance(chat, int) else None


def is_message(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(MESSAGES) and not isinstance(method, SendChatAction)


def is_repeatable(method: TelegramMethod[Any]) -> bool:
    return method.__api_method__.startswith(REPEATABLE)


def is_done_already(method: TelegramMethod[Any], refusal: str) -> bool:
    return any(method.__api_method__.startswith(name) and text in refusal for name, text in DONE_ALREADY.items())
