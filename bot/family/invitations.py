"""Invitations: a link that the owner sends; it is valid for a day, once, for the account that opens it first."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple

from bot.account.rules.consents import require_consents
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.family.access import PlanReminders, add_co_representative
from bot.family.errors import InvitationGone, InvitationTrouble
from bot.family.news import OtherJoined
from bot.family.records import Invitation
from bot.family.representatives import recall_invitation
from bot.glossary import AccountId, InvitationId, PatientId
from bot.patients.errors import PolicyNotVerified, TooManyPatients

VALID_FOR = timedelta(hours=24)
TOKEN_BYTES = 16


class OpenedInvitation(NamedTuple):
    """An invitation as the invited account sees it."""

    invitation: Invitation
    patient: Patient


class Invitations:
    def __init__(self, storage: Storage, clock: Clock, patients_limit: int, plan_reminders: PlanReminders) -> None:
        self._storage, self._clock, self._limit = storage, clock, patients_limit
        self._plan_reminders = plan_reminders

    # --- the owner ----------------------------------------------------------------------------------------------------

    async def make(self, account: AccountId, patient: PatientId) -> str:
        """Return the token of a new link, which replaces the link before it. The token itself is not stored.

        Raises NotYours, NotOwner, OverBudget, and PolicyNotVerified for a card without a policy or of an adult.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._store_invitation(account, patient, token)
        return token

    @writes
    async def _store_invitation(self, uow: UnitOfWork, account: AccountId, patient: PatientId, token: str) -> None:
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        if not (await uow.patients.require(account, patient)).may_be_shared:
            raise PolicyNotVerified(patient)
        await uow.budgets.spend(account, Budget.INVITATION, now)
        await recall_invitation(uow, patient, now)
        await uow.family.invite(token, patient, account, now, now + VALID_FOR)
        await uow.audit.add(Actor.account(account), Deed.INVITATION_MADE, Subject.patient(patient), now)

    @writes
    async def cancel(self, uow: UnitOfWork, account: AccountId, patient: PatientId) -> None:
        """Raises NotYours, NotOwner."""
        now = self._clock.now()
        await uow.representatives.require_owner(account, patient)
        await recall_invitation(uow, patient, now)
        await uow.audit.add(Actor.account(account), Deed.INVITATION_CANCELLED, Subject.patient(patient), now)

    # --- the invited -------------------------------------------------------------------------------------------------

    @writes
    async def open(self, uow: UnitOfWork, account: AccountId, token: str) -> InvitationId:
        """Reserve the link for this account if no other has opened it; needs no consent. Raises InvitationGone."""
        found = await uow.family.find_invitation(token)
        if found is None:
            raise InvitationGone(InvitationTrouble.UNKNOWN)
        await self._require_open(uow, account, found)
        await uow.family.open_invitation(found.id, account)
        return found.id

    @reads
    async def waiting(self, view: UnitOfWork, account: AccountId) -> Invitation | None:
        """Return the newest invitation that the account has opened and not answered."""
        return await view.family.waiting_invitation(account, self._clock.now())

    @reads
    async def has_lapsed(self, view: UnitOfWork, account: AccountId) -> bool:
        """Return whether the last invitation that the account has opened and not answered expired within a day."""
        now = self._clock.now()
        last = await view.family.waiting_invitation(account, now - VALID_FOR)
        return last is not None and not last.is_open(now)

    @reads
    async def require_invitation(
        self, view: UnitOfWork, account: Account, invitation: InvitationId
    ) -> OpenedInvitation:
        """Raises ConsentRequired; InvitationGone also if the account has not opened the link."""
        return await self._require(view, account, invitation)

    @writes
    async def accept(self, uow: UnitOfWork, account: Account, invitation: InvitationId) -> PatientId:
        """Make the account a co-representative, or share its own card of the child; return the card by which it acts.

        Raises as ``require_invitation``, and TooManyPatients.
        """
        now = self._clock.now()
        found, patient = await self._require(uow, account, invitation)
        card = await add_co_representative(uow, account.id, patient, now)
        if len(await uow.patients.list_of(account.id)) > self._limit:
            raise TooManyPatients(self._limit)
        await uow.family.use_invitation(invitation, now)
        for keeper in (account.id, found.owner) if card != patient.id else (account.id,):
            await self._plan_reminders(uow, keeper, now)
        await uow.outbox.add(OtherJoined(found.owner, patient.id).due(now), now)
        await uow.audit.add(Actor.account(account.id), Deed.INVITATION_ACCEPTED, Subject.patient(patient.id), now)
        return card

    @writes
    async def decline(self, uow: UnitOfWork, account: AccountId, invitation: InvitationId) -> None:
        """Decline an invitation; no other account can accept it afterwards. Raises InvitationGone."""
        now = self._clock.now()
        found = await uow.family.invitation(invitation)
        if found is None or found.opened_by != account:
            raise InvitationGone(InvitationTrouble.RECALLED)
        if found.used_at is None:
            await uow.family.use_invitation(invitation, now)
            await uow.audit.add(Actor.account(account), Deed.INVITATION_DECLINED, Subject.patient(found.patient), now)

    async def _require(self, uow: UnitOfWork, account: Account, invitation: InvitationId) -> OpenedInvitation:
        found = await uow.family.invitation(invitation)
        if found is None or found.opened_by != account.id:
            raise InvitationGone(InvitationTrouble.RECALLED)
        await self._require_open(uow, account.id, found)
        require_consents(account)
        patient = await uow.patients.require(found.owner, found.patient)
        # The card may have lost its policy meanwhile, or the patient may have come of age.
        if not patient.may_be_shared:
            raise InvitationGone(InvitationTrouble.UNKNOWN)
        return OpenedInvitation(found, patient)

    async def _require_open(self, uow: UnitOfWork, account: AccountId, found: Invitation) -> None:
        for each in await uow.representatives.list_of(found.patient):
            if each.account == account:
                raise InvitationGone(InvitationTrouble.OWN if each.is_owner else InvitationTrouble.ALREADY)
        if found.used_at is not None or found.opened_by not in (None, account):
            raise InvitationGone(InvitationTrouble.USED)
        if not found.is_open(self._clock.now()):
            raise InvitationGone(InvitationTrouble.EXPIRED)
