"""Know when the update that is handled now has arrived: its reader waits since then."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject

from bot.telegram.middlewares import Handler

_arrived_at: ContextVar[float | None] = ContextVar("arrived_at", default=None)


class Arrivals(BaseMiddleware):
    """The first middleware: whatever an update waits for later counts from here."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        token = _arrived_at.set(asyncio.get_running_loop().time())
        try:
            return await handler(event, data)
        finally:
            _arrived_at.reset(token)


def arrived_at() -> float | None:
    """Return when the update has arrived, by the loop's time; None outside of an update."""
    return _arrived_at.get()
