"""Withdraw news that a screen has shown, and find out whether a screen is still the newest message of its chat."""

from __future__ import annotations

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId


class ShownNews:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @writes
    async def withdraw(self, uow: UnitOfWork, dedup: str, stays: int | None = None) -> None:
        """Withdraw the message with this deduplication key: a screen has just shown the same.

        ``stays`` is the id of the screen's message if it stays in the chat: later news replies to it.
        """
        if stays is None:
            await uow.outbox.withdraw(dedup)
        else:
            await uow.outbox.mark_shown(dedup, stays, self._clock.now())

    async def if_newest(self, account: AccountId, message: int | None) -> int | None:
        """Return the message id if no news stands below it in the chat, else None (send a new message)."""
        return None if message is None or await self._has_news_after(account, message) else message

    async def if_no_news(self, account: AccountId, message: int | None) -> int | None:
        """Return the message id if no news stands in this message or below it, else None (send a new message)."""
        return None if message is None or await self._has_news_after(account, message - 1) else message

    @reads
    async def _has_news_after(self, view: UnitOfWork, account: AccountId, message: int) -> bool:
        return await view.outbox.has_news_after(account, message)
