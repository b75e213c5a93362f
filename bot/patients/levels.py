"""What is proved about a representative, compared with what a clinic demands before it books."""

from __future__ import annotations

from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, Level
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients.news import MatterDeclined, OtherProved, PapersSeen
from bot.patients.rules.levels import Proofs


class Levels:
    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage, self._directory = storage, directory

    async def missing(
        self, account: AccountId, patient: PatientId, clinic: ClinicId
    ) -> tuple[Patient, Clinic, Level | None]:
        """Return the patient, the clinic and the proof that it still demands, None if none. Raises NotYours."""
        where = await self._directory.clinic(clinic)

        async def look_up(view: UnitOfWork) -> tuple[Patient, Clinic, Level | None]:
            found = await view.patients.require(account, patient)
            return found, where, (await proofs(view, account, found)).missing(where.level)

        return await self._storage.read(look_up)

    @reads
    async def about(self, view: UnitOfWork, message: PapersSeen | MatterDeclined | OtherProved) -> Patient | None:
        """Return the patient of the notice, or None if the account no longer acts."""
        try:
            return await view.patients.require(message.account, message.patient)
        except NotYours:
            return None


async def proofs(view: UnitOfWork, account: AccountId, patient: Patient) -> Proofs:
    """Return what is proved about an account that acts for this patient. Raises NotYours."""
    contact = await view.contacts.get(account)
    representation = await view.representatives.representation(account, patient.id)
    return Proofs(contact.phone is not None, patient.is_verified, representation.papers_at is not None)
