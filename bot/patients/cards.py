"""The patients of an account and what their cards show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from bot.account.rules.consents import require_consents
from bot.clinics.port import PolicyClaim
from bot.core.budgets import Budget
from bot.core.clock import Clock
from bot.core.deeds import Actor, AuditEntry, Deed, Subject
from bot.core.pages import last_page
from bot.core.patient import Patient, Verification, VerificationStatus
from bot.core.people import Account
from bot.core.readable import Readable
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, PatientId
from bot.patients.check import Checks
from bot.patients.claims import is_limited
from bot.patients.errors import TooManyPatients
from bot.patients.records import Correction, Detail, Relationship, Representation
from bot.patients.rules.corrections import with_claim
from bot.patients.rules.look_alikes import Distinction, look_alikes

ENTRIES_PER_PAGE = 10


class Overview(NamedTuple):
    """Everything that is known about a patient, with the representatives: ``mine`` is the account's own."""

    patient: Patient
    details: Mapping[Detail, str]
    correction: Correction | None
    mine: Representation
    others: Sequence[Representation]
    valid_until: date | None
    """the last day of the policy according to the register"""
    is_limited: bool
    """another account has a better card of this child: see ``rules.claims``"""


class HistoryPage(NamedTuple):
    """A page of the audit entries of a patient, the newest first."""

    patient: Patient
    entries: Sequence[AuditEntry]
    total: int
    """of all entries"""


class Patients:
    def __init__(self, storage: Storage, checks: Checks, clock: Clock, limit: int) -> None:
        self._storage, self._checks, self._clock, self._limit = storage, checks, clock, limit

    @reads
    async def list_of(self, view: UnitOfWork, account: AccountId) -> Readable[Patient]:
        return await view.patients.list_of(account)

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Patient:
        return await view.patients.require(account, patient)

    async def link(self, account: Account, claim: PolicyClaim, details: Mapping[Detail, str] | None = None) -> Patient:
        """Add a card, check its policy and return it as it is after a moment's wait. Raises as ``add_or_renew``."""
        started = await self._storage.write(lambda uow: self.add_or_renew(uow, account, claim, details or {}))
        return await self._checks.finish(account.id, started)

    async def add_or_renew(
        self,
        uow: UnitOfWork,
        account: Account,
        claim: PolicyClaim,
        details: Mapping[Detail, str],
        *,
        number_found: bool = False,
    ) -> Patient:
        """Add a card and start its check, which ``Checks.finish`` goes on with, in the caller's unit.

        ``number_found``: the bot has found the number, and the account has not typed it. A number that this account has
        added before is the same card: it is checked again under the new name unless the register has confirmed it.
        Raises ConsentRequired, TooManyPatients, TooManyChecks, TooManyOpenChecks.
        """
        require_consents(account)
        now = self._clock.now()
        cards = await uow.patients.list_of(account.id)
        known = next((card for card in cards if card.policy_number == claim.policy_number), None)
        await self._checks.require_tries(uow, account.id, now, known.id if known else None)
        if known is not None:
            return await self._checks.start(uow, account.id, await _renew(uow, account.id, known, claim, details))
        self.require_room_among(cards)
        patient = await uow.patients.add(account.id, Relationship.PARENT, claim, now, number_found=number_found)
        await uow.audit.add(Actor.account(account.id), Deed.POLICY_LINKED, Subject.patient(patient), now)
        if details:
            await uow.patients.set_details(patient, details)
        return await self._checks.start(uow, account.id, _added(patient, claim))

    def has_room(self, account: Account) -> bool:
        """Whether the account may add one more card."""
        return account.cards < self._limit

    @property
    def limit(self) -> int:
        """How many cards an account may have."""
        return self._limit

    @reads
    async def look_alikes(self, view: UnitOfWork, account: AccountId) -> Mapping[PatientId, Distinction]:
        """Return the account's patients who cannot be named by their given name alone, and what tells them apart."""
        return look_alikes(await view.patients.list_of(account))

    async def require_room_for(self, uow: UnitOfWork, account: AccountId) -> None:
        """Do the same in the caller's unit."""
        self.require_room_among(await uow.patients.list_of(account))

    def require_room_among(self, cards: Sequence[Patient]) -> None:
        """Raises TooManyPatients if these cards of an account leave no room for another one."""
        if len(cards) >= self._limit:
            raise TooManyPatients(self._limit)

    @reads
    async def overview(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Overview:
        """Raises NotYours."""
        found = await view.patients.require(account, patient)
        representatives = await view.representatives.list_of(patient)
        return Overview(
            found,
            await view.patients.details(patient),
            await view.patients.correction(patient),
            next(each for each in representatives if each.account == account),
            [each for each in representatives if each.account != account],
            (await view.checks.watched(patient)).valid_until,
            await is_limited(view, found),
        )

    @reads
    async def is_limited(self, view: UnitOfWork, patient: Patient) -> bool:
        """Return whether another account has a better card of this child; ``patient`` is one of the account's own."""
        return await is_limited(view, patient)

    async def show_number(self, account: AccountId, patient: PatientId) -> Overview:
        """Record that the full numbers are shown and return them. Raises NotYours, OverBudget."""

        async def record(uow: UnitOfWork) -> None:
            now = self._clock.now()
            await uow.patients.require(account, patient)
            await uow.budgets.spend(account, Budget.NUMBERS, now)
            await uow.audit.add(Actor.account(account), Deed.NUMBER_SHOWN, Subject.patient(patient), now)

        await self._storage.write(record)
        return await self.overview(account, patient)

    @reads
    async def history(self, view: UnitOfWork, account: AccountId, patient: PatientId, page: int) -> HistoryPage:
        """Return a page of what was done with a card and its visits, the last if there are less. Raises NotYours."""
        found = await view.patients.require(account, patient)
        total = await view.audit.count_of_patient(patient)
        at = last_page(page, total, ENTRIES_PER_PAGE)
        entries = await view.audit.list_of_patient(patient, ENTRIES_PER_PAGE, at * ENTRIES_PER_PAGE)
        return HistoryPage(found, entries, total)


def _added(patient: PatientId, claim: PolicyClaim) -> Patient:
    queued = Verification(VerificationStatus.QUEUED)
    return Patient(patient, claim.name, claim.birth_date, claim.sex, claim.policy_number, queued)


async def _renew(
    uow: UnitOfWork, account: AccountId, card: Patient, claim: PolicyClaim, details: Mapping[Detail, str]
) -> Patient:
    """Store what the owner has typed about a known card; the identity only if the register has not confirmed one."""
    if not (await uow.representatives.representation(account, card.id)).is_owner:
        return card
    if details:
        await uow.patients.set_details(card.id, {**await uow.patients.details(card.id), **details})
    if card.person is not None:
        return card
    await uow.patients.set_identity(card.id, claim)
    return with_claim(card, claim)
