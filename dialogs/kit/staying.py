"""Messages that stay: confirmations, the clinic's changes and reminders keep their text, whatever is pressed on them.

Such a message has a button whose link opens ``below``. After a press it has no other buttons, and the flow goes on in a
message below it.
"""

from __future__ import annotations

from collections import OrderedDict

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, MaybeInaccessibleMessageUnion, Message

from bot.delivery.screen import Button, Screen
from dialogs.kit.link import opens_below

MOST_CHATS = 10_000
"""chats whose newest flow below a message is remembered"""

log = structlog.get_logger(__name__)


def stays(screen: Screen) -> bool:
    """Return whether the message of a screen stays."""
    return bool(lasting_row(screen))


def lasting_buttons(message: MaybeInaccessibleMessageUnion | None) -> list[InlineKeyboardButton] | None:
    """Return the buttons that a message keeps after a press, None if the message does not stay."""
    if not isinstance(message, Message) or message.reply_markup is None:
        return None
    every = [each for row in message.reply_markup.inline_keyboard for each in row]
    return [each for each in every if opens_below(each.callback_data or "")] or None


def lasting_row(screen: Screen) -> list[Button]:
    """Return the buttons that the message of a screen keeps after a press; none if the message does not stay."""
    return [each for row in screen.rows for each in row if opens_below(each.data)]


async def leave_buttons(bot: Bot, message: Message, buttons: list[InlineKeyboardButton]) -> None:
    """Take the other buttons from a message whose button was pressed."""
    if message.reply_markup != InlineKeyboardMarkup(inline_keyboard=[buttons]):
        await _leave(bot, message.chat.id, message.message_id, buttons)


async def leave_lasting_row(bot: Bot, chat: int, message: int, screen: Screen) -> None:
    """Take the buttons from the message of a screen one of whose buttons was typed, but those that stay."""
    buttons = [InlineKeyboardButton(text=each.text, callback_data=each.data) for each in lasting_row(screen)]
    await _leave(bot, chat, message, buttons)


async def _leave(bot: Bot, chat: int, message: int, buttons: list[InlineKeyboardButton]) -> None:
    """Leave these buttons in one row; a failure is only logged, because the flow goes on below."""
    left = InlineKeyboardMarkup(inline_keyboard=[buttons] if buttons else [])
    try:
        await bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=left)
    except (TelegramAPIError, ClientDecodeError) as trouble:
        log.warning("the buttons of a message were not taken away", error=type(trouble).__name__)


class FlowsBelow:
    """In each chat, the last message that stays whose button was pressed, and the message in which its flow went on.

    Thus a double press opens one message. It is kept in memory: what is lost is shown in one more message.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[int, tuple[int, int]] = OrderedDict()

    def find(self, chat: int, above: int) -> int | None:
        known = self._known.get(chat)
        return known[1] if known is not None and known[0] == above else None

    def remember(self, chat: int, above: int, flow: int) -> None:
        self._known[chat] = (above, flow)
        self._known.move_to_end(chat)
        if len(self._known) > MOST_CHATS:
            self._known.popitem(last=False)

    def forget(self, chat: int) -> None:
        self._known.pop(chat, None)
