"""How clinics enroll at present: what the filter of the list, the card of a clinic and an application go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from bot.applications import rules
from bot.applications.records import DeskStanding
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicError
from bot.core.clinic import Clinic, Enrolling
from bot.core.clock import Clock
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ClinicId, SystemName


class EnrollmentStandings:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock
        self._able: dict[SystemName, bool] = {}

    async def of(self, clinics: Sequence[Clinic], patient: Patient | None) -> Mapping[ClinicId, Enrolling]:
        """Return how each clinic enrolls a patient, or anybody if it is None.

        Of one clinic only its own rows are read, of several those of all clinics at once.
        """

        async def look(view: UnitOfWork) -> Mapping[ClinicId, DeskStanding]:
            if len(clinics) == 1:
                return {clinics[0].id: await view.enrollments.standing(clinics[0].id)}
            full, with_desk = await view.enrollments.full_clinics(), await view.enrollments.clinics_with_desk()
            return {each.id: DeskStanding(each.id in with_desk, each.id in full) for each in clinics}

        known = await self._storage.read(look)
        able, now = await self._able_systems(clinics), self._clock.now()
        return {
            each.id: rules.enrolling_of(
                each,
                patient,
                now,
                takes_applications=each.system in able and known[each.id].has_desk,
                is_full=known[each.id].is_full,
            )
            for each in clinics
        }

    async def at(self, clinic: Clinic, patient: Patient | None) -> Enrolling:
        return (await self.of([clinic], patient))[clinic.id]

    async def _able_systems(self, clinics: Sequence[Clinic]) -> set[SystemName]:
        """Return the systems that take applications; one that does not answer stands as it was last."""
        serving = {each.system: self._directory.serving(each) for each in clinics}
        for name, system in serving.items():
            with suppress(ClinicError):
                self._able[name] = (await system.capabilities()).takes_applications
        return {name for name in serving if self._able.get(name)}
