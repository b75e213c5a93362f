"""Telegram without a network: all of aiogram's session but the socket, and updates as they come over the wire."""

from __future__ import annotations

import json
import time
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, GetUpdates, TelegramMethod

from bot.pace import Pace, Polite
from bot.settings import Settings
from bot.telegram import make_bot, without_old_buttons

PERSON_ID = 1001
PERSON = {"id": PERSON_ID, "is_bot": False, "first_name": "Анна", "last_name": "Иванова", "language_code": "ru"}
CHAT = {"id": PERSON_ID, "type": "private", "first_name": "Анна", "last_name": "Иванова"}
BOT = {"id": 4242, "is_bot": True, "first_name": "Регистратура", "username": "registratura_bot"}
OLD_BUTTONS = {"inline_keyboard": [[{"text": f"Кнопка {n}", "callback_data": f"bd:1:{n}:7"}] for n in range(12)]}
"""of the message that is pressed: Telegram sends them back with every press"""


class EdgeSession(AiohttpSession):
    """Writes a request and reads its answer as aiogram does over HTTP; Telegram's part is a canned text."""

    def __init__(self) -> None:
        super().__init__(json_loads=without_old_buttons)
        self.middleware(Polite(Pace(time.monotonic)))
        self.shown: dict[str, str] = {}
        """the fields of the newest message"""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram's own signature
        fields = {field[0]["name"]: field[2] for field in self.build_form_data(bot, method)._fields}
        return self.check_response(bot, method, 200, self._answer(method, fields)).result

    def _answer(self, method: TelegramMethod[Any], fields: dict[str, str]) -> str:
        assert fields.get("show_alert") != "true", f"a refusal instead of a screen: {fields['text']}"
        if isinstance(method, AnswerCallbackQuery | DeleteMessage):
            return '{"ok":true,"result":true}'
        self.shown = fields
        said = json.dumps(fields["text"], ensure_ascii=False)
        buttons = fields.get("reply_markup", '{"inline_keyboard":[]}')
        return f'{{"ok":true,"result":{MESSAGE}"text":{said},"reply_markup":{buttons}}}}}'


MESSAGE = json.dumps({"message_id": 77, "date": 1795420800, "chat": CHAT, "from": BOT}, ensure_ascii=False)[:-1] + ","


class Line:
    """One person's updates, from Telegram's text to a dispatcher that has handled them."""

    def __init__(self, settings: Settings) -> None:
        self.session = EdgeSession()
        self.bot = make_bot(settings)
        self.bot.session = self.session
        self._number = 0

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
        for update in self.session.check_response(self.bot, GetUpdates(), 200, raw).result or ():
            await dispatcher.feed_update(self.bot, update)

    def _update(self, kind: str, what: dict[str, Any]) -> str:
        self._number += 1
        return json.dumps({"ok": True, "result": [{"update_id": self._number, kind: what}]}, ensure_ascii=False)
