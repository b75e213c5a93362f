"""Members of the staff: list them, dismiss one, and show how many names each has read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes


class Members:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def all(self, view: UnitOfWork) -> Sequence[Account]:
        """List the members of all clinics, by clinic."""
        return await view.accounts.list_staff()

    @writes
    async def dismiss(self, uow: UnitOfWork, telegram_id: int) -> Account | None:
        """Take role and clinic away from a Telegram user; return the account as it was, None if it had no role.

        Every update reads its account anew, so the next press at the desk is refused.
        """
        account = await uow.accounts.find(telegram_id)
        if account is None or account.role is None or account.clinic is None:
            return None
        await uow.accounts.dismiss(account.id)
        post = Subject.post(account.role, account.clinic)
        await uow.audit.add(Actor.operator(account.id), Deed.STAFF_DISMISSED, post, self._clock.now())
        return account
