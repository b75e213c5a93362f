"""Contacts: a shared phone, which may lead to an offer of a takeover, and a typed e-mail; both are optional."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.account.errors import TakeoverPaused
from bot.account.records import TakeoverStatus
from bot.account.rules.consents import require_consents
from bot.account.rules.contacts import parse_email, parse_phone
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId

OFFER_EXPIRES_AFTER = timedelta(days=1)


class Contacts:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def has_phone(self, view: UnitOfWork, account: AccountId) -> bool:
        return (await view.contacts.get(account)).phone is not None

    async def share_phone(self, account: Account, shared: str) -> None:
        """Store the phone of this account's Telegram user.

        If another account has this phone, it keeps it and this account is offered a takeover. Raises InvalidInput,
        ConsentRequired, TakeoverPaused.
        """
        require_consents(account)
        await self._store_phone(account.id, parse_phone(shared))

    @writes
    async def _store_phone(self, uow: UnitOfWork, account: AccountId, phone: str) -> None:
        now = self._clock.now()
        owner = await uow.contacts.find_owner(phone)
        if owner is not None and owner != account:
            await _offer_takeover(uow, owner, account, phone, now)
            return
        await uow.contacts.set_phone(account, phone)
        await uow.audit.add(Actor.account(account), Deed.PHONE_SHARED, Subject.account(account), now)

    @writes
    async def remove_phone(self, uow: UnitOfWork, account: AccountId) -> None:
        await uow.contacts.set_phone(account, None)
        await uow.audit.add(Actor.account(account), Deed.PHONE_REMOVED, Subject.account(account), self._clock.now())

    async def set_email(self, account: Account, typed: str) -> None:
        """Raises InvalidInput, ConsentRequired."""
        require_consents(account)
        await self._store_email(account.id, parse_email(typed))

    @writes
    async def _store_email(self, uow: UnitOfWork, account: AccountId, email: str) -> None:
        await uow.contacts.set_email(account, email)
        await uow.audit.add(Actor.account(account), Deed.EMAIL_GIVEN, Subject.account(account), self._clock.now())

    @writes
    async def remove_email(self, uow: UnitOfWork, account: AccountId) -> None:
        await uow.contacts.set_email(account, None)
        await uow.audit.add(Actor.account(account), Deed.EMAIL_REMOVED, Subject.account(account), self._clock.now())


async def _offer_takeover(uow: UnitOfWork, old: AccountId, new: AccountId, phone: str, now: datetime) -> None:
    """Raises TakeoverPaused."""
    wanted = await uow.takeovers.find_by_new(new)
    if wanted is not None and wanted.status is TakeoverStatus.ASKED:
        if wanted.old == old:
            return
        raise TakeoverPaused(wanted.due_at)
    asked = await uow.takeovers.find_by_old(old)
    if asked is not None and now < asked.due_at:
        raise TakeoverPaused(asked.due_at)
    await uow.takeovers.offer(old, new, phone, now + OFFER_EXPIRES_AFTER)
