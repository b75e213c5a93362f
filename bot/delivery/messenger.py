"""One channel to a person."""

from __future__ import annotations

from typing import Protocol

from bot.delivery.screen import Screen


class Messenger(Protocol):
    """One channel to a person. ``edits`` changes that message in place, or sends anew where it is gone.

    Returns the id of the message now showing the screen. Raises MessengerError.
    """

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int: ...
