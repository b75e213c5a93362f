"""Consents: give or revoke one, and start or stop what depends on it."""

from __future__ import annotations

from bot.account.rules.consents import CONSENT_VERSIONS
from bot.booking.news import VisitReminder
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account, Purpose
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.family import representatives as family
from bot.glossary import AccountId
from bot.patients.transitions import requeue_checks
from bot.privacy.news import ConsentWithdrawn


class Consents:
    def __init__(self, storage: Storage, clock: Clock, reminders: Reminders) -> None:
        self._storage, self._clock, self._reminders = storage, clock, reminders

    @writes
    async def give(self, uow: UnitOfWork, account: AccountId, purpose: Purpose, digest: str) -> Account:
        """Store a consent to the current version of a text and return the account as it is then.

        ``digest`` is the SHA-256 of the text that was shown. Reminders of booked visits are planned; checks that
        waited for the consent are resumed.
        """
        now = self._clock.now()
        current = await uow.accounts.require(account)
        if purpose in current.consents:
            return current  # A second press must not plan reminders that were already sent.
        await uow.consents.give(account, purpose, CONSENT_VERSIONS[purpose], digest, now)
        await uow.audit.add(Actor.account(account), Deed.CONSENT_GIVEN, Subject.consent(purpose), now)
        before, current = current, await uow.accounts.require(account)
        # Under a consent to an older text nothing has stopped, so nothing is started again.
        if current.wants_reminders and not before.wants_reminders:
            await self._reminders.plan_for(uow, account, now)
        if current.is_served and not before.is_served:
            await requeue_checks(uow, account, now)
        return current

    @writes
    async def revoke(self, uow: UnitOfWork, account: AccountId, purpose: Purpose, by: Actor | None = None) -> Account:
        """Return the account as it is then; queued reminders are withdrawn with the consent to them.

        A consent that was never given is journaled as declined, not as taken back. Without a required consent the
        account can neither edit its cards nor invite: another representative becomes their owner.

        ``by`` is the operator, if the person has asked for it in writing; then the chat is told of it.
        """
        now = self._clock.now()
        given = (await uow.accounts.require(account)).consents_in_force
        deed = Deed.CONSENT_REVOKED if purpose in given else Deed.CONSENT_DECLINED
        await uow.consents.revoke(account, purpose, now)
        await uow.audit.add(by or Actor.account(account), deed, Subject.consent(purpose), now)
        if purpose is Purpose.REMINDERS:
            await uow.outbox.withdraw_kind(account, VisitReminder)
        current = await uow.accounts.require(account)
        if not current.is_served:
            await family.leave_ownership(uow, account, now)
        if by is not None:
            await uow.outbox.add(ConsentWithdrawn(account, purpose).due(now), now)
        return current
