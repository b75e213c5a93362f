"""Answer any update with one line of text."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update

from bot.telegram.direct import press_answered, request, text_sent

log = structlog.get_logger(__name__)


async def reply(update: Update, bot: Bot, line: str) -> None:
    """Show an alert over the pressed button, else send a message; a failure is only logged."""
    try:
        if update.callback_query is not None:
            await request(bot, press_answered(update.callback_query.id, line, alert=True))
        elif (message := update.message or update.edited_message) is not None:
            await request(bot, text_sent(message.chat.id, line))
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a reply was not sent", error=type(trouble).__name__)
