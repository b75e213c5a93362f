"""The directory: clinics, specialties and doctors of any clinic system under our own small ids.

What a system lists is learned once and kept in memory: a listing costs the system's one query and, when nothing in it
is new, none of ours. The memory is safe to lose, it is read again from storage.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

import structlog

from bot.clinics.port import ClinicError, ClinicSystem, ClinicSystems
from bot.core.clinic import Clinic, Doctor, Specialty
from bot.core.errors import NotYours
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, ClinicRef, DoctorId, DoctorRef, SpecialtyId, SystemName

Thing = TypeVar("Thing", bound="Clinic | Specialty | Doctor")
Dated = TypeVar("Dated", bound="Specialty | Doctor")

log = structlog.get_logger(__name__)


class Shelf(Generic[Thing]):
    """One kind of thing, by a system's reference and by our id."""

    def __init__(
        self,
        storage: Storage,
        learn: Callable[[UnitOfWork, SystemName, Sequence[Thing]], Coroutine[Any, Any, Sequence[Thing]]],
        find: Callable[[UnitOfWork, int], Coroutine[Any, Any, Thing | None]],
    ) -> None:
        self._storage, self._learn, self._find = storage, learn, find
        self._known: dict[tuple[SystemName, str], tuple[Thing, Thing]] = {}
        self._listed: dict[tuple[SystemName, str], tuple[Thing, Thing]] = {}
        """Both: as the system lists it, and with our id; ``_listed`` with the nearest times."""
        self._by_id: dict[int, Thing] = {}

    async def known(self, system: SystemName, things: Sequence[Thing]) -> list[Thing]:
        """The same things with our ids; written down first where one is new or has changed."""
        if any(self._stale(system, thing) for thing in things):
            learned = await self._storage.write(lambda uow: self._learn(uow, system, things))
            for thing, ours in zip(things, learned, strict=True):
                self._known[system, thing.ref] = (thing, ours)
                self._by_id[ours.id] = ours
        return [self._known[system, thing.ref][1] for thing in things]

    def _stale(self, system: SystemName, thing: Thing) -> bool:
        known = self._known.get((system, thing.ref))
        return known is None or known[0] != thing

    def behind(self, system: SystemName, ref: str) -> Thing | None:
        known = self._known.get((system, ref))
        return None if known is None else known[1]

    async def require(self, id: int) -> Thing:
        """Raises NotYours for an id that means nothing."""
        if id not in self._by_id:
            thing = await self._storage.read(lambda view: self._find(view, id))
            if thing is None:
                raise NotYours
            self._by_id[id] = thing
        return self._by_id[id]


class DatedShelf(Shelf[Dated]):
    """Things with a nearest time, which changes by the minute and is no news of the thing itself."""

    async def listed(self, system: SystemName, things: Sequence[Dated]) -> list[Dated]:
        """``known``, with the nearest times; a list that says what it said last time costs nothing."""
        if any(self._listed.get((system, thing.ref), (None,))[0] != thing for thing in things):
            known = await self.known(system, [replace(thing, nearest=None) for thing in things])
            for ours, thing in zip(known, things, strict=True):
                self._listed[system, thing.ref] = (thing, replace(ours, nearest=thing.nearest))
        return [self._listed[system, thing.ref][1] for thing in things]


class Directory:
    def __init__(self, storage: Storage, systems: ClinicSystems) -> None:
        self._systems = systems
        self._clinics: Shelf[Clinic] = Shelf(
            storage,
            lambda uow, system, clinics: uow.directory.learn_clinics(system, clinics),
            lambda uow, id: uow.directory.clinic(ClinicId(id)),
        )
        self._specialties: DatedShelf[Specialty] = DatedShelf(
            storage,
            lambda uow, system, specialties: uow.directory.learn_specialties(system, specialties),
            lambda uow, id: uow.directory.specialty(SpecialtyId(id)),
        )
        self._doctors: DatedShelf[Doctor] = DatedShelf(
            storage,
            lambda uow, system, doctors: uow.directory.learn_doctors(system, doctors),
            lambda uow, id: uow.directory.doctor(DoctorId(id)),
        )

    def serving(self, clinic: Clinic) -> ClinicSystem:
        return self._systems.serving(clinic.system)

    async def clinics(self) -> Sequence[Clinic]:
        """Every clinic of every system, in each system's own order."""
        return [clinic for system in self._systems.every() for clinic in await self._clinics_of(system)]

    async def refresh(self) -> None:
        """Hear what clinics say of themselves by now: one that is somebody's own is never listed again otherwise."""
        for system in self._systems.every():
            try:
                await self._clinics_of(system)
            except ClinicError as trouble:
                log.warning("the list of clinics did not come", system=system.name, trouble=type(trouble).__name__)

    async def _clinics_of(self, system: ClinicSystem) -> Sequence[Clinic]:
        return await self._clinics.known(system.name, await system.clinics())

    async def specialties(self, clinic: Clinic) -> Sequence[Specialty]:
        """The clinic's specialties in its own order, with the nearest free time of each."""
        found = await self.serving(clinic).specialties(clinic.ref)
        return await self._specialties.listed(clinic.system, found)

    async def doctors(self, clinic: Clinic, specialty: Specialty) -> Sequence[Doctor]:
        """The clinic's doctors of a specialty, soonest first, with the nearest free time of each."""
        found = await self.serving(clinic).doctors(clinic.ref, specialty.ref)
        ours = [replace(doctor, clinic=clinic.id, specialty=specialty.id) for doctor in found]
        return await self._doctors.listed(clinic.system, ours)

    async def clinic(self, clinic: ClinicId) -> Clinic:
        return await self._clinics.require(clinic)

    async def specialty(self, specialty: SpecialtyId) -> Specialty:
        return await self._specialties.require(specialty)

    async def doctor(self, doctor: DoctorId) -> Doctor:
        return await self._doctors.require(doctor)

    async def find_clinic(self, system: SystemName, ref: ClinicRef) -> Clinic | None:
        """Our clinic behind a system's reference; the system is asked for its list where the reference is new."""
        if self._clinics.behind(system, ref) is None:
            await self._clinics_of(self._systems.serving(system))
        return self._clinics.behind(system, ref)

    async def find_doctor(self, clinic: Clinic, specialty: Specialty, ref: DoctorRef) -> Doctor:
        """The doctor of a slot just listed. Raises NotYours where the clinic no longer lists him."""
        if self._doctors.behind(clinic.system, ref) is None:
            await self.doctors(clinic, specialty)
        doctor = self._doctors.behind(clinic.system, ref)
        if doctor is None:
            raise NotYours
        return doctor
