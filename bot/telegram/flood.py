"""Limit how many updates of one person wait: a flood costs its sender an answer, and nobody anything."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update, User

from bot.core.i18n import choose_language, gettext, speak
from bot.telegram.middlewares import Handler
from bot.telegram.replies import reply

MOST_WAITING = 20
"""updates of one person in work and behind it: more than an album has pictures"""
MOST_UPDATES = 2000
"""updates of all people in work; then no more are fetched from Telegram, which keeps them"""


class PersonQueue(BaseMiddleware):
    """Drop the updates of a person who has MOST_WAITING of them; the first that is dropped is answered."""

    def __init__(self, default_language: str, most: int = MOST_WAITING) -> None:
        self._default, self._most = default_language, most
        self._waiting: Counter[int] = Counter()
        self._told: set[int] = set()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user: User | None = data.get("event_from_user")
        if user is None or not isinstance(event, Update) or event.my_chat_member is not None:
            return await handler(event, data)
        if self._waiting[user.id] >= self._most:
            return await self._drop(event, user, data)
        self._waiting[user.id] += 1
        try:
            return await handler(event, data)
        finally:
            self._waiting[user.id] -= 1
            if not self._waiting[user.id]:
                del self._waiting[user.id]
                self._told.discard(user.id)

    async def _drop(self, event: Update, user: User, data: dict[str, Any]) -> None:
        if user.id in self._told:
            return
        self._told.add(user.id)
        with speak(choose_language(None, user.language_code, self._default)):
            line = gettext("Too many messages and presses at once: I do not read the last ones. Wait for my answers.")
            await reply(event, data["bot"], line)
