"""The directory: clinics, specialties and doctors of any clinic system under our own small ids.

What a system lists is learned once and kept in memory: a listing costs the system's one query and, when nothing in it
is new, none of ours. The memory is safe to lose, it is read again from storage.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

import structlog

from bot.errors import ClinicError, NotYours
from bot.models import (
    Clinic,
    ClinicId,
    ClinicRef,
    Doctor,
    DoctorId,
    DoctorRef,
    Specialty,
    SpecialtyId,
    SystemName,
)
from bot.ports import ClinicRecord, ClinicSystem, ClinicSystems, DoctorRecord, SpecialtyRecord
from bot.transactions import Storage, UnitOfWork

Record = TypeVar("Record", bound="ClinicRecord | SpecialtyRecord | DoctorRecord")
Known = TypeVar("Known", bound="Clinic | Specialty | Doctor")
Dated = TypeVar("Dated", bound="SpecialtyRecord | DoctorRecord")
Offered = TypeVar("Offered", bound="Specialty | Doctor")

log = structlog.get_logger(__name__)


class Shelf(Generic[Record, Known]):
    """One kind of thing, by a system's reference and by our id."""

    def __init__(
        self,
        storage: Storage,
        learn: Callable[[UnitOfWork, SystemName, Sequence[Record]], Coroutine[Any, Any, Sequence[Known]]],
        find: Callable[[UnitOfWork, int], Coroutine[Any, Any, Known | None]],
    ) -> None:
        self._storage, self._learn, self._find = storage, learn, find
        self._records: dict[tuple[SystemName, str], tuple[Record, Known]] = {}
        self._by_id: dict[int, Known] = {}

    async def known(self, system: SystemName, records: Sequence[Record]) -> list[Known]:
        """The same things with our ids; written down first where one is new or has changed."""
        if any(self._stale(system, record) for record in records):
            learned = await self._storage.write(lambda uow: self._learn(uow, system, records))
            for record, thing in zip(records, learned, strict=True):
                self._records[system, record.ref] = (record, thing)
                self._by_id[thing.id] = thing
        return [self._records[system, record.ref][1] for record in records]

    def _stale(self, system: SystemName, record: Record) -> bool:
        known = self._records.get((system, record.ref))
        return known is None or known[0] != record

    def behind(self, system: SystemName, ref: str) -> Known | None:
        known = self._records.get((system, ref))
        return None if known is None else known[1]

    async def require(self, id: int) -> Known:
        """Raises NotYours for an id that means nothing."""
        if id not in self._by_id:
            thing = await self._storage.read(lambda view: self._find(view, id))
            if thing is None:
                raise NotYours
            self._by_id[id] = thing
        return self._by_id[id]


class DatedShelf(Shelf[Dated, Offered]):
    """Things with a nearest time, which changes by the minute and is no news of the thing itself."""

    def __init__(
        self,
        storage: Storage,
        learn: Callable[[UnitOfWork, SystemName, Sequence[Dated]], Coroutine[Any, Any, Sequence[Offered]]],
        find: Callable[[UnitOfWork, int], Coroutine[Any, Any, Offered | None]],
    ) -> None:
        super().__init__(storage, learn, find)
        self._listed: dict[tuple[SystemName, str], tuple[Dated, Offered]] = {}

    async def listed(self, system: SystemName, records: Sequence[Dated]) -> list[Offered]:
        """``known``, with the nearest times; a list that says what it said last time costs nothing."""
        if any(self._listed.get((system, record.ref), (None,))[0] != record for record in records):
            known = await self.known(system, [replace(record, nearest=None) for record in records])
            for thing, record in zip(known, records, strict=True):
                self._listed[system, record.ref] = (record, replace(thing, nearest=record.nearest))
        return [self._listed[system, record.ref][1] for record in records]


class Directory:
    def __init__(self, storage: Storage, systems: ClinicSystems) -> None:
        self._systems = systems
        self._clinics: Shelf[ClinicRecord, Clinic] = Shelf(
            storage,
            lambda uow, system, records: uow.directory.learn_clinics(system, records),
            lambda uow, id: uow.directory.clinic(ClinicId(id)),
        )
        self._specialties: DatedShelf[SpecialtyRecord, Specialty] = DatedShelf(
            storage,
            lambda uow, system, records: uow.directory.learn_specialties(system, records),
            lambda uow, id: uow.directory.specialty(SpecialtyId(id)),
        )
        self._doctors: DatedShelf[DoctorRecord, Doctor] = DatedShelf(
            storage,
            lambda uow, system, records: uow.directory.learn_doctors(system, records),
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
        records = await self.serving(clinic).specialties(clinic.ref)
        return await self._specialties.listed(clinic.system, records)

    async def doctors(self, clinic: Clinic, specialty: Specialty) -> Sequence[Doctor]:
        """The clinic's doctors of a specialty, soonest first, with the nearest free time of each."""
        records = await self.serving(clinic).doctors(clinic.ref, specialty.ref)
        return await self._doctors.listed(clinic.system, records)

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
