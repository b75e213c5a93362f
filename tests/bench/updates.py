"""Updates as Telegram sends them, and a Telegram in another process that answers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.methods import GetUpdates, TelegramMethod

from bot.settings import Settings
from bot.telegram import pace
from bot.telegram.direct import DirectCall
from bot.telegram.session import make_bot
from tests.bench.canned_telegram import BOT, CHAT, PERSON_ID

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


@contextmanager
def without_limit() -> Iterator[None]:
    """Lift Telegram's limit of messages, which the floor does not know: a tap must not wait while it is measured."""
    with patch.object(pace, "FASTEST", 1e6):
        yield


class NoRefusals(BaseRequestMiddleware):
    """Raises for an alert: a press that ends in a refusal has not done what is measured."""

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        is_alert = isinstance(method, DirectCall) and method.body.get("show_alert")
        assert not is_alert, f"a refusal instead of a screen: {method}"
        return await make_request(bot, method)


def product_bot(settings: Settings) -> Bot:
    """Return the product's bot; an alert raises."""
    bot = make_bot(settings)
    bot.session.middleware(NoRefusals())
    return bot


def plain_bot(settings: Settings) -> Bot:
    """Return a bot as the documentation of aiogram makes it."""
    server = TelegramAPIServer.from_base(settings.bot_api_url or "")
    token, session = settings.bot_token.get_secret_value(), AiohttpSession(api=server)
    return Bot(token, session, DefaultBotProperties(parse_mode=ParseMode.HTML))


class UpdateFeed:
    """Updates of one person, or of several, fed to a dispatcher from their JSON text."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._number = 0

    async def close(self) -> None:
        await self.bot.session.close()

    def pressed(self, data: str, person: int = PERSON_ID) -> str:
        """Return the JSON of a press on a message with twelve buttons."""
        chat, presser = CHAT | {"id": person}, PERSON | {"id": person}
        message = {"message_id": 77, "date": 1795420800, "chat": chat, "from": BOT, "text": "Что показать?"}
        call = {"id": "7", "from": presser, "chat_instance": "5", "data": data}
        return self._update("callback_query", call | {"message": message | {"reply_markup": OLD_BUTTONS}})

    def typed(self, text: str, person: int = PERSON_ID) -> str:
        chat, typist = CHAT | {"id": person}, PERSON | {"id": person}
        message = {"message_id": 78, "date": 1795420800, "chat": chat, "from": typist, "text": text}
        return self._update("message", message)

    async def handle(self, dispatcher: Dispatcher, raw: str) -> None:
        """Parse an answer to getUpdates and handle its updates, as polling does."""
        for update in self.bot.session.check_response(self.bot, GetUpdates(), 200, raw).result or ():
            await dispatcher.feed_update(self.bot, update)

    def _update(self, kind: str, what: dict[str, Any]) -> str:
        self._number += 1
        return json.dumps({"ok": True, "result": [{"update_id": self._number, kind: what}]}, ensure_ascii=False)
