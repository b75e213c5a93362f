"""Updates as Telegram sends them, and sessions that answer from another process or not at all."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.methods import GetUpdates, TelegramMethod

from bot.settings import Settings
from bot.telegram.direct import DirectCall
from bot.telegram.gateway_errors import TelegramSession, encode
from bot.telegram.pace import Pace, PacedRequests
from bot.telegram.session import make_bot, without_old_buttons
from tests.bench.canned_telegram import BOT, CHAT, PERSON_ID, answer_to

PERSON = {"id": PERSON_ID, "is_bot": False, "first_name": "Анна", "last_name": "Иванова", "language_code": "ru"}
OLD_BUTTONS = {"inline_keyboard": [[{"text": f"Кнопка {n}", "callback_data": f"bd:1:{n}:7"}] for n in range(12)]}
"""buttons of the pressed message, which Telegram sends with every press"""


@asynccontextmanager
async def telegram() -> AsyncIterator[str]:
    """Start a minimal Telegram in a process of its own, whose time is not measured; yield its URL."""
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
    """Raises for an alert: a press that ends in a refusal has not done what is measured."""

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        is_alert = isinstance(method, DirectCall) and method.body.get("show_alert")
        assert not is_alert, f"a refusal instead of a screen: {method}"
        return await make_request(bot, method)


class SessionWithoutHttp(TelegramSession):
    """The product's session without the HTTP request, for figures without the cost of HTTP."""

    def __init__(self) -> None:
        super().__init__(json_loads=without_old_buttons)
        self.middleware(PacedRequests(Pace(time.monotonic)))

    async def post(self, bot: Bot, call: Any, timeout: float) -> tuple[int, str]:  # noqa: ASYNC109 - the product's signature
        encode(call.body)
        return 200, answer_to(call.__api_method__, call.body)

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's own signature
        if isinstance(method, DirectCall):
            return await super().make_request(bot, method, timeout)
        fields = {field[0]["name"]: field[2] for field in self.build_form_data(bot, method)._fields}
        return self.check_response(bot, method, 200, answer_to(method.__api_method__, fields)).result


class UpdateFeed:
    """One person's updates, fed to a dispatcher from their JSON text."""

    def __init__(self, settings: Settings) -> None:
        """Without a ``bot_api_url`` in the settings the bot makes no HTTP requests."""
        self.bot = make_bot(settings)
        if settings.bot_api_url is None:
            self.bot.session = SessionWithoutHttp()
        self.bot.session.middleware(NoRefusals())
        self._number = 0

    async def close(self) -> None:
        await self.bot.session.close()

    def pressed(self, data: str) -> str:
        """Return the JSON of a press on a message with twelve buttons."""
        message = {"message_id": 77, "date": 1795420800, "chat": CHAT, "from": BOT, "text": "Что показать?"}
        call = {"id": "7", "from": PERSON, "chat_instance": "5", "data": data}
        return self._update("callback_query", call | {"message": message | {"reply_markup": OLD_BUTTONS}})

    def typed(self, text: str) -> str:
        message = {"message_id": 78, "date": 1795420800, "chat": CHAT, "from": PERSON, "text": text}
        return self._update("message", message)

    async def handle(self, dispatcher: Dispatcher, raw: str) -> None:
        """Parse an answer to getUpdates and handle its updates, as polling does."""
        for update in self.bot.session.check_response(self.bot, GetUpdates(), 200, raw).result or ():
            await dispatcher.feed_update(self.bot, update)

    def _update(self, kind: str, what: dict[str, Any]) -> str:
        self._number += 1
        return json.dumps({"ok": True, "result": [{"update_id": self._number, kind: what}]}, ensure_ascii=False)
