"""Answer any update with one line of text."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Update

log = structlog.get_logger(__name__)


async def reply(update: Update, bot: Bot, line: str) -> None:
    """Show an alert over the pressed button, else send a message; a failure is only logged."""
    try:
        if update.callback_query is not None:
            await bot.answer_callback_query(update.callback_query.id, text=line, show_alert=True)
        elif (message := update.message or update.edited_message) is not None:
            await bot.send_message(message.chat.id, line)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a reply was not sent", error=type(trouble).__name__)
