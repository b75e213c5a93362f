"""Find a clinic: by a typed line, by what it must have, by where a person is; and what its card shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from bot.booking import rules
from bot.booking.choose import Choices
from bot.booking.favourites import Favourites
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError
from bot.clinics.search_words import without_age
from bot.clinics.word_index import Findable, WordIndex
from bot.core import limits
from bot.core.ages import ADULT_AGE
from bot.core.clinic import Clinic, ClinicFacts, ClinicKind, Doctor, Enrolling, Specialty
from bot.core.clock import Clock
from bot.core.matching import Choice, match_named, names_specialist
from bot.core.organisation_numbers import OrganisationNumber, ReadNumber, read_organisation_number
from bot.core.patient import Patient
from bot.core.places import Place
from bot.core.timing import local_day
from bot.glossary import AccountId, ClinicId, PatientId, SpecialtyId

MOST_ASKED = 30
"""clinics that are asked for their specialties or doctors at once, the nearest to the patient first"""
MOST_COUNTED = 100
"""free times of a specialty at a clinic that are counted"""
MOST_NEAR = 8
FARTHEST = 100.0
"""kilometres to a clinic that is called near; if there is none, the nearest one is shown"""
MOST_DOCTORS = 6
READ_AGAIN_AFTER = timedelta(hours=1)
"""The doctors of a clinic are read once in this time, when somebody looks for one."""


EnrollingOf = Callable[[Sequence[Clinic], Patient | None], Awaitable[Mapping[ClinicId, Enrolling]]]
"""returns how each clinic enrolls a patient, or anybody if it is None"""


class ClinicWish(NamedTuple):
    """What the clinics of a list must have; ``like`` is a clinic in whose district they must be."""

    specialty: SpecialtyId | None = None
    like: ClinicId | None = None
    free: bool = False
    weekends: bool = False
    online: bool = False

    @property
    def is_empty(self) -> bool:
        return self == ClinicWish()


class FreeTimes(NamedTuple):
    """``counted`` is at most MOST_COUNTED, None if it was not asked."""

    nearest: datetime | None
    counted: int | None = None


class FoundClinic(NamedTuple):
    clinic: Clinic
    free: FreeTimes | None = None
    """None: it was not asked"""
    kilometres: float | None = None
    """from the place that was shared"""


class FoundDoctor(NamedTuple):
    doctor: Doctor
    specialty: Specialty
    clinic: Clinic


class Around(NamedTuple):
    """For whom a clinic is looked for, None if no patient was named, and among which ones."""

    patient: Patient | None
    offer: rules.ClinicOffer


class ClinicSearch(NamedTuple):
    """What was found, the best first; ``number`` is that of an organisation, if the line was one."""

    around: Around
    clinics: Sequence[FoundClinic]
    doctors: Sequence[FoundDoctor] = ()
    number: ReadNumber | None = None
    specialty: Specialty | None = None
    """that the clinics must have"""
    district: str = ""
    """in which the clinics must be"""

    @property
    def is_empty(self) -> bool:
        return not (self.clinics or self.doctors)


class ClinicPage(NamedTuple):
    """What the card of a clinic shows; ``specialties`` are those for the patient, None if the clinic is silent."""

    patient: Patient | None
    clinic: Clinic
    specialties: Sequence[Specialty] | None
    enrolling: Enrolling
    is_favourite: bool = False


class DistrictOffer(NamedTuple):
    """A district with the number of its clinics; ``like`` is one of them."""

    name: str
    like: ClinicId
    clinics: int


class StaffRead(NamedTuple):
    at: datetime
    doctors: Sequence[FoundDoctor]


class ClinicFinder:
    """Nothing of what is typed or shared is stored.

    ``patient`` is None if a clinic is looked for without one. All methods raise NotYours, PolicyNotVerified and
    ClinicSilent.
    """

    def __init__(
        self,
        directory: Directory,
        choices: Choices,
        favourites: Favourites,
        enrolling_of: EnrollingOf,
        clock: Clock,
    ) -> None:
        self._directory, self._choices, self._favourites, self._clock = directory, choices, favourites, clock
        self._enrolling_of = enrolling_of
        self._indexed: Sequence[Clinic] = ()
        self._index = WordIndex(())
        self._staff: dict[ClinicId, StaffRead] = {}
        self._indexed_staff: Sequence[FoundDoctor] = ()
        self._staff_index = WordIndex(())

    @clinic_call
    async def around(self, account: AccountId, patient: PatientId | None) -> Around:
        """Return the clinics to look among."""
        if patient is not None:
            choice = await self._choices.clinics(account, patient)
            return Around(choice.patient, choice.offer)
        every = await self._directory.clinics(within=limits.TAP_TIMEOUT / 2)
        return Around(None, rules.clinics_for_anybody(every, await self._favourites.ids_of(account)))

    # --- a line, a wish -----------------------------------------------------------------------------------------------

    @clinic_call
    async def search(self, account: AccountId, patient: PatientId | None, typed: str, wish: ClinicWish) -> ClinicSearch:
        """Find the clinics that have what is wished: by a line everywhere, without one ("") near the patient."""
        around = await self.around(account, patient)
        number = read_organisation_number(typed)
        if number is not None:
            return ClinicSearch(
                around, [FoundClinic(each) for each in with_number(by_nearness(around), number)], (), number
            )
        clinics = await self._named(around, typed) if typed else by_nearness(around, everywhere=False)
        doctors = await self._doctors(around, typed) if typed and not any(map(str.isdigit, typed)) else ()
        specialty = None if wish.specialty is None else await self._directory.specialty(wish.specialty)
        district = "" if wish.like is None else (await self._directory.clinic(wish.like)).facts.district
        found = await self._wished(around.patient, clinics, wish, specialty, district)
        return ClinicSearch(around, found, doctors, None, specialty, district)

    async def specialty_meant(self, account: AccountId, patient: PatientId | None, typed: str) -> SpecialtyId | None:
        """Return the specialty that a line names and a clinic for this patient has: «лор», «к глазному»."""
        if not names_specialist(typed):
            return None
        offered = await self.specialties(account, patient)
        today = local_day(self._clock.now(), offered[0][1].zone) if offered else None
        if today is None:
            return None
        labels = [Choice(specialty.name, str(specialty.id)) for specialty, _clinic in offered]
        pressed = match_named(typed, labels, today).pressed or match_named(without_age(typed), labels, today).pressed
        return None if pressed is None else SpecialtyId(int(pressed.data))

    @clinic_call
    async def specialties(self, account: AccountId, patient: PatientId | None) -> Sequence[tuple[Specialty, Clinic]]:
        """List the specialties that see the patient at the clinics near it, each once, with a clinic that has it.

        Without a patient: those that see children.
        """
        around = await self.around(account, patient)
        asked = by_nearness(around, everywhere=False)[:MOST_ASKED]
        found: dict[str, tuple[Specialty, Clinic]] = {}
        for clinic, listed in zip(asked, await self._all_specialties(around.patient, asked), strict=True):
            for specialty in listed or ():
                if around.patient is not None or specialty.min_age < ADULT_AGE:
                    found.setdefault(specialty.code, (specialty, clinic))
        return list(found.values())

    async def _named(self, around: Around, typed: str) -> Sequence[Clinic]:
        """Return the clinics that a line may mean; of those that fit equally well the nearest to the patient first."""
        known = self._directory.known_clinics()
        if known != self._indexed:
            self._index = await asyncio.to_thread(WordIndex, [findable(each) for each in known])
            self._indexed = known
        order = {clinic.id: place for place, clinic in enumerate(by_nearness(around))}
        hits = [(round(hit.score, 1), self._indexed[hit.place]) for hit in self._index.find(typed)]
        hits = [(score, clinic) for score, clinic in hits if clinic.id in order]
        return [clinic for _score, clinic in sorted(hits, key=lambda hit: (-hit[0], order[hit[1].id]))]

    async def _wished(
        self,
        patient: Patient | None,
        clinics: Sequence[Clinic],
        wish: ClinicWish,
        specialty: Specialty | None,
        district: str,
    ) -> Sequence[FoundClinic]:
        kept = [each for each in clinics if each.facts.opens_on_weekends or not wish.weekends]
        if wish.online:
            enrolling = await self._enrolling_of(kept, patient)
            kept = [each for each in kept if enrolling[each.id] is Enrolling.IN_THE_BOT]
        if wish.like is not None:
            kept = [each for each in kept if each.facts.district == district]
        if specialty is None and not wish.free:
            return [FoundClinic(each) for each in kept]
        kept = kept[:MOST_ASKED]
        listed = await self._all_specialties(patient, kept)
        found = await asyncio.gather(*map(partial(self._with_free, specialty), kept, listed))
        return [each for each in found if each is not None and (has_free(each) or not wish.free)]

    async def _with_free(
        self, wanted: Specialty | None, clinic: Clinic, listed: Sequence[Specialty] | None
    ) -> FoundClinic | None:
        """Return the clinic with its free times; None if it has not the specialty, or does not answer."""
        if listed is None:
            return None
        if wanted is None:
            times = [each.nearest for each in listed if each.nearest is not None and not each.needs_referral]
            return FoundClinic(clinic, FreeTimes(min(times, default=None)))
        own = next((each for each in listed if each.code == wanted.code), None)
        if own is None:
            return None
        try:
            slots = await self._directory.serving(clinic).soonest(clinic.ref, own.ref, self._clock.now(), MOST_COUNTED)
        except ClinicError:
            return FoundClinic(clinic, FreeTimes(own.nearest))
        return FoundClinic(clinic, FreeTimes(slots[0].starts_at if slots else None, len(slots)))

    async def _all_specialties(
        self, patient: Patient | None, clinics: Sequence[Clinic]
    ) -> Sequence[Sequence[Specialty] | None]:
        return await asyncio.gather(*[self._specialties_of(patient, clinic) for clinic in clinics])

    async def _specialties_of(self, patient: Patient | None, clinic: Clinic) -> Sequence[Specialty] | None:
        """Return the specialties for the patient, None if the clinic does not answer."""
        today = local_day(self._clock.now(), clinic.zone)
        try:
            async with asyncio.timeout(limits.TAP_TIMEOUT / 2):
                listed = await self._directory.specialties(clinic)
                return listed if patient is None else rules.offered(listed, patient, today)
        except (ClinicError, TimeoutError):
            return None

    # --- doctors ------------------------------------------------------------------------------------------------------

    async def _doctors(self, around: Around, typed: str) -> Sequence[FoundDoctor]:
        """Return the doctors near the patient whom a line may mean."""
        staff: list[FoundDoctor] = []
        with suppress(TimeoutError):  # what is left is read when somebody looks for the next doctor
            async with asyncio.timeout(limits.TAP_TIMEOUT / 3):
                for clinic in by_nearness(around, everywhere=False)[:MOST_ASKED]:
                    staff += await self._staff_of(around.patient, clinic)
        if staff != self._indexed_staff:
            entries = [Findable(each.doctor.name.full, places=(each.specialty.name,)) for each in staff]
            self._staff_index = await asyncio.to_thread(WordIndex, entries)
            self._indexed_staff = staff
        return [staff[hit.place] for hit in self._staff_index.find(typed, MOST_DOCTORS)]

    async def _staff_of(self, patient: Patient | None, clinic: Clinic) -> Sequence[FoundDoctor]:
        now = self._clock.now()
        read = self._staff.get(clinic.id)
        if read is None or now - read.at >= READ_AGAIN_AFTER:
            try:
                read = self._staff[clinic.id] = StaffRead(now, await self._read_staff(clinic))
            except ClinicError:
                return ()
        today = local_day(now, clinic.zone)
        return [each for each in read.doctors if patient is None or rules.fits(each.specialty, patient, today)]

    async def _read_staff(self, clinic: Clinic) -> Sequence[FoundDoctor]:
        return [
            FoundDoctor(doctor, specialty, clinic)
            for specialty in await self._directory.specialties(clinic)
            for doctor in await self._directory.doctors(clinic, specialty)
            if not doctor.is_room
        ]

    # --- a place, districts, one clinic -------------------------------------------------------------------------------

    @clinic_call
    async def nearest(self, account: AccountId, patient: PatientId | None, at: Place) -> ClinicSearch:
        """List the clinics for the patient's age by their distance from a place, which is not kept."""
        around = await self.around(account, patient)
        now = self._clock.now()
        fitting = [each for each in by_nearness(around) if suits(each, around, now)]
        far = [
            FoundClinic(clinic, None, at.kilometres_to(Place(*clinic.facts.place)))
            for clinic in fitting
            if clinic.facts.place is not None
        ]
        nearest = sorted(far, key=lambda each: each.kilometres or 0.0)[:MOST_NEAR]
        return ClinicSearch(around, [each for each in nearest if (each.kilometres or 0.0) <= FARTHEST] or nearest[:1])

    @clinic_call
    async def districts(self, account: AccountId, patient: PatientId | None) -> Sequence[DistrictOffer]:
        """List the districts of the clinics near the patient, by name."""
        around = await self.around(account, patient)
        found: dict[str, DistrictOffer] = {}
        for clinic in by_nearness(around, everywhere=False):
            name = clinic.facts.district
            if name:
                like, clinics = (found[name].like, found[name].clinics) if name in found else (clinic.id, 0)
                found[name] = DistrictOffer(name, like, clinics + 1)
        return sorted(found.values())

    @clinic_call
    async def page(self, account: AccountId, patient: PatientId | None, clinic: ClinicId) -> ClinicPage:
        found, where = None, await self._directory.clinic(clinic)
        if patient is not None:
            found, where = await self._choices.place(account, patient, clinic)
        is_favourite = where.id in await self._favourites.ids_of(account)
        enrolling = (await self._enrolling_of([where], found))[where.id]
        return ClinicPage(found, where, await self._specialties_of(found, where), enrolling, is_favourite)


def by_nearness(around: Around, *, everywhere: bool = True) -> list[Clinic]:
    """Return the clinics of a choice: favourites, those where the patient has been, those near it, the others."""
    return [*around.offer.first, *(around.offer.others if everywhere else ())]


def suits(clinic: Clinic, around: Around, now: datetime) -> bool:
    """Whether a clinic is for the patient's age; without a patient, whether it may see a child."""
    if around.patient is None:
        return clinic.kind is not ClinicKind.ADULT
    return rules.suits_age(clinic, around.patient, now)


def has_free(found: FoundClinic) -> bool:
    return found.free is not None and found.free.nearest is not None


def with_number(clinics: Sequence[Clinic], number: ReadNumber) -> list[Clinic]:
    """Return the clinics that have this very number; an organisation may have several clinics."""
    return [each for each in clinics if number_of(each.facts, number.kind) == number.digits]


def number_of(facts: ClinicFacts, kind: OrganisationNumber) -> str:
    return {
        OrganisationNumber.INN: facts.inn,
        OrganisationNumber.OGRN: facts.ogrn,
        OrganisationNumber.MO_CODE: facts.mo_code,
    }[kind]


def findable(clinic: Clinic) -> Findable:
    places = (clinic.facts.district, clinic.facts.metro)
    return Findable(clinic.name, clinic.address, places, frozenset({clinic.kind}))
