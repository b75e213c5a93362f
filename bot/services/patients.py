"""Patients: the children of an account, adding one and taking one back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.errors import ConsentRequired, TooManyPatients
from bot.models import (
    Account,
    AccountId,
    Detail,
    Patient,
    PatientId,
    PolicyClaim,
    Purpose,
    Relationship,
)
from bot.ports import Clock, Storage
from bot.services import notices
from bot.services.checks import Checks


class Patients:
    def __init__(self, storage: Storage, checks: Checks, clock: Clock, limit: int) -> None:
        self._storage, self._checks, self._clock, self._limit = storage, checks, clock, limit

    async def list_of(self, account: AccountId) -> Sequence[Patient]:
        async with self._storage.read() as view:
            return await view.patients.list_of(account)

    async def require(self, account: AccountId, patient: PatientId) -> Patient:
        async with self._storage.read() as view:
            return await view.patients.require(account, patient)

    async def link(self, account: Account, claim: PolicyClaim, details: Mapping[Detail, str] | None = None) -> Patient:
        """Add a patient and have the policy checked; the answer says where the check stands after a moment's wait.

        A number that this account has added before is the same card, checked again under the new name unless the
        register has confirmed it already. Raises ConsentRequired, TooManyPatients, TooManyChecks.
        """
        if not account.may_link:
            raise ConsentRequired(frozenset({Purpose.REPRESENTATIVE, Purpose.PATIENT}) - account.consents)
        now = self._clock.now()
        async with self._storage.write() as uow:
            await self._checks.require_tries(uow, account.id, claim.policy_number, now)
            known = await uow.patients.find_own(account.id, claim.policy_number)
            if known is None:
                if len(await uow.patients.list_of(account.id)) >= self._limit:
                    raise TooManyPatients(self._limit)
                known = await uow.patients.add(account.id, Relationship.PARENT, claim, now)
                await uow.audit.add(account.id, "policy linked", f"patient {known}", now)
            elif not (await uow.patients.require(account.id, known)).is_verified:
                await uow.patients.rename(known, claim.name)
            if details:
                await uow.patients.set_details(known, details)
        return await self._checks.check(account.id, known)

    async def remove(self, account: AccountId, patient: PatientId) -> None:
        """Take back a card that the register has not confirmed. Raises NotYours."""
        now = self._clock.now()
        async with self._storage.write() as uow:
            if (await uow.patients.require(account, patient)).is_verified:
                return
            await uow.patients.unlink(account, patient)
            await uow.outbox.withdraw(notices.check_dedup(patient))
            await uow.audit.add(account, "card removed", f"patient {patient}", now)
