"""The directory: clinics, specialties and doctors of any clinic system under our own small ids.

What a system lists is stored once and cached: a listing costs one call of the system and, if nothing in it has changed,
no query of ours. The caches are safe to lose.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

import structlog

from bot.clinics.port import Booking, ClinicError, ClinicSystem, ClinicSystems, Unavailable
from bot.core.clinic import Clinic, Doctor, Specialty
from bot.core.errors import NotYours
from bot.core.people import PersonName
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, ClinicRef, DoctorId, DoctorRef, SpecialtyId, SpecialtyRef, SystemName

Item = TypeVar("Item", bound="Clinic | Specialty | Doctor")
Dated = TypeVar("Dated", bound="Specialty | Doctor")

MOST_UNLISTED = 10_000
"""remembered doctors of no list; one that is forgotten is only looked for again"""

log = structlog.get_logger(__name__)


class DirectoryCache(Generic[Item]):
    """Items of one kind, by the system's reference and by our id."""

    def __init__(
        self,
        storage: Storage,
        learn: Callable[[UnitOfWork, SystemName, Sequence[Item]], Coroutine[Any, Any, Sequence[Item]]],
        load: Callable[[UnitOfWork, int], Coroutine[Any, Any, Item | None]],
    ) -> None:
        self._storage, self._learn, self._load = storage, learn, load
        self._known: dict[tuple[SystemName, str], tuple[Item, Item]] = {}
        self._listed: dict[tuple[SystemName, str], tuple[Item, Item]] = {}
        """Both have the item as the system lists it and with our id; only ``_listed`` has the nearest times."""
        self._by_id: dict[int, Item] = {}

    async def with_ids(self, system: SystemName, items: Sequence[Item]) -> list[Item]:
        """Return the items with our ids. If one of them is new or has changed, they are stored first."""
        if any(self._is_stale(system, item) for item in items):
            learned = await self._storage.write(lambda uow: self._learn(uow, system, items))
            for item, ours in zip(items, learned, strict=True):
                self._known[system, item.ref] = (item, ours)
                self._by_id[ours.id] = ours
        return [self._known[system, item.ref][1] for item in items]

    def _is_stale(self, system: SystemName, item: Item) -> bool:
        known = self._known.get((system, item.ref))
        return known is None or known[0] != item

    def find(self, system: SystemName, ref: str) -> Item | None:
        known = self._known.get((system, ref))
        return None if known is None else known[1]

    async def require(self, id: int) -> Item:
        """Raises NotYours for an unknown id."""
        if id not in self._by_id:
            item = await self._storage.read(lambda view: self._load(view, id))
            if item is None:
                raise NotYours
            self._by_id[id] = item
        return self._by_id[id]


class NearestTimeCache(DirectoryCache[Dated]):
    """Items whose nearest free time changes by the minute: a new time alone is not stored."""

    async def with_nearest(self, system: SystemName, items: Sequence[Dated]) -> list[Dated]:
        """Return the items with our ids and their nearest times; an unchanged list comes from the cache."""
        if any(self._listed.get((system, item.ref), (None,))[0] != item for item in items):
            known = await self.with_ids(system, [replace(item, nearest=None) for item in items])
            for ours, item in zip(known, items, strict=True):
                self._listed[system, item.ref] = (item, replace(ours, nearest=item.nearest))
        return [self._listed[system, item.ref][1] for item in items]


class Directory:
    def __init__(self, storage: Storage, systems: ClinicSystems) -> None:
        self._storage, self._systems = storage, systems
        self._unlisted: set[tuple[SystemName, DoctorRef]] = set()
        self._known: dict[SystemName, Sequence[Clinic]] = {}
        """what each system has listed last"""
        self._offered: dict[tuple[ClinicId, SpecialtyId], Specialty] = {}
        """the specialties as each clinic has listed them last"""
        self._clinics: DirectoryCache[Clinic] = DirectoryCache(
            storage,
            lambda uow, system, clinics: uow.directory.learn_clinics(system, clinics),
            lambda uow, id: uow.directory.clinic(ClinicId(id)),
        )
        self._specialties: NearestTimeCache[Specialty] = NearestTimeCache(
            storage,
            lambda uow, system, specialties: uow.directory.learn_specialties(system, specialties),
            lambda uow, id: uow.directory.specialty(SpecialtyId(id)),
        )
        self._doctors: NearestTimeCache[Doctor] = NearestTimeCache(
            storage,
            lambda uow, system, doctors: uow.directory.learn_doctors(system, doctors),
            lambda uow, id: uow.directory.doctor(DoctorId(id)),
        )

    def system(self, name: SystemName) -> ClinicSystem:
        return self._systems.serving(name)

    def serving(self, clinic: Clinic) -> ClinicSystem:
        return self._systems.serving(clinic.system)

    async def clinics(self, within: float | None = None) -> Sequence[Clinic]:
        """List the clinics of all systems, in each system's own order; those of a silent one as they were last.

        ``within``: seconds that each system has for its answer, where a tap waits for it; else it has those of any
        call. Raises Unavailable if no system has ever listed its clinics.
        """
        lists = await asyncio.gather(*[self._listed_or_known(system, within) for system in self._systems.every()])
        if all(found is None for found in lists):
            raise Unavailable("no system lists its clinics")
        return [clinic for found in lists for clinic in found or ()]

    async def _listed_or_known(self, system: ClinicSystem, within: float | None) -> Sequence[Clinic] | None:
        try:
            async with asyncio.timeout(within):
                return await self._clinics_of(system)
        except (ClinicError, TimeoutError):
            return self._known.get(system.name)

    def system_names(self) -> Sequence[SystemName]:
        return [system.name for system in self._systems.every()]

    def silent(self) -> Sequence[SystemName]:
        return self._systems.silent()

    def known_clinics(self) -> Sequence[Clinic]:
        """Return the clinics as all systems have listed them last, without asking; none before the first list."""
        return [clinic for name in self.system_names() for clinic in self._known.get(name, ())]

    def silent_clinics(self) -> Sequence[Clinic]:
        """Return the known clinics of the systems that do not answer."""
        return [clinic for name in self._systems.silent() for clinic in self._known.get(name, ())]

    async def refresh(self) -> None:
        """Read all lists of clinics again, since no flow lists a clinic already chosen. A silent system is skipped."""
        await asyncio.gather(*[self._refresh(system) for system in self._systems.every()])

    async def _refresh(self, system: ClinicSystem) -> None:
        try:
            await self._clinics_of(system)
        except ClinicError as error:
            log.warning("clinics cannot be listed", system=system.name, error=type(error).__name__)

    async def _clinics_of(self, system: ClinicSystem) -> Sequence[Clinic]:
        found = await self._clinics.with_ids(system.name, await system.clinics())
        self._known[system.name] = found
        return found

    async def specialties(self, clinic: Clinic) -> Sequence[Specialty]:
        """List the clinic's specialties in its own order, each with its nearest free time."""
        found = await self.serving(clinic).specialties(clinic.ref)
        listed = await self._specialties.with_nearest(clinic.system, found)
        self._offered |= {(clinic.id, each.id): each for each in listed}
        return listed

    async def specialty_at(self, clinic: Clinic, specialty: SpecialtyId) -> Specialty:
        """Return a specialty as this clinic has it: another one may set other ages, or ask for no referral.

        Raises NotYours for an unknown id, ClinicError.
        """
        if (clinic.id, specialty) not in self._offered:
            await self.specialties(clinic)
        return await self.known_specialty(clinic, specialty)

    async def known_specialty(self, clinic: Clinic, specialty: SpecialtyId) -> Specialty:
        """Return the same without asking the clinic: as it has listed the specialty last, or as it is stored."""
        return self._offered.get((clinic.id, specialty)) or await self.specialty(specialty)

    async def doctors(self, clinic: Clinic, specialty: Specialty) -> Sequence[Doctor]:
        """List the clinic's doctors of a specialty, soonest first, each with the nearest free time."""
        found = await self.serving(clinic).doctors(clinic.ref, specialty.ref)
        ours = [replace(doctor, clinic=clinic.id, specialty=specialty.id) for doctor in found]
        return await self._doctors.with_nearest(clinic.system, ours)

    async def clinic(self, clinic: ClinicId) -> Clinic:
        return await self._clinics.require(clinic)

    async def specialty(self, specialty: SpecialtyId) -> Specialty:
        return await self._specialties.require(specialty)

    async def specialty_of(self, system: SystemName, ref: SpecialtyRef) -> Specialty | None:
        """Return the specialty with a system's reference; one that no flow has listed yet is looked for in its lists.

        Return None if no clinic lists it. Raises ClinicError.
        """
        known = self._specialties.find(system, ref)
        known = known or await self._storage.read(lambda view: view.directory.find_specialty(system, ref))
        if known is not None:
            return known
        for clinic in await self._clinics_of(self._systems.serving(system)):
            for specialty in await self.specialties(clinic):
                if specialty.ref == ref:
                    return specialty
        return None

    async def doctor(self, doctor: DoctorId) -> Doctor:
        return await self._doctors.require(doctor)

    async def find_clinic(self, system: SystemName, ref: ClinicRef) -> Clinic | None:
        """Return the clinic with a system's reference; if the reference is new, the system lists its clinics first."""
        if self._clinics.find(system, ref) is None:
            await self._clinics_of(self._systems.serving(system))
        return self._clinics.find(system, ref)

    async def learn_doctor(self, system: ClinicSystem, booking: Booking) -> bool:
        """Return whether the doctor of a booking is stored; one that no flow has listed yet is looked for in the lists.

        One that is in no list is stored without a name if the booking names a listed clinic and specialty; a list that
        has the doctor later fills the name in. Else the doctor is not looked for again. Raises ClinicError.
        """
        ref = booking.doctor
        if self._doctors.find(system.name, ref) is not None:
            return True
        if (system.name, ref) in self._unlisted:
            return False
        if await self._storage.read(lambda view: view.directory.find_doctor(system.name, ref)) is not None:
            return True
        return await self._look_for(system, booking)

    async def _look_for(self, system: ClinicSystem, booking: Booking) -> bool:
        place = None
        for clinic in await self._clinics_of(system):
            for specialty in await self.specialties(clinic):
                if any(doctor.ref == booking.doctor for doctor in await self.doctors(clinic, specialty)):
                    return True
                if (clinic.ref, specialty.ref) == (booking.clinic, booking.specialty):
                    place = clinic, specialty
        if place is not None:
            await self.add_unnamed(booking, *place)
            return True
        if len(self._unlisted) >= MOST_UNLISTED:
            self._unlisted.clear()
        self._unlisted.add((system.name, booking.doctor))
        return False

    async def add_unnamed(self, booking: Booking, clinic: Clinic, specialty: Specialty) -> Doctor:
        """Store the doctor of a booking, whom no list has, without a name."""
        unnamed = Doctor(booking.doctor, PersonName("", ""), booking.room, clinic=clinic.id, specialty=specialty.id)
        [learned] = await self._storage.write(lambda uow: uow.directory.learn_doctors(clinic.system, [unnamed]))
        return replace(learned, nearest=None)

    async def find_doctor(self, clinic: Clinic, specialty: Specialty, ref: DoctorRef) -> Doctor:
        """Return the doctor of a slot. Raises NotYours if the clinic does not list that doctor any more."""
        if self._doctors.find(clinic.system, ref) is None:
            await self.doctors(clinic, specialty)
        doctor = self._doctors.find(clinic.system, ref)
        if doctor is None:
            raise NotYours
        return doctor
