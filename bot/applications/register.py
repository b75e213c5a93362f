"""Since when a patient is enrolled, as the register says it: what the once-a-year rule warns from."""

from __future__ import annotations

from datetime import date

from bot.booking import rules
from bot.clinics.port import ClinicError, ClinicSystems
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork


class RegisterDates:
    def __init__(self, storage: Storage, systems: ClinicSystems) -> None:
        self._storage, self._systems = storage, systems

    async def told(self, patient: Patient) -> date | None:
        """Return the day for a representative, who has found the patient to be an own one.

        None if the register does not say it, does not answer, or if the account has proved too little to be told.
        """
        name = self._systems.register.name

        async def may_know(view: UnitOfWork) -> bool:
            keepers = await view.representatives.list_of(patient.id)
            looks = await view.elsewhere.looks(patient.id)
            return rules.may_see_elsewhere(keepers, looks.get(name)) is True

        return await self.at_desk(patient) if await self._storage.read(may_know) else None

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
