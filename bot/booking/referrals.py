"""Referrals: which ones an account may use for a patient, and the number that it types to use one.

A referral is health data. Whoever may see what was made elsewhere sees the referrals too; anybody else who acts for the
patient types the number of a referral, and learns of no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.booking import rules
from bot.booking.news import ReferralEnds, ReferralGiven, ReferralNews, ReferralWithdrawn
from bot.booking.problems import ReferralProblem
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError, Referral
from bot.core.budgets import Budget
from bot.core.clinic import Clinic, Specialty
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import InvalidInput, NotYours
from bot.core.patient import Patient
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, BookingRef, ClinicId, PatientId, PersonRef, ReferralRef, SpecialtyId, SystemName
from bot.patients.errors import PolicyNotVerified

TELL_BEFORE = timedelta(days=7)
"""how long before a referral ends its end is told"""


class Sight(NamedTuple):
    """Which referrals of a patient at one system an account may use: all of them, or those that it ``knows``."""

    sees_all: bool
    known: frozenset[ReferralRef]


class ReferralTo(NamedTuple):
    """A referral with its specialty."""

    referral: Referral
    specialty: Specialty


class ToldReferral(NamedTuple):
    """What a message about a referral says."""

    patient: Patient
    clinic: Clinic
    specialty: Specialty
    referral: Referral


class Referrals:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def usable(
        self, patient: Patient, clinic: Clinic, specialty: Specialty, moved: BookingRef | None = None
    ) -> Sequence[Referral]:
        """Return the referrals to a specialty that whoever acts for the patient may use, by last day.

        ``moved`` is the visit that is to be moved: it keeps its referral. There are none where the specialty needs
        none or the system knows none. Raises ClinicError.
        """
        if not specialty.needs_referral or patient.person is None:
            return ()
        sight = await self._storage.read(lambda view: _sight(view, patient.id, clinic.system))
        if not (sight.sees_all or sight.known or moved):
            return ()
        system = self._directory.serving(clinic)
        if not (await system.capabilities()).knows_referrals:
            return ()
        found, today = await system.referrals(patient.person, moved), local_day(self._clock.now(), clinic.zone)
        return rules.referrals_to(specialty.ref, found, sight.known, today, sees_all=sight.sees_all)

    @clinic_call
    async def list_of(self, account: AccountId, patient: PatientId) -> tuple[Patient, Sequence[ReferralTo]]:
        """List what the account may use of a patient's referrals, of all systems, by last day. Raises NotYours."""
        found = await self._storage.read(lambda view: view.patients.require(account, patient))
        listed = [each for name in self._directory.system_names() for each in await self._list_at(found, name)]
        return found, sorted(listed, key=lambda each: each.referral.valid_until)

    async def _list_at(self, patient: Patient, system: SystemName) -> list[ReferralTo]:
        sight = await self._storage.read(lambda view: _sight(view, patient.id, system))
        served = self._directory.system(system)
        if patient.person is None or not (sight.sees_all or sight.known):
            return []
        if not (await served.capabilities()).knows_referrals:
            return []
        usable = [each for each in await served.referrals(patient.person) if sight.sees_all or each.ref in sight.known]
        named = [(each, await self._directory.specialty_of(system, each.specialty)) for each in usable]
        return [ReferralTo(each, specialty) for each, specialty in named if specialty is not None]

    async def find_for(self, message: ReferralNews) -> ToldReferral | None:
        """Return what a message says, or None if its reader may see the referral no more, or if it is spent or over.

        Raises NotYet while the clinic does not answer.
        """

        async def look(view: UnitOfWork) -> tuple[Patient, bool] | None:
            try:
                found = await view.patients.require(message.account, message.patient)
            except NotYours:
                return None
            return found, (await _sight(view, found.id, clinic.system)).sees_all

        clinic = await self._directory.clinic(message.clinic)
        seen = await self._storage.read(look)
        if seen is None or not seen[1] or seen[0].person is None:
            return None
        try:
            listed = await self._directory.serving(clinic).referrals(seen[0].person)
            specialty = await self._directory.specialty_at(clinic, message.specialty)
        except ClinicError:
            raise NotYet from None
        referral = next((each for each in listed if each.ref == message.referral), None)
        return None if referral is None else ToldReferral(seen[0], clinic, specialty, referral)

    async def find_withdrawn(self, message: ReferralWithdrawn) -> tuple[Patient, Clinic, Specialty] | None:
        """Return what a message says, or None if its reader does not see the card's referrals any more."""

        async def look(view: UnitOfWork) -> Patient | None:
            try:
                found = await view.patients.require(message.account, message.patient)
            except NotYours:
                return None
            return found if (await _sight(view, found.id, clinic.system)).sees_all else None

        clinic = await self._directory.clinic(message.clinic)
        patient = await self._storage.read(look)
        specialty = await self._directory.known_specialty(clinic, message.specialty)
        return None if patient is None else (patient, clinic, specialty)

    async def can_be_typed(self, clinic: Clinic) -> bool:
        """Whether the clinic's system knows referrals, so that a number can be looked for."""
        return (await self._directory.serving(clinic).capabilities()).knows_referrals

    @clinic_call
    async def enter(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId, typed: str
    ) -> None:
        """Let the patient's card use the referral whose number was typed.

        Raises NotYours, PolicyNotVerified, InvalidInput, OverBudget, ClinicSilent. One answer says that there is no
        such referral, whether it is another child's, to another specialty, spent or over.
        """
        found = await self._storage.read(lambda view: view.patients.require(account, patient))
        if not found.is_verified or found.person is None:
            raise PolicyNotVerified(patient)
        if not rules.referral_key(typed):
            raise InvalidInput(ReferralProblem.FORM)
        at = await self._directory.clinic(clinic)
        what, today = await self._directory.specialty_at(at, specialty), local_day(self._clock.now(), at.zone)
        await self._spend(account)
        system = self._directory.serving(at)
        listed = await system.referrals(found.person) if await self.can_be_typed(at) else ()
        fitting = rules.referrals_to(what.ref, listed, frozenset(), today, sees_all=True)
        referral = rules.find_referral(fitting, typed)
        if referral is None:
            raise InvalidInput(ReferralProblem.NUMBER)
        await self._remember(account, patient, at, referral)

    @writes
    async def _spend(self, uow: UnitOfWork, account: AccountId) -> None:
        await uow.budgets.spend(account, Budget.REFERRAL, self._clock.now())

    @writes
    async def _remember(
        self, uow: UnitOfWork, account: AccountId, patient: PatientId, clinic: Clinic, referral: Referral
    ) -> None:
        await uow.patients.require(account, patient)
        await uow.referrals.note(patient, clinic.system, referral.ref, end_of(referral.valid_until, clinic))
        await uow.audit.add(Actor.account(account), Deed.REFERRAL_ENTERED, Subject.patient(patient), self._clock.now())


def end_of(day: date, clinic: Clinic) -> datetime:
    """Return the moment at which a local day of the clinic is over."""
    return day_bounds(day, clinic.zone)[1]


async def _sight(view: UnitOfWork, patient: PatientId, system: SystemName) -> Sight:
    keepers, looks = await view.representatives.list_of(patient), await view.elsewhere.looks(patient)
    sees_all = rules.may_see_elsewhere(keepers, looks.get(system)) is True
    return Sight(sees_all, await view.referrals.known(patient, system))


async def tell_of_given(
    uow: UnitOfWork, person: PersonRef, clinic: Clinic, specialty: SpecialtyId, referral: Referral, due_at: datetime
) -> Sequence[PatientId]:
    """Tell everybody who may see it of a new referral; return their cards."""
    cards = await _cards_that_see(uow, person, clinic.system)
    for card in cards:
        for keeper in await uow.representatives.list_of(card):
            news = ReferralGiven(keeper.account, card, clinic.id, specialty, referral.ref)
            await uow.outbox.add(news.due(due_at, expires_at=end_of(referral.valid_until, clinic)), due_at)
        await plan_end(uow, card, clinic, specialty, referral, due_at)
    return cards


async def tell_of_withdrawn(
    uow: UnitOfWork, person: PersonRef, clinic: Clinic, specialty: SpecialtyId, referral: ReferralRef, now: datetime
) -> None:
    """Withdraw what is not told yet of a referral that is no more, and tell those who were told of it."""
    for card in await uow.patients.ids_of_person(person):
        for keeper in await uow.representatives.list_of(card):
            about = keeper.account, card, clinic.id, specialty, referral
            is_told = not await uow.outbox.withdraw(ReferralGiven(*about).dedup)
            await uow.outbox.withdraw(ReferralEnds(*about).dedup)
            if is_told and (await _sight(uow, card, clinic.system)).sees_all:
                await uow.outbox.add(ReferralWithdrawn(*about).due(now), now)


async def _cards_that_see(view: UnitOfWork, person: PersonRef, system: SystemName) -> list[PatientId]:
    """Return the cards of a person whose representatives may see its referrals."""
    cards = await view.patients.ids_of_person(person)
    return [each for each in cards if (await _sight(view, each, system)).sees_all]


async def plan_end(
    uow: UnitOfWork, card: PatientId, clinic: Clinic, specialty: SpecialtyId, referral: Referral, now: datetime
) -> None:
    """Plan once for each referral that whoever keeps the card is told a week before it ends.

    Nothing is planned for one that ends sooner. Whether the referral is still unspent, and may be seen, is looked at
    when the message is sent.
    """
    due_at, matter = end_of(referral.valid_until, clinic) - TELL_BEFORE, f"referral:{clinic.system}:{referral.ref}"
    if due_at <= now or matter in await uow.checks.recorded_matters(card):
        return
    for keeper in await uow.representatives.list_of(card):
        news = ReferralEnds(keeper.account, card, clinic.id, specialty, referral.ref)
        await uow.outbox.add(news.due(due_at), now)
    await uow.checks.record_matter(card, matter, now)
