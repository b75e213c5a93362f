"""The messenger port: one channel that delivers screens to chats."""

from __future__ import annotations

from typing import Protocol

from bot.delivery.screen import Screen


class Messenger(Protocol):
    """One channel that delivers screens to chats."""

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int:
        """Send a screen, or edit the message ``edits`` in place; if that message is gone, send a new one.

        Return the id of the message that shows the screen. Raises MessengerError.
        """
        ...
