"""Patients: the children of an account, adding one, and what a card shows of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bot.account.rules.consents import require_consents
from bot.clinics.port import PolicyClaim
from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, PatientId
from bot.patients.check import Checks
from bot.patients.errors import TooManyPatients
from bot.patients.records import Correction, Detail, Relationship, Representation

ENTRIES_PER_PAGE = 10


class Overview(NamedTuple):
    """A card with everything that is known of the patient, and who else acts for him."""

    patient: Patient
    details: Mapping[Detail, str]
    correction: Correction | None
    mine: Representation
    others: Sequence[Representation]
    valid_until: date | None
    """the policy's last day, as the register says"""


class HistoryPage(NamedTuple):
    patient: Patient
    entries: Sequence[AuditEntry]
    more: bool


class Patients:
    def __init__(self, storage: Storage, checks: Checks, clock: Clock, limit: int) -> None:
        self._storage, self._checks, self._clock, self._limit = storage, checks, clock, limit

    @reads
    async def list_of(self, view: UnitOfWork, account: AccountId) -> Sequence[Patient]:
        return await view.patients.list_of(account)

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        return await view.patients.require(account, patient)

    async def link(self, account: Account, claim: PolicyClaim, details: Mapping[Detail, str] | None = None) -> Patient:
        """Add a patient and have the policy checked; the answer says where the check stands after a moment's wait.

        A number that this account has added before is the same card, checked again under the new name unless the
        register has confirmed it already. Raises ConsentRequired, TooManyPatients, TooManyChecks.
        """
        require_consents(account)
        now = self._clock.now()

        async def add(uow: UnitOfWork) -> PatientId:
            await self._checks.require_tries(uow, account.id, claim.policy_number, now)
            known = await uow.patients.find_own(account.id, claim.policy_number)
            if known is None:
                if len(await uow.patients.list_of(account.id)) >= self._limit:
                    raise TooManyPatients(self._limit)
                known = await uow.patients.add(account.id, Relationship.PARENT, claim, now)
                await uow.audit.add(Actor.account(account.id), Deed.POLICY_LINKED, Subject.patient(known), now)
                if details:
                    await uow.patients.set_details(known, details)
            else:
                await _take_again(uow, account.id, known, claim, details or {})
            return known

        known = await self._storage.write(add)
        return await self._checks.check(account.id, known)

    @reads
    async def overview(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Overview:
        """Raises NotYours."""
        found = await view.patients.require(account, patient)
        everybody = await view.representatives.list_of(patient)
        return Overview(
            found,
            await view.patients.details(patient),
            await view.patients.correction(patient),
            next(each for each in everybody if each.account == account),
            [each for each in everybody if each.account != account],
            (await view.checks.watched(patient)).valid_until,
        )

    async def show_number(self, account: AccountId, patient: PatientId) -> Overview:
        """The numbers that screens only hint at; that they were shown is on record. Raises NotYours."""

        async def note(uow: UnitOfWork) -> None:
            await uow.patients.require(account, patient)
            await uow.audit.add(Actor.account(account), Deed.NUMBER_SHOWN, Subject.patient(patient), self._clock.now())

        await self._storage.write(note)
        return await self.overview(account, patient)

    @reads
    async def history(self, view: UnitOfWork, account: AccountId, patient: PatientId, page: int) -> HistoryPage:
        """What was done with a card and its visits, the newest first. Raises NotYours."""
        found = await view.patients.require(account, patient)
        entries = await view.audit.list_of_patient(patient, ENTRIES_PER_PAGE + 1, page * ENTRIES_PER_PAGE)
        return HistoryPage(found, entries[:ENTRIES_PER_PAGE], len(entries) > ENTRIES_PER_PAGE)


async def _take_again(
    uow: UnitOfWork, account: AccountId, patient: PatientId, claim: PolicyClaim, details: Mapping[Detail, str]
) -> None:
    """The number is on a card already: its owner's newer words count, but never over what the register confirmed."""
    if not (await uow.representatives.representation(account, patient)).is_owner:
        return
    if (await uow.patients.require(account, patient)).person is None:
        await uow.patients.set_identity(patient, claim)
    if details:
        await uow.patients.set_details(patient, {**await uow.patients.details(patient), **details})
