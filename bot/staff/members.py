"""Members of the staff: list them, dismiss one, and show how many names each has read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId
from bot.staff.errors import LastAdmin
from bot.staff.rights import Right, require_right


class Reader(NamedTuple):
    """How many names a member has read on one day."""

    member: AccountId | None
    """None: the account has been erased"""
    role: Role | None
    """None: works at the clinic no longer"""
    names: int


class DayOfReaders(NamedTuple):
    clinic: Clinic
    day: date
    readers: Sequence[Reader]
    """those who have read the most first; members who have read nothing come last"""


class Member(NamedTuple):
    account: Account
    telegram_id: int | None
    """None if no key opens it"""


class Members:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def readers(self, account: Account, day: date | None = None) -> DayOfReaders:
        """Return who has read how many names at the clinic on a local day, today by default.

        Raises NotYours, StaffCodeNeeded.
        """
        clinic = await self._directory.clinic(require_right(account, Right.SEE_READERS))
        at = day or local_day(self._clock.now(), clinic.zone)
        since, until = day_bounds(at, clinic.zone)

        async def count(view: UnitOfWork) -> Sequence[Reader]:
            roles = {each.id: each.role for each in await view.accounts.list_staff(clinic.id)}
            names = await view.audit.count_names_read(clinic.id, since, until)
            found = [Reader(member, roles.get(member) if member else None, read) for member, read in names.items()]
            idle = [Reader(member, role, 0) for member, role in roles.items() if member not in names]
            return sorted(found, key=lambda each: -each.names) + idle

        return DayOfReaders(clinic, at, await self._storage.read(count))

    async def colleagues(self, admin: Account) -> tuple[Clinic, Sequence[Account]]:
        """List the members of the admin's clinic. Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(admin, Right.MANAGE_STAFF)
        members = await self._storage.read(lambda view: view.accounts.list_staff(clinic))
        return await self._directory.clinic(clinic), members

    @reads
    async def require_colleague(self, view: UnitOfWork, admin: Account, member: AccountId) -> Account:
        """Return a member of the admin's clinic. Raises NotYours, StaffCodeNeeded."""
        return await _require_colleague(view, admin, member)

    @writes
    async def dismiss_colleague(self, uow: UnitOfWork, admin: Account, member: AccountId) -> Account:
        """Take role and clinic away from a member of the admin's clinic; return the admin's account as it is now.

        Raises NotYours, StaffCodeNeeded, and LastAdmin for the only admin.
        """
        found, now = await _require_colleague(uow, admin, member), self._clock.now()
        clinic = require_right(admin, Right.MANAGE_STAFF)
        if found.role is Role.ADMIN:
            admins = [each for each in await uow.accounts.list_staff(clinic) if each.role is Role.ADMIN]
            if len(admins) == 1:
                raise LastAdmin
        await uow.accounts.dismiss(found.id)
        await uow.passing.end(found.id, now)
        post = Subject.post(found.role or Role.REGISTRAR, clinic)
        await uow.audit.add(Actor.staff(admin.id, clinic), Deed.COLLEAGUE_DISMISSED, Subject.account(found.id), now)
        await uow.audit.add(Actor.system(found.id), Deed.STAFF_DISMISSED, post, now)
        return await uow.accounts.require(admin.id)

    @reads
    async def all(self, view: UnitOfWork) -> Sequence[Member]:
        """List the members of all clinics, by clinic."""
        members = await view.accounts.list_staff()
        return [Member(each, await view.accounts.telegram_id_of(each.id)) for each in members]

    @writes
    async def dismiss(self, uow: UnitOfWork, telegram_id: int, by: str = "") -> Account | None:
        """Take role and clinic away from a Telegram user; return the account as it was, None if it had no role.

        ``by`` is the operating system's user who does it. Every update reads its account anew, so the next press at
        the desk is refused.
        """
        account = await uow.accounts.find(telegram_id)
        if account is None or account.role is None or account.clinic is None:
            return None
        await uow.accounts.dismiss(account.id)
        await uow.passing.end(account.id, self._clock.now())
        post = Subject.post(account.role, account.clinic)
        await uow.audit.add(Actor.operator(account.id, by), Deed.STAFF_DISMISSED, post, self._clock.now())
        return account


async def _require_colleague(view: UnitOfWork, admin: Account, member: AccountId) -> Account:
    clinic, found = require_right(admin, Right.MANAGE_STAFF), await view.accounts.get(member)
    if found is None or found.role is None or found.clinic != clinic:
        raise NotYours
    return found
