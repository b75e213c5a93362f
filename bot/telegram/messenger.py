"""Send screens as Telegram messages, and translate each failure into a MessengerError."""

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
)
from aiogram.methods import GetMe
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.delivery.errors import CannotDeliver, DeliveryFailed, MessengerError, RecipientGone, SlowDown
from bot.delivery.screen import Screen
from bot.delivery.spacing import keep_together
from bot.telegram.direct import DirectCall, message_deleted, request, text_edited, text_sent
from bot.telegram.pace import queued
from dialogs.kit.newest import NewestScreens, Shown
from dialogs.kit.render import has_nothing_to_edit, keyboard

RECIPIENT_GONE = re.compile(r"chat not found|user is deactivated|PEER_ID_INVALID", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')


class TelegramMessenger:
    """Implement Messenger for the outbox. Sends wait for their turn; an uncertain send is not retried here."""

    def __init__(self, bot: Bot, newest: NewestScreens | None = None) -> None:
        self._bot, self._newest = bot, newest or NewestScreens()
        self._is_unreachable = False

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        """Edit that message, or send a new one; return the id of the message. Raises MessengerError."""
        with queued():
            await self._probe()
            if edits is not None and await self._edit(chat, screen, edits):
                self._newest.keep(chat, Shown(edits, screen, None))
                return edits
            text, buttons = keep_together(screen.text), keyboard(screen)
            message: int = await self._call(text_sent(chat, text, buttons, reply_to=screen.replies_to))
            self._newest.keep(chat, Shown(message, screen, None))
            return message

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of the bot. Raises MessengerError."""
        with queued():
            await self._call(message_deleted(chat, message))

    async def _probe(self) -> None:
        """After a failure send a harmless request first.

        A message that may have arrived gets only one more attempt: an outage must not use it up.
        """
        if self._is_unreachable:
            await self._call(GetMe())

    async def _edit(self, chat: int, screen: Screen, message_id: int) -> bool:
        """Return False if the message does not exist any more or cannot be edited."""
        text, buttons = keep_together(screen.text), keyboard(screen)
        try:
            await self._call(text_edited(chat, message_id, text, buttons))
        except CannotDeliver as refusal:
            if has_nothing_to_edit(str(refusal)):
                return False
            raise
        return True

    async def _call(self, method: DirectCall | GetMe) -> Any:
        try:
            result = await (request(self._bot, method) if isinstance(method, DirectCall) else self._bot(method))
        except (TelegramAPIError, ClientDecodeError) as error:
            trouble = _translated(error, method)
            self._is_unreachable = isinstance(trouble, DeliveryFailed)
            raise trouble from error
        self._is_unreachable = False
        return result


def _translated(error: TelegramAPIError | ClientDecodeError, method: DirectCall | GetMe) -> MessengerError:
    match error:
        case TelegramRetryAfter():
            return SlowDown(error.retry_after)
        case TelegramForbiddenError():
            return RecipientGone(error.message)
        case TelegramBadRequest() if RECIPIENT_GONE.search(error.message):
            return RecipientGone(error.message)
        case TelegramBadRequest() | TelegramMigrateToChat():
            # Telegram quotes a piece of the message, which is not for the log.
            return CannotDeliver(QUOTED.sub('"…"', error.message))
        case TelegramNetworkError() | ClientDecodeError():
            return DeliveryFailed(type(error).__name__, uncertain=_may_have_arrived(error, method))
    return DeliveryFailed(type(error).__name__)


def _may_have_arrived(error: Exception, method: DirectCall | GetMe) -> bool:
    never_left = isinstance(error.__cause__, ClientConnectorError | ConnectionTimeoutError)
    return method.__api_method__ == "sendMessage" and not never_left
