"""Keys under the input field: only they can share a telephone, and they are gone as soon as they have served."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.core.i18n import gettext as _

log = structlog.get_logger(__name__)


async def hang(bot: Bot, chat: int) -> int:
    """A message with the key that shares a telephone; its id, to take it away by."""
    share = KeyboardButton(text=_("Share my number"), request_contact=True)
    keys = ReplyKeyboardMarkup(
        keyboard=[[share], [KeyboardButton(text=_("Not now"))]], resize_keyboard=True, one_time_keyboard=True
    )
    sent = await bot.send_message(chat, _("The key is under the input field."), reply_markup=keys)
    return sent.message_id


async def take_away(bot: Bot, chat: int, message: int) -> None:
    """Telegram takes keys away only by a message, and neither that one nor theirs is of any use afterwards."""
    try:
        line = _("I take the key away.")
        sent = await bot.send_message(chat, line, reply_markup=ReplyKeyboardRemove(), disable_notification=True)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a key stays in its chat", error=type(trouble).__name__)
        return
    for each in (sent.message_id, message):
        await take_down(bot, chat, each)


async def take_down(bot: Bot, chat: int, message: int | None) -> None:
    """A message that has served."""
    if message is None:
        return
    try:
        await bot.delete_message(chat, message)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a message stays in its chat", error=type(trouble).__name__)
