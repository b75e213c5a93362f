"""Since when a patient is enrolled, as the register says it: what the once-a-year rule warns from."""

from __future__ import annotations

from datetime import date

from bot.booking import rules
from bot.clinics.port import ClinicError, ClinicSystems
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import PatientId, SystemName


class RegisterDates:
    def __init__(self, storage: Storage, systems: ClinicSystems) -> None:
        self._storage, self._systems = storage, systems

    async def told(self, patient: Patient) -> date | None:
        """Return the day for a representative of this patient.

        None if the register does not say it or does not answer, or if the representatives have proved too little.
        """
        name = self._systems.register.name
        is_told = await self._storage.read(lambda view: may_be_told(view, patient.id, name))
        return await self.at_desk(patient) if is_told else None

    async def at_desk(self, patient: Patient) -> date | None:
        """Return the day for a desk that may see the patient; None if the register does not say it or is silent."""
        register = self._systems.register
        try:
            if patient.person is None or not (await register.capabilities()).tells_enrollment:
                return None
            found = await register.enrolled_at(patient.person)
        except ClinicError:
            return None
        return None if found is None else found.since


async def may_be_told(view: UnitOfWork, patient: PatientId, register: SystemName) -> bool:
    """Return whether the representatives of a patient may know where the register has the patient enrolled.

    The rule is that of visits made elsewhere: a desk has seen papers, or the clinic knows the owner's telephone.
    """
    keepers, looks = await view.representatives.list_of(patient), await view.elsewhere.looks(patient)
    return rules.may_see_elsewhere(keepers, looks.get(register)) is True
