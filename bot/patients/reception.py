"""Find the receptions that a representative can call."""

from __future__ import annotations

from collections.abc import Sequence

from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, ClinicKind
from bot.core.transactions import Storage
from bot.glossary import AccountId, PatientId


class Receptions:
    def __init__(self, storage: Storage, directory: Directory) -> None:
        self._storage, self._directory = storage, directory

    @clinic_call
    async def list_for(self, account: AccountId, patient: PatientId | None) -> Sequence[Clinic]:
        """Return the patient's own clinic; if there is none or no patient is meant, all that treat children.

        Raises NotYours.
        """
        if patient is not None:
            card = await self._storage.read(lambda view: view.patients.require(account, patient))
            if card.clinic is not None:
                return [await self._directory.clinic(card.clinic)]
        return [each for each in await self._directory.clinics() if each.kind is not ClinicKind.ADULT]
