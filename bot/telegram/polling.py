"""Wait for Telegram at the start, and stop polling when another program polls with the same token."""

from __future__ import annotations

import asyncio
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
    """Stop the polling at Telegram's error 409: two programs with one token would take updates from each other."""

    def __init__(self, dispatcher: Dispatcher, background: Background) -> None:
        self._dispatcher, self._background = dispatcher, background
        self.is_met = False

    async def __call__(self, make_request: Any, bot: Bot, method: Any) -> Any:
        try:
            return await make_request(bot, method)
        except TelegramConflictError:
            if not self.is_met:
                self.is_met = True
                self._background.start(self._dispatcher.stop_polling())
            raise
