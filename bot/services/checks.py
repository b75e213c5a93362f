"""Checks: the register compares a policy with what was typed; a silent one is asked again, an answer is told once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.errors import AlreadyLinked, ClinicError, PersonNotFound
from bot.models import (
    AccountId,
    ClinicId,
    InsuredPerson,
    Patient,
    PatientId,
    PersonName,
    PolicyClaim,
    RejectionReason,
    Verification,
    VerificationStatus,
)
from bot.ports import Background, ClinicSystems, Clock, Storage
from bot.rules import patients as rules
from bot.services import notices
from bot.services.directory import Directory

CHECK_LEASE = timedelta(seconds=60)

log = structlog.get_logger()


class Checks:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, directory: Directory, background: Background, clock: Clock
    ) -> None:
        self._storage, self._systems, self._directory = storage, systems, directory
        self._background, self._clock = background, clock

    async def correct(self, account: AccountId, patient: PatientId, name: PersonName) -> Patient:
        """Mend the name of a patient whom the register has not confirmed, and check again. Raises NotYours."""
        now = self._clock.now()
        async with self._storage.write() as uow:
            found = await uow.patients.require(account, patient)
            if not found.is_verified:
                await uow.patients.rename(patient, name)
                await uow.audit.add(account, "name corrected", f"patient {patient}", now)
        return await self.check(account, patient)

    async def check(self, account: AccountId, patient: PatientId) -> Patient:
        """Ask the register; waits only a moment, a later answer comes as a notice. Raises NotYours."""
        now = self._clock.now()
        async with self._storage.write() as uow:
            found = await uow.patients.require(account, patient)
            if found.is_verified:
                return found
            queued = Verification(VerificationStatus.QUEUED, queued_at=now)
            await uow.patients.set_verification(patient, queued, next_check=now + CHECK_LEASE)
            await uow.outbox.add(notices.of_check(account, patient, now), now)
        checking = self._background.start(self._check(account, patient))
        await asyncio.wait({checking}, timeout=notices.PATIENCE.total_seconds())
        async with self._storage.read() as view:
            return await view.patients.require(account, patient)

    async def check_due(self) -> int:
        """The worker's turn: checks that were put off or lost with a restart; says how many it made."""
        now = self._clock.now()
        async with self._storage.write() as uow:
            due = await uow.patients.claim_checks(now, now + CHECK_LEASE, limit=20)
        # A register that hangs is heard out for many seconds: one after another they would take minutes.
        checking = {self._background.start(self._check(account, patient)) for account, patient in due}
        if checking:
            await asyncio.wait(checking)
        return len(due)

    async def _check(self, account: AccountId, patient: PatientId) -> None:
        async with self._storage.write() as uow:
            found = await uow.patients.require(account, patient)
            started = replace(found.verification, status=VerificationStatus.CHECKING)
            await uow.patients.set_verification(patient, started, next_check=self._clock.now() + CHECK_LEASE)
        claim = PolicyClaim(found.policy_number, found.name, found.birth_date, found.sex)
        try:
            person: InsuredPerson | None = await self._systems.register.check_policy(claim)
        except PersonNotFound:
            person = None
        except ClinicError as trouble:
            log.warning("the register did not answer", trouble=type(trouble).__name__, patient=patient)
            await self._postpone(patient, found.verification)
            return
        await self._conclude(account, found, person)

    async def _postpone(self, patient: PatientId, before: Verification) -> None:
        attempts = before.attempts + 1
        again = replace(before, status=VerificationStatus.UNAVAILABLE, attempts=attempts)
        async with self._storage.write() as uow:
            await uow.patients.set_verification(
                patient, again, next_check=self._clock.now() + rules.retry_delay(attempts)
            )

    async def _conclude(self, account: AccountId, patient: Patient, person: InsuredPerson | None) -> None:
        now = self._clock.now()
        before = patient.verification
        verdict = rules.verdict(person, now, before.queued_at, before.attempts)
        clinic = await self._clinic_of(person)
        try:
            await self._record(account, patient, verdict, person, clinic)
        except AlreadyLinked:
            refused = replace(
                verdict, status=VerificationStatus.REJECTED, reason=RejectionReason.LINKED_ELSEWHERE, correct=None
            )
            await self._record(account, patient, refused, None, None)

    async def _record(
        self,
        account: AccountId,
        patient: Patient,
        verdict: Verification,
        person: InsuredPerson | None,
        clinic: ClinicId | None,
    ) -> None:
        now = self._clock.now()
        async with self._storage.write() as uow:
            if person is not None and verdict.status is VerificationStatus.VERIFIED:
                await uow.patients.set_person(patient.id, person.ref, clinic)
            await uow.patients.set_verification(patient.id, verdict)
            await uow.outbox.hasten(notices.check_dedup(patient.id), now)
            await uow.audit.add(account, f"policy check: {verdict.status.lower()}", f"patient {patient.id}", now)

    async def _clinic_of(self, person: InsuredPerson | None) -> ClinicId | None:
        if person is None or person.clinic is None:
            return None
        clinic = await self._directory.find_clinic(self._systems.register.name, person.clinic)
        return None if clinic is None else clinic.id
