"""Notices: what a chat has shown by itself, and which message of it stands last."""

from __future__ import annotations

from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId


class Notices:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def shown(self, dedup: str) -> None:
        """The chat has just shown what this message would have told."""
        await self._storage.write(lambda uow: uow.outbox.withdraw(dedup))

    async def newest(self, account: AccountId, message: int | None) -> int | None:
        """That message of the chat where no news stands below it; None where a screen in it would be overlooked."""
        if message is None:
            return None

        async def look(view: UnitOfWork) -> int | None:
            return None if await view.outbox.has_told_after(account, message) else message

        return await self._storage.read(look)
