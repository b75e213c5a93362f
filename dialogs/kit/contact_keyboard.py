"""Send and remove the keyboard under the input field: only a key there can share a telephone or a place."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.core.i18n import gettext as _
from bot.telegram.direct import message_deleted, request

log = structlog.get_logger(__name__)


async def send_keyboard(bot: Bot, chat: int, *, of_place: bool = False) -> int:
    """Send a message with the key that shares a telephone, or a place; return its id, for ``remove_keyboard``."""
    share = (
        KeyboardButton(text=_("Share my place"), request_location=True)
        if of_place
        else KeyboardButton(text=_("Share my number"), request_contact=True)
    )
    keys = ReplyKeyboardMarkup(
        keyboard=[[share], [KeyboardButton(text=_("Not now"))]], resize_keyboard=True, one_time_keyboard=True
    )
    sent = await bot.send_message(chat, _("The key is under the input field."), reply_markup=keys)
    return sent.message_id


async def remove_keyboard(bot: Bot, chat: int, message: int) -> None:
    """Remove the keyboard and its message; ``message`` is what ``send_keyboard`` returned.

    Telegram removes a keyboard only by another message, which is deleted as well.
    """
    try:
        line = _("I take the key away.")
        sent = await bot.send_message(chat, line, reply_markup=ReplyKeyboardRemove(), disable_notification=True)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a keyboard was not removed", error=type(trouble).__name__)
        return
    for each in (sent.message_id, message):
        await delete_message(bot, chat, each)


async def delete_message(bot: Bot, chat: int, message: int) -> None:
    """Delete a message of the bot's own; a failure is only logged."""
    try:
        await request(bot, message_deleted(chat, message))
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a message was not deleted", error=type(trouble).__name__)
