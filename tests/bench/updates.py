"""Telegram at the other end of a line: updates as they come over the wire, answers from another process over HTTP."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.methods import AnswerCallbackQuery, GetUpdates, TelegramMethod

from bot.settings import Settings
from bot.telegram.pace import Pace, PacedRequests
from bot.telegram.session import make_bot, without_old_buttons
from tests.bench.canned_telegram import BOT, CHAT, PERSON_ID, answer_to

PERSON = {"id": PERSON_ID, "is_bot": False, "first_name": "Анна", "last_name": "Иванова", "language_code": "ru"}
OLD_BUTTONS = {"inline_keyboard": [[{"text": f"Кнопка {n}", "callback_data": f"bd:1:{n}:7"}] for n in range(12)]}
"""of the message that is pressed: Telegram sends them back with every press"""


@asynccontextmanager
async def telegram() -> AsyncIterator[str]:
    """The address of a Telegram in a process of its own, so that its work is not counted as ours."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.canned_telegram",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: PT018 - one thing: the pipes asked for
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.stdin.close()
        await process.wait()


class NoRefusals(BaseRequestMiddleware):
    """A tap that ends in an alert has not done what is measured."""

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        is_alert = isinstance(method, AnswerCallbackQuery) and method.show_alert
        assert not is_alert, f"a refusal instead of a screen: {method}"
        return await make_request(bot, method)


class CutSession(AiohttpSession):
    """All of aiogram's session but the request itself: what a figure without the HTTP share is measured through."""

    def __init__(self) -> None:
        super().__init__(json_loads=without_old_buttons)
        self.middleware(PacedRequests(Pace(time.monotonic)))

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's own signature
        fields = {field[0]["name"]: field[2] for field in self.build_form_data(bot, method)._fields}
        return self.check_response(bot, method, 200, answer_to(method.__api_method__, fields)).result


class Line:
    """One person's updates, from Telegram's text to a dispatcher that has handled them."""

    def __init__(self, settings: Settings) -> None:
        """The bot speaks HTTP where the settings name a Telegram; without one the request itself is left out."""
        self.bot = make_bot(settings)
        if settings.bot_api_url is None:
            self.bot.session = CutSession()
        self.bot.session.middleware(NoRefusals())
        self._number = 0

    async def close(self) -> None:
        await self.bot.session.close()

    def pressed(self, data: str) -> str:
        """The text of one update: a button pressed on a message of twelve."""
        message = {"message_id": 77, "date": 1795420800, "chat": CHAT, "from": BOT, "text": "Что показать?"}
        call = {"id": "7", "from": PERSON, "chat_instance": "5", "data": data}
        return self._update("callback_query", call | {"message": message | {"reply_markup": OLD_BUTTONS}})

    def said(self, text: str) -> str:
        message = {"message_id": 78, "date": 1795420800, "chat": CHAT, "from": PERSON, "text": text}
        return self._update("message", message)

    async def feed(self, dispatcher: Dispatcher, raw: str) -> None:
        """What polling does with the text of an answer to getUpdates."""
        for update in self.bot.session.check_response(self.bot, GetUpdates(), 200, raw).result or ():
            await dispatcher.feed_update(self.bot, update)

    def _update(self, kind: str, what: dict[str, Any]) -> str:
        self._number += 1
        return json.dumps({"ok": True, "result": [{"update_id": self._number, kind: what}]}, ensure_ascii=False)
