"""Withdraw news that a screen has shown, and find out whether a screen is still the newest message of its chat."""

from __future__ import annotations

from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId


class ShownNews:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @writes
    async def withdraw(self, uow: UnitOfWork, dedup: str) -> None:
        """Withdraw the message with this deduplication key: a screen has just shown the same."""
        await uow.outbox.withdraw(dedup)

    async def if_newest(self, account: AccountId, message: int | None) -> int | None:
        """Return the message id if no news stands below it in the chat, else None (send a new message)."""
        return None if message is None or await self._has_news_after(account, message) else message

    async def if_no_news(self, account: AccountId, message: int | None) -> int | None:
        """Return the message id if no news stands in this message or below it, else None (send a new message)."""
        return None if message is None or await self._has_news_after(account, message - 1) else message

    @reads
    async def _has_news_after(self, view: UnitOfWork, account: AccountId, message: int) -> bool:
        return await view.outbox.has_news_after(account, message)
