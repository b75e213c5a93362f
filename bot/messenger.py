"""A screen becomes a Telegram message, and every way in which that may fail becomes one of four kinds of trouble."""

from __future__ import annotations

import re
from typing import Any

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText, GetMe, SendMessage, TelegramMethod
from aiogram.types import Message
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.errors import CannotDeliver, DeliveryFailed, MessengerError, RecipientGone, SlowDown
from bot.models import Screen
from bot.pace import in_line
from dialogs.showing import has_nothing_to_edit, keyboard

GONE = re.compile(r"chat not found|user is deactivated|PEER_ID_INVALID", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')


class TelegramMessenger:
    """Implements ports.Messenger for the outbox: takes its turn, never repeats a send on its own."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._in_doubt = False

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        with in_line():
            await self._make_sure()
            if edits is not None and await self._edit(chat, screen, edits):
                return edits
            message: Message = await self._say(
                SendMessage(chat_id=chat, text=screen.text, reply_markup=keyboard(screen))
            )
            return message.message_id

    async def _make_sure(self) -> None:
        """After a failure ask something harmless first.

        A message that may have arrived gets one more attempt only: an outage must not use it up.
        """
        if self._in_doubt:
            await self._say(GetMe())

    async def _edit(self, chat: int, screen: Screen, message_id: int) -> bool:
        """False where there is nothing left to edit."""
        try:
            await self._say(
                EditMessageText(chat_id=chat, message_id=message_id, text=screen.text, reply_markup=keyboard(screen))
            )
        except CannotDeliver as refusal:
            if has_nothing_to_edit(str(refusal)):
                return False
            raise
        return True

    async def _say(self, method: TelegramMethod[Any]) -> Any:
        try:
            result = await self._bot(method)
        except (TelegramAPIError, ClientDecodeError) as error:
            trouble = _translated(error, method)
            self._in_doubt = isinstance(trouble, DeliveryFailed)
            raise trouble from error
        self._in_doubt = False
        return result


def _translated(error: TelegramAPIError | ClientDecodeError, method: TelegramMethod[Any]) -> MessengerError:
    match error:
        case TelegramRetryAfter():
            return SlowDown(error.retry_after)
        case TelegramForbiddenError():
            return RecipientGone(error.message)
        case TelegramBadRequest() if GONE.search(error.message):
            return RecipientGone(error.message)
        case TelegramBadRequest() | TelegramMigrateToChat():
            # What Telegram quotes is a piece of the message.
            return CannotDeliver(QUOTED.sub('"…"', error.message))
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return DeliveryFailed(type(error).__name__, uncertain=_may_have_arrived(error, method))
    return DeliveryFailed(type(error).__name__)


def _may_have_arrived(error: Exception, method: TelegramMethod[Any]) -> bool:
    never_left = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
    return isinstance(method, SendMessage) and not never_left
