"""Accounts: who writes to us, in which language, and whether he can still be reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account, Role
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.family.records import Invitation
from bot.glossary import AccountId, ClinicId
from bot.patients.link import DRAFT, MOST_DRAFTS
from bot.patients.rules import drafts
from bot.patients.rules.drafts import PolicyDraft


class AtHome(NamedTuple):
    """What an account's menu tells of, ``drafts`` the newest first."""

    patients: Sequence[Patient]
    visits: Sequence[AppointmentCard]
    drafts: Sequence[PolicyDraft]
    invitation: Invitation | None


class Accounts:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def meet(self, telegram_id: int, heard: str | None) -> Account:
        """The account of this Telegram user; made on the first meeting, reachable again on any later one.

        ``heard`` is the language of his Telegram.
        """
        account = await self._storage.read(lambda view: view.accounts.find(telegram_id))
        if account is not None and account.reachable and account.telegram_language == heard:
            return account

        async def greet(uow: UnitOfWork) -> Account:
            account = await uow.accounts.add(telegram_id, self._clock.now())
            await uow.accounts.set_heard(account.id, heard)
            if not account.reachable:
                await uow.accounts.set_reachable(account.id, True)
            return account

        return await self._storage.write(greet)

    @reads
    async def at_home(self, view: UnitOfWork, account: AccountId) -> AtHome:
        now = self._clock.now()
        return AtHome(
            await view.patients.list_of(account),
            await view.appointments.upcoming(account, now),
            [drafts.read(kept) for kept in await view.drafts.list_of(account, DRAFT, MOST_DRAFTS)],
            await view.family.waiting_invitation(account, now),
        )

    @reads
    async def get(self, view: UnitOfWork, account: AccountId) -> Account | None:
        return await view.accounts.get(account)

    @writes
    async def set_language(self, uow: UnitOfWork, account: AccountId, language: str) -> None:
        await uow.accounts.set_language(account, language)

    @writes
    async def set_reachable(self, uow: UnitOfWork, telegram_id: int, reachable: bool) -> None:
        """Told by the channel: blocked the bot, or unblocked it."""
        account = await uow.accounts.find(telegram_id)
        if account is not None and account.reachable is not reachable:
            await uow.accounts.set_reachable(account.id, reachable)

    @writes
    async def appoint(self, uow: UnitOfWork, telegram_id: int, role: Role, clinic: ClinicId) -> None:
        """Make this Telegram user a member of a clinic's staff."""
        now = self._clock.now()
        account = await uow.accounts.add(telegram_id, now)
        await uow.accounts.appoint(account.id, role, clinic)
        await uow.audit.add(Actor.operator(account.id), Deed.STAFF_APPOINTED, Subject.post(role, clinic), now)
