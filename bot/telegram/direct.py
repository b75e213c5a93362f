"""The requests of a screen as one JSON body, without aiogram's models.

aiogram makes a model of each button, walks the models into a form and reads the answer into a model again. The two
requests of a tap, an edit with twelve buttons and an answer, take less than half of that processor time as plain
values: 0.41 to 0.48, measured by ``python -m tests.bench direct_way`` on a busy machine. Everything else that the bot
asks of Telegram goes aiogram's way.

aiogram's session and its middlewares pass a ``DirectCall`` on like a method of their own. They read only its name and
its ``chat_id``, and failures are the exceptions of aiogram.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram import Bot

Keyboard = Mapping[str, Any]
"""what Telegram calls ``InlineKeyboardMarkup``"""

STYLE: Mapping[str, Any] = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
"""texts are HTML, and links in them show no preview"""


@dataclass(frozen=True, slots=True)
class DirectCall:
    """One call of the Bot API: the name of the method and the fields of its JSON body."""

    __api_method__: str
    body: Mapping[str, Any]

    __returning__ = bool
    """the type that aiogram's reader of answers expects; it reads only refusals, which have no result"""

    @property
    def chat_id(self) -> int | None:
        chat: int | None = self.body.get("chat_id")
        return chat

    @property
    def message_id(self) -> int | None:
        message: int | None = self.body.get("message_id")
        return message


def text_sent(
    chat: int, text: str, keyboard: Keyboard | None = None, *, reply_to: int | None = None, protected: bool = False
) -> DirectCall:
    """Return the call that sends HTML. ``protected`` messages cannot be forwarded."""
    body: dict[str, Any] = {"chat_id": chat, "text": text, **STYLE}
    if keyboard is not None:
        body["reply_markup"] = keyboard
    if reply_to is not None:
        body["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    if protected:
        body["protect_content"] = True
    return DirectCall("sendMessage", body)


def text_edited(chat: int, message: int, text: str, keyboard: Keyboard | None = None) -> DirectCall:
    """Return the call that replaces the HTML and the buttons of a message."""
    body: dict[str, Any] = {"chat_id": chat, "message_id": message, "text": text, **STYLE}
    if keyboard is not None:
        body["reply_markup"] = keyboard
    return DirectCall("editMessageText", body)


def message_deleted(chat: int, message: int) -> DirectCall:
    return DirectCall("deleteMessage", {"chat_id": chat, "message_id": message})


def press_answered(press: str, line: str = "", *, alert: bool = False) -> DirectCall:
    """Return the call that ends the wait of a press; ``line`` is plain text and may be empty."""
    body: dict[str, Any] = {"callback_query_id": press}
    if line:
        body |= {"text": line, "show_alert": alert}
    return DirectCall("answerCallbackQuery", body)


async def request(bot: Bot, call: DirectCall) -> int:
    """Make the call through the bot's session; return the id of the message that it shows, or True.

    It returns True also for an edit of a message that was as it should be, and False for one that was not sent because
    a newer press will edit the message. Raises TelegramAPIError or ClientDecodeError.
    """
    method: Any = call
    answer: int = await bot.session(bot, method)
    return answer
