"""Wait for Telegram at the start, and stop polling when another program goes on polling with the same token."""

from __future__ import annotations

import asyncio
import time
from itertools import chain, repeat
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)

from bot.core.tasks import Background

START_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 15.0)
"""seconds between two attempts to reach Telegram at the start; the last one is repeated"""

CONFLICT_PATIENCE = 30.0
"""seconds for which another poll with the same token is tolerated: a person who opens the address in a browser, or the
own poll through a proxy that is used no more, which Telegram keeps for so long"""

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]

log = structlog.get_logger(__name__)


async def wait_for_telegram(bot: Bot) -> None:
    """Retry until Telegram answers; delete a webhook of the token, because polling fails while there is one.

    Raises TelegramUnauthorizedError or TelegramNotFound for a wrong token.
    """
    for pause in chain(START_PAUSES, repeat(START_PAUSES[-1])):
        try:
            await bot.delete_webhook()
            await bot.me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise  # a retry would not help
        except (TelegramAPIError, ClientDecodeError) as trouble:
            log.warning("Telegram does not answer yet", error=type(trouble).__name__, retry_in=pause)
            await asyncio.sleep(pause)
        else:
            return


class PollingConflict(BaseRequestMiddleware):
    """Stop the polling when Telegram's error 409 has come again and again for CONFLICT_PATIENCE.

    Two programs with one token take updates from each other. Of two bots the one that has met the other first stops.
    """

    def __init__(self, dispatcher: Dispatcher, background: Background) -> None:
        self._dispatcher, self._background = dispatcher, background
        self._first = self._last = -CONFLICT_PATIENCE
        self.is_met = False

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        try:
            return await make_request(bot, method)
        except TelegramConflictError:
            self._count(time.monotonic())
            raise

    def _count(self, now: float) -> None:
        if now - self._last > CONFLICT_PATIENCE:
            self._first = now
        self._last = now
        log.warning("another program polls with the same token", seconds=round(now - self._first))
        if now - self._first >= CONFLICT_PATIENCE and not self.is_met:
            self.is_met = True
            self._background.start(self._dispatcher.stop_polling())
