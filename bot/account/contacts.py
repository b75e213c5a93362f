"""Contacts: a telephone shared from one's own Telegram and an e-mail, both optional, and what they are good for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from bot.account.errors import TakeoverPaused
from bot.account.records import Contact, Takeover, TakeoverStatus
from bot.account.rules.consents import require_consents
from bot.account.rules.contacts import parse_email, parse_phone
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId

OFFERED_FOR = timedelta(days=1)


class Standing(NamedTuple):
    """What the screen of contacts shows: what is known, what is still wanting, and a takeover under way."""

    contact: Contact
    has_policy: bool
    """the register has confirmed a policy"""
    mine: Takeover | None
    """what is offered to this account, or what it has asked for"""
    asked: Takeover | None
    """what is asked of this account"""


class Contacts:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @reads
    async def standing(self, view: UnitOfWork, account: AccountId) -> Standing:
        now = self._clock.now()
        contact = await view.contacts.get(account)
        patients = await view.patients.list_of(account)
        mine = await view.takeovers.find_of_asker(account)
        theirs = await view.takeovers.find_of_owner(account)
        return Standing(
            contact, any(patient.is_verified for patient in patients), _current(mine, now), _current(theirs, now)
        )

    @reads
    async def has_phone(self, view: UnitOfWork, account: AccountId) -> bool:
        return (await view.contacts.get(account)).phone is not None

    async def share_phone(self, account: Account, shared: str) -> None:
        """Keep the telephone of this account's own Telegram.

        Where another account has it already it stays there, and this one is offered a takeover. Raises InvalidInput,
        ConsentRequired, TakeoverPaused.
        """
        require_consents(account)
        phone = parse_phone(shared)
        now = self._clock.now()

        async def keep(uow: UnitOfWork) -> None:
            owner = await uow.contacts.find_owner(phone)
            if owner is not None and owner != account.id:
                await self._offer(uow, owner, account.id, phone)
                return
            await uow.contacts.set_phone(account.id, phone)
            await uow.audit.add(Actor.account(account.id), Deed.PHONE_SHARED, Subject.account(account.id), now)

        await self._storage.write(keep)

    async def _offer(self, uow: UnitOfWork, owner: AccountId, account: AccountId, phone: str) -> None:
        now = self._clock.now()
        mine = await uow.takeovers.find_of_asker(account)
        if mine is not None and mine.status is TakeoverStatus.ASKED:
            if mine.old == owner:
                return
            raise TakeoverPaused(mine.due_at)
        theirs = await uow.takeovers.find_of_owner(owner)
        if theirs is not None and now < theirs.due_at:
            raise TakeoverPaused(theirs.due_at)
        await uow.takeovers.offer(owner, account, phone, now + OFFERED_FOR)

    @writes
    async def drop_phone(self, uow: UnitOfWork, account: AccountId) -> None:
        await uow.contacts.set_phone(account, None)
        await uow.audit.add(Actor.account(account), Deed.PHONE_REMOVED, Subject.account(account), self._clock.now())

    async def set_email(self, account: Account, typed: str) -> None:
        """Raises InvalidInput, ConsentRequired."""
        require_consents(account)
        email = parse_email(typed)

        async def keep(uow: UnitOfWork) -> None:
            await uow.contacts.set_email(account.id, email)
            await uow.audit.add(
                Actor.account(account.id), Deed.EMAIL_GIVEN, Subject.account(account.id), self._clock.now()
            )

        await self._storage.write(keep)

    @writes
    async def drop_email(self, uow: UnitOfWork, account: AccountId) -> None:
        await uow.contacts.set_email(account, None)
        await uow.audit.add(Actor.account(account), Deed.EMAIL_REMOVED, Subject.account(account), self._clock.now())


def _current(takeover: Takeover | None, now: datetime) -> Takeover | None:
    if takeover is None or takeover.status is TakeoverStatus.REFUSED:
        return None
    # One that was asked for is moved by the worker, a little after its time.
    return None if takeover.status is TakeoverStatus.OFFERED and takeover.due_at <= now else takeover
