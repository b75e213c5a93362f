"""Passing messages: they hold whole names, and go from the chat with a decision, with their subject, or in two minutes.

When each is to be deleted is a row, so a restart deletes them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import CannotDeliver, MessengerError
from bot.glossary import AccountId

SHOWN_FOR = timedelta(minutes=2)
AT_ONCE = 20
RETRY_AFTER = timedelta(minutes=1)
"""after a deletion that failed; a message that Telegram deletes no more is forgotten by the job ``retention``"""


class Eraser(Protocol):
    """A channel that deletes messages of its chats."""

    async def delete(self, chat: int, message: int) -> None:
        """Raises MessengerError; CannotDeliver if the message is gone or is never deleted."""
        ...


class PassingMessages:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @writes
    async def plan(self, uow: UnitOfWork, account: AccountId, message: int, beside: Sequence[int] = ()) -> None:
        """Plan the deletion of a message of the account's chat; the earlier ones are deleted now.

        ``beside``: messages that stay until their own time.
        """
        now = self._clock.now()
        await uow.passing.end(account, now, beside)
        await uow.passing.add(account, message, now, now + SHOWN_FOR)

    @writes
    async def end(self, uow: UnitOfWork, account: AccountId) -> None:
        """Delete the messages of the account's chat now: it has gone on to something else."""
        await uow.passing.end(account, self._clock.now())


class Deletions:
    def __init__(self, storage: Storage, eraser: Eraser, clock: Clock) -> None:
        self._storage, self._eraser, self._clock = storage, eraser, clock

    async def delete_due(self) -> None:
        """Delete the messages that are due; one that fails is tried again."""
        for account, chat, message in await self._list_due():
            try:
                if chat is not None:
                    await self._eraser.delete(chat, message)
            except CannotDeliver:
                await self._drop(account, message)
            except MessengerError:
                await self._postpone(account, message)
            else:
                await self._drop(account, message)

    @reads
    async def _list_due(self, view: UnitOfWork) -> list[tuple[AccountId, int | None, int]]:
        due = await view.passing.list_due(self._clock.now(), AT_ONCE)
        return [(account, await view.accounts.telegram_id_of(account), message) for account, message in due]

    @writes
    async def _drop(self, uow: UnitOfWork, account: AccountId, message: int) -> None:
        await uow.passing.drop(account, message)

    @writes
    async def _postpone(self, uow: UnitOfWork, account: AccountId, message: int) -> None:
        await uow.passing.postpone(account, message, self._clock.now() + RETRY_AFTER)
