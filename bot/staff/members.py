"""Members of the staff: list them, dismiss one, and show how many names each has read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes


class Member(NamedTuple):
    account: Account
    telegram_id: int | None
    """None if no key opens it"""


class Members:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def all(self, view: UnitOfWork) -> Sequence[Member]:
        """List the members of all clinics, by clinic."""
        members = await view.accounts.list_staff()
        return [Member(each, await view.accounts.telegram_id_of(each.id)) for each in members]

    @writes
    async def dismiss(self, uow: UnitOfWork, telegram_id: int, operator: str = "") -> Account | None:
        """Take role and clinic away from a Telegram user; return the account as it was, None if it had no role.

        Every update reads its account anew, so the next press at the desk is refused.
        """
        account = await uow.accounts.find(telegram_id)
        if account is None or account.role is None or account.clinic is None:
            return None
        await uow.accounts.dismiss(account.id)
        post = Subject.post(account.role, account.clinic)
        await uow.audit.add(Actor.operator(account.id, operator), Deed.STAFF_DISMISSED, post, self._clock.now())
        return account
