"""Privacy: consent per purpose, taking it back, and erasing everything on demand."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.records import Consent
from bot.account.rules.consents import CONSENT_VERSIONS
from bot.appointments.cancel import Cancellations
from bot.booking.errors import OutcomePending
from bot.booking.news import VisitReminder
from bot.booking.records import AppointmentCard
from bot.booking.reminders import Reminders
from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject
from bot.core.people import Account, Purpose
from bot.core.refs import draw_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.family import representatives as family
from bot.glossary import AccountId, Ref
from bot.patients import verdict as verdicts


class Held(NamedTuple):
    """What «Мои данные» shows."""

    consents: Sequence[Consent]
    patients: int
    visits: int
    shared: int
    """patients whom others act for too: their cards and visits outlive this account"""
    own_visits: int
    """visits ahead of the other patients"""


class Privacy:
    def __init__(self, storage: Storage, cancellations: Cancellations, clock: Clock, reminders: Reminders) -> None:
        self._storage, self._cancellations = storage, cancellations
        self._clock, self._reminders = clock, reminders

    @writes
    async def agree(self, uow: UnitOfWork, account: AccountId, purpose: Purpose, digest: str) -> Account:
        """Record a consent to the current version of a text; ``digest`` is the SHA-256 of the text that was shown."""
        now = self._clock.now()
        present = await _present(uow, account)
        if purpose in present.consents:
            return present  # a second tap: what has reminded once must not remind again
        await uow.consents.give(account, purpose, CONSENT_VERSIONS[purpose], digest, now)
        await uow.audit.add(Actor.account(account), Deed.CONSENT_GIVEN, Subject.consent(purpose), now)
        if purpose is Purpose.REMINDERS:
            await self._plan_reminders(uow, account, now)
        present = await _present(uow, account)
        if purpose is not Purpose.REMINDERS and present.may_link:
            await verdicts.resume(uow, account, now)
        return present

    @writes
    async def revoke(self, uow: UnitOfWork, account: AccountId, purpose: Purpose) -> Account:
        now = self._clock.now()
        await uow.consents.revoke(account, purpose, now)
        await uow.audit.add(Actor.account(account), Deed.CONSENT_REVOKED, Subject.consent(purpose), now)
        if purpose is Purpose.REMINDERS:
            await uow.outbox.withdraw_kind(account, VisitReminder)
        return await _present(uow, account)

    async def _plan_reminders(self, uow: UnitOfWork, account: AccountId, now: datetime) -> None:
        for card in await uow.appointments.upcoming(account, now):
            if card.appointment.is_live:
                await self._reminders.plan(uow, card, now)

    @reads
    async def held(self, view: UnitOfWork, account: AccountId) -> Held:
        now = self._clock.now()
        consents = await view.consents.list_of(account)
        patients = [patient.id for patient in await view.patients.list_of(account)]
        shared = [patient for patient in patients if len(await view.representatives.list_of(patient)) > 1]
        visits = len(await view.appointments.upcoming(account, now))
        return Held(consents, len(patients), visits, len(shared), len(await _own_visits(view, account, now)))

    @reads
    async def journal(self, view: UnitOfWork, account: AccountId, limit: int = 20) -> Sequence[AuditEntry]:
        return await view.audit.list_of(account, limit)

    async def erase(self, account: AccountId, *, keep_visits: bool) -> Ref:
        """Remove everything the bot holds on an account, and say under which number it was done.

        Visits are cancelled at the clinic first unless they are kept there. A patient whom somebody else acts for too
        stays with him, visits and all, and the eldest such becomes the owner. Raises OutcomePending while the clinic
        has not answered: then nothing is erased yet.
        """
        if not keep_visits:
            await self._cancel_visits(account)
        number, now = draw_ref(secrets.choice), self._clock.now()

        async def erase(uow: UnitOfWork) -> None:
            for patient in await uow.patients.list_of(account):
                await family.leave(uow, account, patient.id, now)
            await uow.audit.add(Actor.account(account), Deed.ACCOUNT_ERASED, Subject.number(number), now)
            await uow.accounts.erase(account)

        await self._storage.write(erase)
        return number

    async def _cancel_visits(self, account: AccountId) -> None:
        now = self._clock.now()
        for card in await self._storage.read(lambda view: _own_visits(view, account, now)):
            if not card.appointment.is_live:
                raise OutcomePending(card.appointment.id)
            await self._cancellations.cancel(account, card.appointment.id, None)


async def _own_visits(view: UnitOfWork, account: AccountId, now: datetime) -> Sequence[AppointmentCard]:
    """Those still to come of patients whom nobody else acts for; one that has begun is nobody's to cancel."""
    return [
        card
        for card in await view.appointments.upcoming(account, now)
        if card.appointment.starts_at > now and len(await view.representatives.list_of(card.patient.id)) == 1
    ]


async def _present(uow: UnitOfWork, account: AccountId) -> Account:
    found = await uow.accounts.get(account)
    if found is None:
        raise LookupError("an account that acts must exist")
    return found
