"""Read what a person can choose on the way to a visit: clinic, specialty, doctor, day and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.booking import rules
from bot.booking.demands import Demands
from bot.booking.errors import ReferralRequired
from bot.booking.other_visits import require_no_visit
from bot.booking.records import Appointment
from bot.booking.referrals import Referrals
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import Referral
from bot.clinics.reserving import NO_RESERVATION
from bot.core import limits
from bot.core.clinic import Clinic, Doctor, Level, OpenDay, Slot, Specialty
from bot.core.clock import Clock
from bot.core.patient import Patient
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    DoctorId,
    HolderRef,
    Key,
    PatientId,
    SpecialtyId,
)
from bot.patients.errors import PolicyAtDesk, PolicyNotVerified
from bot.patients.levels import proofs
from bot.patients.rules.desk_checks import may_book_unchecked
from bot.patients.rules.levels import Proofs
from bot.patients.rules.policy_number import policy_facts
from bot.patients.rules.regions import zone_of_region

MOST_AT_ONCE = 3
"""clinics that are offered beside «Записаться к врачу», so that a first visit takes a tap less"""


MOST_UNFIT = 200
"""times of doctors who see other ages that a search for the soonest time passes over"""


class Chosen(NamedTuple):
    """Who goes to which doctor and where; the time is not chosen yet."""

    patient: Patient
    clinic: Clinic
    specialty: Specialty
    doctor: Doctor
    referrals: Sequence[Referral] | None = ()
    """that may be used, by last day; a specialty that needs none has none. None: the clinic was not asked again"""
    is_unchecked: bool = False
    """the policy is not checked, and the clinic lets a visit be booked before that"""

    def referral_on(self, day: date) -> Referral | None:
        """Return the referral that a visit on that local day spends, None if it spends none."""
        return rules.referral_on(self.referrals or (), day)

    def is_open_on(self, day: date) -> bool:
        """Whether a visit on that local day has the referral that it needs."""
        return not self.specialty.needs_referral or self.referral_on(day) is not None


class ClinicChoice(NamedTuple):
    patient: Patient
    offer: rules.ClinicOffer
    missing: Mapping[ClinicId, Level]
    """the proof that a clinic demands and that is not there yet"""


class SpecialtyChoice(NamedTuple):
    """``missing`` is a proof that the clinic requires; without it no specialties are listed."""

    patient: Patient
    clinic: Clinic
    specialties: Sequence[Specialty]
    missing: Level | None = None
    booked: Mapping[SpecialtyId, Appointment] = {}
    """the visits ahead that the account sees"""
    again: Specialty | None = None
    """of the last visit to this clinic, if one more can be booked"""
    recent: Clinic | None = None
    """the other clinic where the patient has been last"""
    is_blocked: bool = False
    """late cancellations block booking here: no specialties are listed"""


class DoctorChoice(NamedTuple):
    patient: Patient
    clinic: Clinic
    specialty: Specialty
    doctors: Sequence[Doctor]
    referrals: Sequence[Referral] = ()
    """as of Chosen"""


class DayChoice(NamedTuple):
    chosen: Chosen
    days: Sequence[OpenDay]


class TimeChoice(NamedTuple):
    chosen: Chosen
    day: date
    slots: Sequence[Slot]


class DoctorSlot(NamedTuple):
    """A free slot with its doctor."""

    doctor: Doctor
    slot: Slot


def holder_of(account: AccountId) -> HolderRef:
    """Return who holds a slot: each account has a hold of its own for a child that several accounts act for."""
    return HolderRef(str(account))


class Choices:
    """Each method reads one step from the clinic again; all raise ClinicSilent if it does not answer."""

    def __init__(self, storage: Storage, directory: Directory, referrals: Referrals, clock: Clock) -> None:
        self._storage, self._directory, self._referrals, self._clock = storage, directory, referrals, clock
        self._demands = Demands(storage, directory, clock)

    @clinic_call
    async def clinics(self, account: AccountId, patient: PatientId) -> ClinicChoice:
        """Raises NotYours, PolicyNotVerified."""
        # Half of a tap's time: the clinics of the other systems are shown without those of a silent one.
        found = await self._patient(account, patient)
        every = await self._directory.clinics(within=limits.TAP_TIMEOUT / 2)

        async def look(view: UnitOfWork) -> tuple[Sequence[ClinicId], Sequence[ClinicId], Proofs]:
            been = [clinic for clinic, _specialty in await view.appointments.been(patient)]
            return been, await view.favourites.list_of(account), await proofs(view, account, found)

        been, kept, proved = await self._storage.read(look)
        town = await self._town_of(found)
        offer = rules.offered_clinics(every, found, list(dict.fromkeys(been)), town, self._clock.now(), kept)
        lacking = {each.id: proved.missing(each.level) for each in every}
        return ClinicChoice(found, offer, {id: level for id, level in lacking.items() if level is not None})

    async def _town_of(self, patient: Patient) -> ZoneInfo | None:
        """Return a zone of the patient's town: that of its clinic, else of the region in a number that was typed."""
        own = await self.own_clinic(patient)
        if own is not None:
            return own.zone
        facts = None if patient.number_found else policy_facts(patient.policy_number)
        return None if facts is None else zone_of_region(facts.region)

    async def first_clinics(self, patient: Patient, named: ClinicId | None = None) -> Sequence[Clinic]:
        """Return the few clinics to which a new patient may belong and that book at once, or ``named`` alone; or ()."""
        known = self._directory.known_clinics()
        offer = rules.offered_clinics(known, patient, (), await self._town_of(patient), self._clock.now())
        own = [each for each in known if each.id == named] or [each for each in offer.near if rules.is_own_kind(each)]
        return own if len(own) <= MOST_AT_ONCE and all(map(rules.books_at_once, own)) else ()

    async def own_clinic(self, patient: Patient) -> Clinic | None:
        return None if patient.clinic is None else await self._directory.clinic(patient.clinic)

    async def clinic_of(self, doctor: DoctorId) -> Clinic:
        return await self._directory.clinic((await self._directory.doctor(doctor)).clinic)

    @clinic_call
    async def specialty(self, clinic: Clinic, specialty: SpecialtyId) -> Specialty:
        """Return a specialty as the clinic has it. Raises NotYours for an unknown one."""
        return await self._directory.specialty_at(clinic, specialty)

    @clinic_call
    async def specialties(
        self, account: AccountId, patient: PatientId, clinic: ClinicId | None
    ) -> SpecialtyChoice | None:
        """List the specialties that see this patient at ``clinic``, or at the patient's own clinic if it is None.

        Return None if the patient has no clinic either. Raises NotYours, PolicyNotVerified.
        """
        found = await self._patient(account, patient)
        at = clinic or found.clinic
        if at is None:
            return None
        where = await self._directory.clinic(at)
        await self._demands.require_confirmed_at(found, where)
        missing = await self._demands.missing_level(account, found, where)
        if missing is not None:
            return SpecialtyChoice(found, where, (), missing)
        if await self._demands.block(found, where) is not None:
            return SpecialtyChoice(found, where, (), is_blocked=True)
        every = await self._directory.specialties(where)
        now = self._clock.now()
        offered = rules.offered(every, found, local_day(now, where.zone))

        async def look(view: UnitOfWork) -> tuple[Sequence[Appointment], Sequence[tuple[ClinicId, SpecialtyId]]]:
            return await view.appointments.planned(account, now), await view.appointments.been(patient)

        planned, been = await self._storage.read(look)
        same = {each.id: rules.find_same(planned, found, each.id, now) for each in offered}
        booked = {specialty: visit for specialty, visit in same.items() if visit is not None}
        again = rules.to_book_again(offered, [what for place, what in been if place == at], booked)
        other = next((place for place, _what in been if place != at), None)
        recent = None if other is None else await self._directory.clinic(other)
        return SpecialtyChoice(found, where, offered, booked=booked, again=again, recent=recent)

    async def place(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> tuple[Patient, Clinic]:
        """Return the patient and the clinic that were chosen. Raises NotYours, PolicyNotVerified."""
        return await self._patient(account, patient), await self._directory.clinic(clinic)

    @clinic_call
    async def referrals(self, patient: Patient, clinic: Clinic, specialty: Specialty) -> Sequence[Referral]:
        """Return the referrals that may be used now, by last day; none where the specialty needs none."""
        return await self._referrals.usable(patient, clinic, specialty)

    @clinic_call
    async def takes_referrals(self, clinic: Clinic) -> bool:
        """Whether the number of a referral can be typed."""
        return await self._referrals.can_be_typed(clinic)

    @clinic_call
    async def doctors(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId
    ) -> DoctorChoice:
        """List the doctors, without those whose nearest time is after the last day of the referral that they want.

        Raises NotYours, PolicyNotVerified, LevelTooLow, BookingBlocked, ReferralRequired; AlreadyBooked,
        BookedElsewhere: one visit to a specialty.
        """
        found = await self._patient(account, patient)
        where = await self._directory.clinic(clinic)
        what = await self._directory.specialty_at(where, specialty)
        await self._demands.require_confirmed_at(found, where)
        await self._demands.require_level(account, found, where)
        await self._demands.require_open(found, where)
        now = self._clock.now()
        await self._storage.read(lambda view: require_no_visit(view, account, found, where, specialty, now))
        referrals = await self._require_referrals(found, where, what)
        every = [each for each in await self._directory.doctors(where, what) if self._sees(each, found, where)]
        if what.needs_referral:
            last = max(each.valid_until for each in referrals)
            every = [each for each in every if not each.nearest or local_day(each.nearest, where.zone) <= last]
        return DoctorChoice(found, where, what, every, referrals)

    @clinic_call
    async def days(
        self, account: AccountId, patient: PatientId, doctor: DoctorId, replaces: AppointmentId | None = None
    ) -> DayChoice:
        """List the days with free time until the clinic's horizon and on which the referral is good, if one is needed.

        Raises what ``choose`` raises, NotYours, and BookingBlocked for a new visit.
        """
        chosen = await self._look_for(account, patient, doctor, replaces)
        now = self._clock.now()
        until = now + chosen.clinic.rules.horizon
        system, holder = self._directory.serving(chosen.clinic), holder_of(account)
        days = await system.days(chosen.doctor.ref, now, until, chosen.patient.person, holder)
        return DayChoice(chosen, [each for each in days if chosen.is_open_on(each.day)])

    @clinic_call
    async def times(
        self, account: AccountId, patient: PatientId, doctor: DoctorId, day: date, replaces: AppointmentId | None = None
    ) -> TimeChoice:
        """Raises what ``choose`` raises, NotYours, and BookingBlocked for a new visit."""
        chosen = await self._look_for(account, patient, doctor, replaces)
        free = await self.free_slots(chosen, day, holder_of(account)) if chosen.is_open_on(day) else ()
        return TimeChoice(chosen, day, free)

    async def _look_for(
        self, account: AccountId, patient: PatientId, doctor: DoctorId, replaces: AppointmentId | None
    ) -> Chosen:
        moved = await self._moved(account, replaces)
        looked = await self._look(account, await self._patient(account, patient), doctor)
        if moved is None:
            await self._demands.require_open(looked.patient, looked.clinic)
        return await self._with_referrals(looked, moved)

    async def _moved(self, account: AccountId, visit: AppointmentId | None) -> BookingRef | None:
        """Return the clinic's reference of the visit to be moved. Raises NotYours."""
        if visit is None:
            return None
        return (await self._storage.read(lambda view: view.appointments.require(account, visit))).appointment.booking

    @clinic_call
    async def soonest(
        self,
        account: AccountId,
        patient: PatientId,
        clinic: ClinicId,
        specialty: SpecialtyId,
        *,
        since: datetime | None = None,
        limit: int = 1,
    ) -> Sequence[DoctorSlot]:
        """List the earliest free slots of any doctor of a specialty, from now or from ``since`` on.

        Raises NotYours, PolicyNotVerified, ReferralRequired.
        """
        found = await self._patient(account, patient)
        where = await self._directory.clinic(clinic)
        what = await self._directory.specialty_at(where, specialty)
        referrals = await self._require_referrals(found, where, what)
        begin = max(since or self._clock.now(), self._clock.now())
        if referrals:
            begin = max(begin, day_bounds(min(each.issued_on for each in referrals), where.zone)[0])
        listed = await self._directory.doctors(where, what)
        unfit = {each.ref for each in listed if not self._sees(each, found, where)}
        wanted = limit + MOST_UNFIT if unfit else limit
        every = await self._directory.serving(where).soonest(where.ref, what.ref, begin, wanted)
        slots = [each for each in every if each.doctor not in unfit][:limit]
        if what.needs_referral:
            slots = [each for each in slots if rules.referral_on(referrals, local_day(each.starts_at, where.zone))]
        return [DoctorSlot(await self._directory.find_doctor(where, what, slot.doctor), slot) for slot in slots]

    def _sees(self, doctor: Doctor, patient: Patient, clinic: Clinic) -> bool:
        """Whether the doctor sees patients of this age on the day of the nearest free time."""
        return rules.sees_age(doctor, patient, local_day(doctor.nearest or self._clock.now(), clinic.zone))

    async def choose(
        self, account: AccountId, patient: Patient, doctor: DoctorId, moved: BookingRef | None = None
    ) -> Chosen:
        """``moved`` is the visit that is to be moved.

        Raises PolicyNotVerified, ConfirmedElsewhere, LevelTooLow, ReferralRequired, and NotYours for an unknown doctor.
        """
        return await self._with_referrals(await self.choose_reviewed(account, patient, doctor), moved)

    async def _with_referrals(self, chosen: Chosen, moved: BookingRef | None) -> Chosen:
        """Raises ReferralRequired."""
        specialty = await self._directory.specialty_at(chosen.clinic, chosen.specialty.id)
        referrals = await self._require_referrals(chosen.patient, chosen.clinic, specialty, moved)
        return chosen._replace(specialty=specialty, referrals=referrals)

    async def choose_reviewed(self, account: AccountId, patient: Patient, doctor: DoctorId) -> Chosen:
        """Do the same for a time that was reviewed, without asking the clinic: it refuses a referral that is spent.

        Raises PolicyNotVerified, ConfirmedElsewhere, LevelTooLow, and NotYours for an unknown doctor.
        """
        if patient.is_verified:
            return await self._look(account, patient, doctor)
        if not patient.is_at_desk:
            raise PolicyNotVerified(patient.id)
        chosen = await self._look(account, patient, doctor)
        check = await self._storage.read(lambda view: view.desk_checks.last_of(patient.id))
        if not may_book_unchecked(check, chosen.clinic, needs_referral=chosen.specialty.needs_referral):
            raise PolicyAtDesk(patient.id)
        return chosen._replace(is_unchecked=True)

    async def _look(self, account: AccountId, patient: Patient, doctor: DoctorId) -> Chosen:
        """Return what ``choose`` returns, also while a desk checks the policy: the times may be looked at."""
        found = await self._directory.doctor(doctor)
        clinic = await self._directory.clinic(found.clinic)
        await self._demands.require_confirmed_at(patient, clinic)
        await self._demands.require_level(account, patient, clinic)
        specialty = await self._directory.known_specialty(clinic, found.specialty)
        return Chosen(patient, clinic, specialty, found, None)

    async def _require_referrals(
        self, patient: Patient, clinic: Clinic, specialty: Specialty, moved: BookingRef | None = None
    ) -> Sequence[Referral]:
        """Return what may be used for a specialty, () for one that needs none. Raises ReferralRequired."""
        usable = await self._referrals.usable(patient, clinic, specialty, moved)
        if specialty.needs_referral and not usable:
            raise ReferralRequired(patient.id, clinic.id, specialty.id)
        return usable

    async def free_slots(
        self, chosen: Chosen, day: date, holder: HolderRef, reserved: Key = NO_RESERVATION
    ) -> Sequence[Slot]:
        """List the free slots of the chosen doctor on a local day, from now on.

        With those that the holder holds, and the one that is reserved with this key.
        """
        since, until = day_bounds(day, chosen.clinic.zone)
        system = self._directory.serving(chosen.clinic)
        begin, person = max(since, self._clock.now()), chosen.patient.person
        return await system.slots(chosen.doctor.ref, begin, until, person, holder, reserved)

    async def _patient(self, account: AccountId, patient: PatientId) -> Patient:
        found = await self._storage.read(lambda view: view.patients.require(account, patient))
        if not (found.is_verified or found.is_at_desk):
            raise PolicyNotVerified(patient)
        return found
