"""Remember the newest screen of each chat in memory: bounded, and safe to lose at a restart."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from aiogram.filters.callback_data import CallbackData

from bot.delivery.screen import Screen

MOST_CHATS = 5_000
"""how many chats are remembered; the one that was idle longest is forgotten first"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen as it stands in a chat."""

    message: int
    screen: Screen
    at: CallbackData | None
    """the link or action that has led to it; None for a notice"""
    line: str = ""
    """the sentence above the screen"""
    misses: int = 0
    """how many typed texts in a row were not accepted at it"""
    is_own: bool = False
    """an answer has led to the screen: its link draws another one, the prompt"""
    is_newest: bool = True
    """no other screen stands below it"""
    is_certain: bool = True
    """the message is known to look so: Telegram has said it, and nothing else has edited it since"""

    def stands(self, message: int | None, screen: Screen, line: str) -> bool:
        """Return whether this message is known to show just this."""
        return self.is_certain and (self.message, self.screen, self.line) == (message, screen, line)

    def differs(self, message: int, screen: Screen, line: str) -> bool:
        """Return whether this message is known to have shown something else."""
        return self.message == message and (self.screen, self.line) != (screen, line)


class NewestScreens:
    def __init__(self, most: int = MOST_CHATS) -> None:
        self._most = most
        self._shown: OrderedDict[int, Shown] = OrderedDict()
        self._lowest: dict[int, int] = {}
        """by the chat: the id of the message that stands lowest"""

    def find(self, chat: int) -> Shown | None:
        """Return the screen that was shown last in the chat, or None if it is not remembered."""
        return self._shown.get(chat)

    def keep(self, chat: int, shown: Shown) -> None:
        """Remember the screen that was shown last; an older message that a notice has edited is not."""
        if shown.at is None and shown.message < self._lowest.get(chat, 0):
            return
        lowest = max(shown.message, self._lowest.get(chat, 0))
        self._lowest[chat] = lowest
        self._shown[chat] = replace(shown, is_newest=shown.message == lowest)
        self._shown.move_to_end(chat)
        if len(self._shown) > self._most:
            self.forget(next(iter(self._shown)))

    def doubt(self, chat: int) -> None:
        """Remember that the screen may look different: it is being edited."""
        if (shown := self._shown.get(chat)) is not None:
            self._shown[chat] = replace(shown, is_certain=False)

    def forget(self, chat: int) -> None:
        for kept in (self._shown, self._lowest):
            kept.pop(chat, None)
