"""Leave every group and channel, after one line that says where the bot can be used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import Chat, TelegramObject, Update, User

from bot.core.i18n import choose_language, gettext, speak

MOST_CHATS = 1000
"""how many chats are remembered as told"""
OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.KICKED)

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
log = structlog.get_logger(__name__)


class Groups(BaseMiddleware):
    """Keep every update of a group from the handlers, and leave the group; ``kept`` are chats to stay in.

    Whatever comes from a group makes the bot leave: being added to it, or a message if an earlier attempt has failed.
    The line is said once, so that nobody can make the bot fill a chat with it.
    """

    def __init__(self, default_language: str, kept: Collection[int] = ()) -> None:
        self._default, self._kept = default_language, kept
        self._told: OrderedDict[int, None] = OrderedDict()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        chat: Chat | None = data.get("event_chat")
        if chat is None or chat.type == ChatType.PRIVATE or not isinstance(event, Update):
            return await handler(event, data)
        if chat.id not in self._kept and not is_outside(event):
            user: User | None = data.get("event_from_user")
            with speak(choose_language(None, user.language_code if user else None, self._default)):
                await self._leave(data["bot"], chat.id)
        return None

    async def _leave(self, bot: Bot, chat: int) -> None:
        if self._is_first_time(chat):
            line = gettext(
                "I talk about children and visits only in private, so I am leaving. Write to me directly: @{bot}"
            )
            await attempt(bot.send_message(chat, line.format(bot=(await bot.me()).username)))
        await attempt(bot.leave_chat(chat))

    def _is_first_time(self, chat: int) -> bool:
        if chat in self._told:
            return False
        self._told[chat] = None
        if len(self._told) > MOST_CHATS:
            self._told.popitem(last=False)
        return True


def is_outside(update: Update) -> bool:
    """Return whether the update says that the bot is no member any more."""
    change = update.my_chat_member
    return change is not None and change.new_chat_member.status in OUTSIDE


async def attempt(call: Awaitable[object]) -> None:
    """Await a call to Telegram; a failure is only logged: the next update of the group tries again."""
    try:
        await call
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a group is not left yet", error=type(trouble).__name__)
