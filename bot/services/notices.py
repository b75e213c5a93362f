"""Notices: what a chat has shown by itself, and which message of it stands last."""

from __future__ import annotations

from datetime import timedelta

from bot.models import AccountId
from bot.ports import Storage

PATIENCE = timedelta(seconds=2.5)
"""How long a tap waits for an answer before it says «проверяю»; a callback lives a little longer."""


class Notices:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def shown(self, dedup: str) -> None:
        """The chat has just shown what this message would have told."""
        await self._storage.write_at_once(lambda uow: uow.outbox.withdraw(dedup))

    async def newest(self, account: AccountId, message: int | None) -> int | None:
        """That message of the chat where no news stands below it; None where a screen in it would be overlooked."""
        if message is None:
            return None
        async with self._storage.read() as view:
            return None if await view.outbox.has_told_after(account, message) else message
