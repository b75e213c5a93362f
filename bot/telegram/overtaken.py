"""Know the newest press on each message, so that an edit that a newer press has overtaken need not be sent.

An edit waits for its turn while many people are answered. If its reader has pressed a button of the same message
again, what the newer press shows replaces it anyway.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, NamedTuple

from aiogram import BaseMiddleware
from aiogram.methods import TelegramMethod
from aiogram.types import TelegramObject, Update

from bot.telegram.middlewares import Handler

Place = tuple[int, int]
"""the ids of a chat and of a message"""


class PlacedPress(NamedTuple):
    """The press that is answered now, among the newest presses of all messages."""

    place: Place
    update: int
    newest: dict[Place, int]


_press: ContextVar[PlacedPress | None] = ContextVar("press", default=None)


class NewestPresses(BaseMiddleware):
    """Remember the newest press on each message until it is answered."""

    def __init__(self) -> None:
        self._newest: dict[Place, int] = {}

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        call = event.callback_query if isinstance(event, Update) else None
        if not isinstance(event, Update) or call is None or call.message is None:
            return await handler(event, data)
        place = (call.message.chat.id, call.message.message_id)
        self._newest[place] = event.update_id
        token = _press.set(PlacedPress(place, event.update_id, self._newest))
        try:
            return await handler(event, data)
        finally:
            _press.reset(token)
            if self._newest.get(place) == event.update_id:
                del self._newest[place]


def is_overtaken(method: TelegramMethod[Any]) -> bool:
    """Return whether a newer press waits on the message that is to be edited."""
    press = _press.get()
    return (
        press is not None
        and method.__api_method__ == "editMessageText"
        and (getattr(method, "chat_id", None), getattr(method, "message_id", None)) == press.place
        and press.newest.get(press.place) != press.update
    )
