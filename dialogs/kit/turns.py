"""Middlewares that give each update its Turn, and take a press to its flow by the code of its button."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import Chat, Message, TelegramObject, Update

from bot.core.people import Account, Operators
from bot.services import Services
from dialogs.kit.files import is_file
from dialogs.kit.flow import Visitor
from dialogs.kit.names import tell_apart
from dialogs.kit.newest import NewestScreens
from dialogs.kit.passing import PassingBelow
from dialogs.kit.render import Turn
from dialogs.kit.router import Navigator


class TurnMiddleware(BaseMiddleware):
    """Give every press and every message its Turn, with the Visitor."""

    def __init__(self, services: Services, operators: Operators, newest: NewestScreens) -> None:
        self._services, self._operators, self._newest = services, operators, newest
        self._below = PassingBelow()

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        if not isinstance(event, Update) or event.my_chat_member is not None:
            return await handler(event, data)
        account: Account = data["account"]
        now: datetime = data["now"]
        pressed = event.callback_query.message if event.callback_query is not None else None
        # A message with a file has no text to edit, so the screen comes as a new message.
        has_text = pressed is not None and not (isinstance(pressed, Message) and is_file(pressed))
        message = pressed.message_id if pressed and has_text else None
        open_prompt, username = data["open_prompt"], data.get("username", "")
        chat: Chat | None = data.get("event_chat")
        shown = None if chat is None else self._newest.find(chat.id)
        noted = open_prompt.get("noted", "")
        visitor = Visitor(account, self._services, self._operators, now, message, open_prompt, username, shown, noted)
        # A press without a message has no chat; it is answered without a screen.
        await tell_apart(self._services, account)
        where = data["bot"], chat.id if chat else 0, data["state"]
        data["turn"] = Turn(visitor, *where, self._newest, self._below)
        return await handler(event, data)


class PressesByCode(BaseMiddleware):
    """Answer the press of a button of any flow, found by its code; leave other updates to the routers.

    The way through aiogram's routers and their filters took a twentieth of the processor time of a tap.
    """

    def __init__(self, navigator: Navigator) -> None:
        self.navigator = navigator

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        call = event.callback_query if isinstance(event, Update) else None
        link = None if call is None else self.navigator.parse(call.data or "")
        if call is None or link is None:
            return await handler(event, data)
        return await self.navigator.on_press(call, link, data["turn"])
