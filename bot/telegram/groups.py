"""Leave every group and channel, after one line that says where the bot can be used."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramForbiddenError
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
        self._left: OrderedDict[int, bool] = OrderedDict()
        """the chats that were told, and whether each is left since"""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        chat: Chat | None = data.get("event_chat")
        if chat is None or chat.type == ChatType.PRIVATE or not isinstance(event, Update):
            return await handler(event, data)
        if event.my_chat_member is not None and chat.id in self._left:
            self._left[chat.id] = is_outside(event)  # added again, or removed by somebody
        if chat.id not in self._kept and not is_outside(event) and not self._left.get(chat.id):
            user: User | None = data.get("event_from_user")
            with speak(choose_language(None, user.language_code if user else None, self._default)):
                await self._leave(data["bot"], chat.id)
        return None

    async def _leave(self, bot: Bot, chat: int) -> None:
        is_told = chat in self._left
        # Set before the requests: updates of the group that come meanwhile must not leave it once more.
        self._left[chat] = True
        if not is_told:
            line = gettext(
                "I talk about children and visits only in private, so I am leaving. Write to me directly: @{bot}"
            )
            await attempt(bot.send_message(chat, line.format(bot=(await bot.me()).username)))
        self._left[chat] = await attempt(bot.leave_chat(chat))
        if len(self._left) > MOST_CHATS:
            self._left.popitem(last=False)


def is_outside(update: Update) -> bool:
    """Return whether the update says that the bot is no member any more."""
    change = update.my_chat_member
    return change is not None and change.new_chat_member.status in OUTSIDE


async def attempt(call: Awaitable[object]) -> bool:
    """Return whether Telegram has done it, or the bot is outside; after a failure the next update tries again."""
    try:
        await call
    except TelegramForbiddenError:
        return True
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("a group is not left yet", error=type(trouble).__name__)
        return False
    return True
