"""Make the client of the Bot API, which paces its requests and tolerates updates that it cannot read."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any, cast

import structlog
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.exceptions import ClientDecodeError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    GetMe,
    GetUpdates,
    Response,
    SendDocument,
    SendMessage,
)
from aiogram.types import Update
from pydantic import ValidationError

from bot.core import limits
from bot.core.fast import decode
from bot.settings import Settings
from bot.telegram.gateway_errors import TelegramSession
from bot.telegram.pace import Pace, PacedRequests
from bot.telegram.polling import ALLOWED_UPDATES
from bot.telegram.proxies import ProxiedSession
from dialogs.kit.link import opens_below

# aiogram builds these generic classes again after they are garbage-collected (1-3 ms each), so we keep references.
RESPONSE_CLASSES = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]  # a class attribute is a type only at run time
    for method in (SendMessage, EditMessageText, AnswerCallbackQuery, DeleteMessage, GetUpdates, GetMe, SendDocument)
)

USED = frozenset({"update_id", *ALLOWED_UPDATES})
"""the fields of an update that are read"""
OF_PRESSED = frozenset({"message_id", "date", "chat", "photo", "document", "reply_markup"})
"""the fields of a message whose button was pressed that are read: neither its text nor the bot as its sender"""

log = structlog.get_logger(__name__)


def make_bot(settings: Settings) -> Bot:
    """Return the client; the caller ends its session."""
    server = TelegramAPIServer.from_base(settings.bot_api_url) if settings.bot_api_url else PRODUCTION
    options: dict[str, Any] = {"api": server, "json_loads": read_answer, "timeout": limits.REQUEST_TIMEOUT}
    proxies = settings.telegram_proxy
    session = ProxiedSession(proxies, **options) if proxies else TelegramSession(**options)
    session.middleware(PacedRequests(Pace(time.monotonic)))
    session.middleware(UnreadableUpdates())
    return Bot(
        settings.bot_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


async def end_session(bot: Bot) -> None:
    """Close the session of a client that ``make_bot`` has made, for good."""
    await cast(TelegramSession, bot.session).end()


def read_answer(text: str) -> Any:
    """Parse a response of Telegram without what the bot does not use: kinds of updates, and most of old messages.

    aiogram parses a press in half the time without them.
    """
    answer = decode(text)
    result = answer.get("result")
    for update in result if isinstance(result, list) else ():
        if isinstance(update, dict) and "update_id" in update:
            _leave_out_unread(update)
    with suppress(LookupError, TypeError):  # no message with buttons
        _leave_out_old_buttons(result)
    return answer


def _leave_out_unread(update: dict[str, Any]) -> None:
    """Telegram sends a kind that was not asked for if it came before the bot has asked."""
    _keep_only(USED, update)
    with suppress(AttributeError, LookupError, TypeError):  # no press, or one of another shape
        pressed = update["callback_query"]["message"]
        _keep_only(OF_PRESSED, pressed)
        _leave_out_old_buttons(pressed)


def _keep_only(fields: frozenset[str], given: dict[str, Any]) -> None:
    for name in given.keys() - fields:
        del given[name]


def _leave_out_old_buttons(message: dict[str, Any]) -> None:
    """Of a message that was pressed or edited; the bot reads only the buttons of messages that stay."""
    rows = message["reply_markup"]["inline_keyboard"]
    if not any(opens_below(button.get("callback_data", "")) for row in rows for button in row):
        del message["reply_markup"]


class UnreadableUpdates(BaseRequestMiddleware):
    """Replace an update that aiogram cannot parse by an empty one, so that it is confirmed and the next ones arrive."""

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        try:
            return await make_request(bot, method)
        except ClientDecodeError as trouble:
            if not isinstance(method, GetUpdates) or not isinstance(trouble.data, dict):
                raise
            return [_read(update, bot) for update in trouble.data["result"]]


def _read(update: dict[str, Any], bot: Bot) -> Update:
    try:
        return Update.model_validate(update, context={"bot": bot})
    except ValidationError:
        log.error("an update cannot be read", update=update["update_id"], kinds=sorted(update.keys() - {"update_id"}))
        return Update(update_id=update["update_id"])
