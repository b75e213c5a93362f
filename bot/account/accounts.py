"""Accounts: find or add them, and set their language, reachability or staff role."""

from __future__ import annotations

from typing import Any

from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account, Role
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, ClinicId


class Accounts:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def find_or_add(self, telegram_id: int, telegram_language: str | None) -> Account:
        """Return the account of this Telegram user, reachable again and with the current language of its Telegram.

        Nothing is written if all of this is stored already.
        """
        known = await self._storage.read(lambda view: view.accounts.find(telegram_id))
        return await self._brought_up_to_date(known, telegram_id, telegram_language)

    async def arrive(
        self, telegram_id: int, telegram_language: str | None, dialog: str
    ) -> tuple[Account, dict[str, Any]]:
        """Return what ``find_or_add`` does, and the open prompt of the dialog with this key, in one hop."""

        async def look(view: UnitOfWork) -> tuple[Account | None, dict[str, Any]]:
            return await view.accounts.find(telegram_id), await view.dialogs.find_prompt(dialog)

        known, prompt = await self._storage.read(look)
        return await self._brought_up_to_date(known, telegram_id, telegram_language), prompt

    async def _brought_up_to_date(
        self, known: Account | None, telegram_id: int, telegram_language: str | None
    ) -> Account:
        if known is not None and known.reachable and known.telegram_language == telegram_language:
            return known

        async def add(uow: UnitOfWork) -> Account:
            account = await uow.accounts.add(telegram_id, self._clock.now())
            await uow.accounts.set_telegram_language(account.id, telegram_language)
            if not account.reachable:
                await uow.accounts.set_reachable(account.id, True)
            return account

        return await self._storage.write(add)

    @reads
    async def get(self, view: UnitOfWork, account: AccountId) -> Account | None:
        return await view.accounts.get(account)

    @writes
    async def set_language(self, uow: UnitOfWork, account: AccountId, language: str) -> None:
        await uow.accounts.set_language(account, language)

    @writes
    async def set_reachable(self, uow: UnitOfWork, telegram_id: int, reachable: bool) -> None:
        """Store whether this Telegram user has blocked the bot; a user without an account is ignored."""
        account = await uow.accounts.find(telegram_id)
        if account is not None and account.reachable is not reachable:
            await uow.accounts.set_reachable(account.id, reachable)

    @writes
    async def appoint(self, uow: UnitOfWork, telegram_id: int, role: Role, clinic: ClinicId, by: str = "") -> None:
        """Make this Telegram user a staff member of a clinic; the account is added if there is none.

        ``by`` is the operating system's user who does it.
        """
        now = self._clock.now()
        known = await uow.accounts.find(telegram_id)
        account = known or await uow.accounts.add(telegram_id, now)
        if known is None:
            # Telegram lets a bot write only to people who have started it.
            await uow.accounts.set_reachable(account.id, False)
        await uow.accounts.appoint(account.id, role, clinic)
        actor = Actor.operator(account.id, by)
        await uow.audit.add(actor, Deed.STAFF_APPOINTED, Subject.post(role, clinic), now)
