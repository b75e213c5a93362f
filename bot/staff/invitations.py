"""Invitations to a post: a one-time link to a role at a clinic, for a day and for the account that opens it first."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.clinics.directory import Directory
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Account, Role
from bot.core.posts import PostInvitation, PostOutcome
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import ClinicId, PostInvitationId
from bot.staff.errors import PostGone, PostTrouble
from bot.staff.news import PostTaken
from bot.staff.rights import Right, require_right

VALID_FOR = timedelta(hours=24)
TOKEN_BYTES = 16


class OpenedPost(NamedTuple):
    """An invitation to a post as the invited account sees it, with the clinic of the post that it would replace."""

    invitation: PostInvitation
    clinic: Clinic
    replaces: Clinic | None
    """where the account works now; None if it is no member of a staff"""


class StaffInvitations:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    # --- who invites --------------------------------------------------------------------------------------------------

    async def invite_staff(self, clinic: ClinicId, role: Role, by: str, now: datetime) -> str:
        """Return the token of a new link that the operator makes; ``by`` is the operating system's user.

        The token itself is not stored. The link is ``t.me/<bot>?start=`` with ``start_word(token)``.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)

        async def invite(uow: UnitOfWork) -> None:
            await uow.posts.invite(token, role, clinic, None, now, now + VALID_FOR)
            await uow.audit.add(Actor.operator(name=by), Deed.STAFF_INVITED, Subject.post(role, clinic), now)

        await self._storage.write(invite)
        return token

    async def make(self, admin: Account, role: Role) -> str:
        """Return the token of a new link to the admin's clinic. Raises NotYours, StaffCodeNeeded, OverBudget."""
        clinic, now = require_right(admin, Right.MANAGE_STAFF), self._clock.now()
        token = secrets.token_urlsafe(TOKEN_BYTES)

        async def invite(uow: UnitOfWork) -> None:
            await uow.budgets.spend(admin.id, Budget.INVITATION, now)
            await uow.posts.invite(token, role, clinic, admin.id, now, now + VALID_FOR)
            await uow.audit.add(Actor.staff(admin.id, clinic), Deed.STAFF_INVITED, Subject.post(role, clinic), now)

        await self._storage.write(invite)
        return token

    @reads
    async def list_open(self, view: UnitOfWork, admin: Account) -> Sequence[PostInvitation]:
        """List the open invitations to the admin's clinic. Raises NotYours, StaffCodeNeeded."""
        return await view.posts.list_open(require_right(admin, Right.MANAGE_STAFF), self._clock.now())

    @reads
    async def require_open(self, view: UnitOfWork, admin: Account, invitation: PostInvitationId) -> PostInvitation:
        """Return an open invitation to the admin's clinic. Raises NotYours, StaffCodeNeeded."""
        return await self._require_own(view, admin, invitation)

    @writes
    async def withdraw(self, uow: UnitOfWork, admin: Account, invitation: PostInvitationId) -> None:
        """Raises NotYours, StaffCodeNeeded."""
        found, now = await self._require_own(uow, admin, invitation), self._clock.now()
        await uow.posts.end(found.id, PostOutcome.WITHDRAWN, now)
        post = Subject.post(found.role, found.clinic)
        await uow.audit.add(Actor.staff(admin.id, found.clinic), Deed.STAFF_INVITATION_WITHDRAWN, post, now)

    async def _require_own(self, view: UnitOfWork, admin: Account, invitation: PostInvitationId) -> PostInvitation:
        clinic, found = require_right(admin, Right.MANAGE_STAFF), await view.posts.get(invitation)
        if found is None or found.clinic != clinic or not found.is_open(self._clock.now()):
            raise NotYours
        return found

    # --- who is invited -----------------------------------------------------------------------------------------------

    @writes
    async def open(self, uow: UnitOfWork, account: Account, token: str) -> PostInvitationId:
        """Reserve the link for this account if no other has opened it; needs no consent. Raises PostGone."""
        found = await uow.posts.find(token)
        if found is None:
            raise PostGone(PostTrouble.UNKNOWN)
        self._require_usable(account, found)
        await uow.posts.open(found.id, account.id)
        return found.id

    async def see(self, account: Account, invitation: PostInvitationId) -> OpenedPost:
        """Return the post of a link that the account has opened. Raises PostGone."""
        found = await self._storage.read(lambda view: self._require_opened(view, account, invitation))
        replaced = None if account.clinic is None else await self._directory.clinic(account.clinic)
        return OpenedPost(found, await self._directory.clinic(found.clinic), replaced)

    @writes
    async def accept(self, uow: UnitOfWork, account: Account, invitation: PostInvitationId) -> Account:
        """Give the account the post, in place of an earlier one; return the account as it is now. Raises PostGone."""
        found, now = await self._require_opened(uow, account, invitation), self._clock.now()
        await uow.posts.end(found.id, PostOutcome.ACCEPTED, now)
        await uow.accounts.appoint(account.id, found.role, found.clinic)
        await uow.passing.end(account.id, now)
        post = Subject.post(found.role, found.clinic)
        await uow.audit.add(Actor.account(account.id), Deed.STAFF_APPOINTED, post, now)
        if found.made_by is not None:
            await uow.outbox.add(PostTaken(found.made_by, account.id, found.role).due(now), now)
        return await uow.accounts.require(account.id)

    @writes
    async def decline(self, uow: UnitOfWork, account: Account, invitation: PostInvitationId) -> None:
        """End an invitation, which no other account can accept afterwards. Raises PostGone."""
        found, now = await self._require_opened(uow, account, invitation), self._clock.now()
        await uow.posts.end(found.id, PostOutcome.DECLINED, now)
        post = Subject.post(found.role, found.clinic)
        await uow.audit.add(Actor.account(account.id), Deed.STAFF_INVITATION_DECLINED, post, now)

    async def _require_opened(self, view: UnitOfWork, account: Account, invitation: PostInvitationId) -> PostInvitation:
        found = await view.posts.get(invitation)
        if found is None or found.opened_by != account.id:
            raise PostGone(PostTrouble.UNKNOWN)
        self._require_usable(account, found)
        return found

    def _require_usable(self, account: Account, found: PostInvitation) -> None:
        """Raises PostGone with the reason."""
        if found.opened_by not in (None, account.id):
            raise PostGone(PostTrouble.USED)
        if found.outcome is PostOutcome.WITHDRAWN:
            raise PostGone(PostTrouble.WITHDRAWN)
        if found.outcome is not None:
            raise PostGone(PostTrouble.USED)
        if not found.is_open(self._clock.now()):
            raise PostGone(PostTrouble.EXPIRED)
        if (account.role, account.clinic) == (found.role, found.clinic):
            raise PostGone(PostTrouble.ALREADY)


def start_word(token: str) -> str:
    """Return what a link gives to the bot with /start."""
    return f"staff_{token}"
