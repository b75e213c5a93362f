"""Booking before the policy is checked: one visit, where the clinic allows it, settled when the policy is right."""

from __future__ import annotations

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.failed_rows import FailedRows
from bot.patients.records import UncheckedPerson

DONE_AT_ONCE = 50


class UncheckedVisits:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, failed_rows: FailedRows, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk = storage, directory, desk
        self._failed_rows, self._clock = failed_rows, clock

    @clinic_call
    async def enter(self, patient: Patient, clinic: Clinic) -> None:
        """Let the clinic have a record of the child, without the policy, which nobody has checked.

        It is a record of its own, whoever else the clinic has with this name: only the desk knows who is the same.
        Raises ClinicSilent.
        """
        if await self._storage.read(lambda view: view.unchecked.find(patient.id, clinic.id)) is not None:
            return
        added = await self._desk.add_person(clinic.ref, patient.name, patient.birth_date, patient.sex)
        now = self._clock.now()
        await self._storage.write(lambda uow: uow.unchecked.note(patient.id, clinic.id, added.ref, now))

    async def settle(self) -> None:
        """Let the visits of cards whose policy is right by now be those of the person whom the register knows."""
        checked = await self._storage.read(lambda view: view.unchecked.checked(DONE_AT_ONCE))
        await self._failed_rows.each("unchecked_persons", checked, self._settle)

    async def _settle(self, record: UncheckedPerson) -> None:
        async def look(view: UnitOfWork) -> Patient | None:
            keepers = await view.representatives.list_of(record.patient)
            return await view.patients.require(keepers[0].account, record.patient) if keepers else None

        patient = await self._storage.read(look)
        if patient is None or patient.person is None or not patient.is_verified:
            return
        clinic = await self._directory.clinic(record.clinic)
        await self._desk.adopt_unchecked(clinic.ref, record.person, patient.person)
        await self._storage.write(lambda uow: uow.unchecked.drop(record.patient, record.clinic))
