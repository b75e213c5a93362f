"""Make the client of the Bot API, which paces its requests and tolerates updates that it cannot read."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

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
from bot.settings import Settings
from bot.telegram.gateway_errors import TelegramSession
from bot.telegram.pace import Pace, PacedRequests
from bot.telegram.proxies import ProxiedSession
from dialogs.kit.link import opens_below

# aiogram builds these generic classes again after they are garbage-collected (1-3 ms each), so we keep references.
RESPONSE_CLASSES = tuple(
    Response[method.__returning__]  # type: ignore[name-defined]  # a class attribute is a type only at run time
    for method in (SendMessage, EditMessageText, AnswerCallbackQuery, DeleteMessage, GetUpdates, GetMe, SendDocument)
)

log = structlog.get_logger(__name__)


def make_bot(settings: Settings) -> Bot:
    """Return the client; the caller closes its session."""
    server = TelegramAPIServer.from_base(settings.bot_api_url) if settings.bot_api_url else PRODUCTION
    options: dict[str, Any] = {"api": server, "json_loads": without_old_buttons, "timeout": limits.REQUEST_TIMEOUT}
    proxies = settings.telegram_proxy
    session = ProxiedSession(proxies, **options) if proxies else TelegramSession(**options)
    session.middleware(PacedRequests(Pace(time.monotonic)))
    session.middleware(UnreadableUpdates())
    return Bot(
        settings.bot_token.get_secret_value(),
        session=session,
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )


def without_old_buttons(text: str) -> Any:
    """Parse a response of Telegram, and drop the buttons of the message that was pressed or edited.

    aiogram needs a quarter of its parsing time for them, and the bot reads only those of messages that stay.
    """
    answer = json.loads(text)
    result = answer.get("result")
    for update in result if isinstance(result, list) else ({"callback_query": {"message": result}},):
        with suppress(AttributeError, LookupError, TypeError):  # an update or a result of another shape
            message = update["callback_query"]["message"]
            rows = message["reply_markup"]["inline_keyboard"]
            if not any(opens_below(button.get("callback_data", "")) for row in rows for button in row):
                del message["reply_markup"]
    return answer


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
