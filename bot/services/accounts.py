"""Accounts: who writes to us, in which language, and whether he can still be reached."""

from __future__ import annotations

from bot.models import Account, AccountId, ClinicId, Role
from bot.ports import Clock, Storage


class Accounts:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def meet(self, telegram_id: int, heard: str | None) -> Account:
        """The account of this Telegram user; made on the first meeting, reachable again on any later one.

        ``heard`` is the language of his Telegram.
        """
        async with self._storage.read() as view:
            account = await view.accounts.find(telegram_id)
        if account is not None and account.reachable and account.heard == heard:
            return account
        async with self._storage.write() as uow:
            account = await uow.accounts.add(telegram_id, self._clock.now())
            await uow.accounts.set_heard(account.id, heard)
            if not account.reachable:
                await uow.accounts.set_reachable(account.id, True)
        return account

    async def get(self, account: AccountId) -> Account | None:
        async with self._storage.read() as view:
            return await view.accounts.get(account)

    async def set_language(self, account: AccountId, language: str) -> None:
        async with self._storage.write() as uow:
            await uow.accounts.set_language(account, language)

    async def set_reachable(self, telegram_id: int, reachable: bool) -> None:
        """Told by the channel: blocked the bot, or unblocked it."""
        async with self._storage.write() as uow:
            account = await uow.accounts.find(telegram_id)
            if account is not None and account.reachable is not reachable:
                await uow.accounts.set_reachable(account.id, reachable)

    async def appoint(self, telegram_id: int, role: Role, clinic: ClinicId) -> None:
        """Make this Telegram user a member of a clinic's staff."""
        now = self._clock.now()
        async with self._storage.write() as uow:
            account = await uow.accounts.add(telegram_id, now)
            await uow.accounts.appoint(account.id, role, clinic)
            await uow.audit.add(account.id, "appointed", f"{role}@{clinic}", now)
