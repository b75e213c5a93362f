"""What a clinic demands of a card before it books: a policy that it trusts, a proof of who asks, and no block."""

from __future__ import annotations

from bot.booking import rules
from bot.booking.blocks import Block, block_of, require_open
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic, Level
from bot.core.clock import Clock
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId
from bot.patients.errors import ConfirmedElsewhere, LevelTooLow
from bot.patients.levels import proofs


class Demands:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def require_confirmed_at(self, patient: Patient, clinic: Clinic) -> None:
        """Raises ConfirmedElsewhere where only the desk of another clinic has confirmed the policy."""
        if patient.confirmed_by is not None and patient.confirmed_by != clinic.id:
            by = await self._directory.clinic(patient.confirmed_by)
            raise ConfirmedElsewhere(patient.id, by.name, clinic.phone)

    async def missing_level(self, account: AccountId, patient: Patient, clinic: Clinic) -> Level | None:
        """Return the proof that the clinic demands and that is not there yet."""
        if rules.books_at_once(clinic):
            return None  # the policy is verified: no other proof has to be read

        async def look(view: UnitOfWork) -> Level | None:
            return (await proofs(view, account, patient)).missing(clinic.level)

        return await self._storage.read(look)

    async def require_level(self, account: AccountId, patient: Patient, clinic: Clinic) -> None:
        """Raises LevelTooLow."""
        missing = await self.missing_level(account, patient, clinic)
        if missing is not None:
            raise LevelTooLow(patient.id, clinic.id, missing)

    async def block(self, patient: Patient, clinic: Clinic) -> Block | None:
        """Return the block that is in force for a card."""
        if not clinic.facts.blocks:
            return None
        now = self._clock.now()
        return await self._storage.read(lambda view: block_of(view, patient.id, clinic, now))

    async def require_open(self, patient: Patient, clinic: Clinic) -> None:
        """Raises BookingBlocked."""
        if clinic.facts.blocks:
            now = self._clock.now()
            await self._storage.read(lambda view: require_open(view, patient.id, clinic, now))
