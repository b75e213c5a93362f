"""Find a child's policy by name, birth date and SNILS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.clinics.calls import clinic_call
from bot.clinics.port import ClinicError, ClinicSystems, FoundPolicy, PersonSearch
from bot.core.clock import Clock
from bot.core.errors import ClinicSilent, NotYours
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId, DraftId
from bot.patients.check import Checks
from bot.patients.guard import RegisterGuard
from bot.patients.link import Begun, opened
from bot.patients.rules import drafts
from bot.patients.rules.policy_number import policy_facts


class PolicyFinder:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, checks: Checks, guard: RegisterGuard, clock: Clock
    ) -> None:
        self._storage, self._systems, self._checks = storage, systems, checks
        self._guard, self._clock = guard, clock

    async def is_offered(self) -> bool:
        """Return whether the register can search; False while it is silent."""
        try:
            return (await self._systems.register.capabilities()).finds_by_person
        except ClinicError:
            return False

    async def policies(self, account: AccountId, draft: DraftId) -> Sequence[FoundPolicy] | None:
        """Return the policies of the person in a draft, stored in it after the first search; None while it is silent.

        The answer is empty whatever differs, and counts as a failed check of the account and of the SNILS. Raises
        NotYours, TooManyChecks, TooManyOpenChecks, RegisterCrowded.
        """
        current = opened(await self._storage.read(lambda view: view.drafts.find(account, draft)))
        search = None if current is None else drafts.search_of(current)
        if current is None or search is None:
            raise NotYours
        if current.found is not None:
            return current.found
        await self._storage.write(lambda uow: self._checks.require_tries(uow, account, self._clock.now()))
        await self._guard.require_turn(account)
        try:
            found = await self._find(search)
        except ClinicSilent:
            return None
        await self._store(account, draft, search, found)
        return found

    @clinic_call
    async def _find(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        return await self._systems.register.find_policies(search)

    @writes
    async def _store(
        self, uow: UnitOfWork, account: AccountId, draft: DraftId, search: PersonSearch, found: Sequence[FoundPolicy]
    ) -> None:
        now = self._clock.now()
        if not found:
            await uow.checks.note_failure(account, search.snils, now)
        current = opened(await uow.drafts.find(account, draft))
        # The draft may have been changed while the register was searching: then these are not its policies.
        if current is not None and drafts.search_of(current) == search:
            await uow.drafts.save(draft, drafts.written(replace(current, found=tuple(found))), now)

    @writes
    async def take(self, uow: UnitOfWork, account: AccountId, draft: DraftId, place: int) -> Begun:
        """Put one of the policies found into the draft, or return the card that this account already has of it.

        ``place`` counts from 0. Raises NotYours.
        """
        current = opened(await uow.drafts.find(account, draft))
        found = () if current is None else current.found or ()
        if current is None or place >= len(found):
            raise NotYours
        policy = found[place]
        known = await uow.patients.find_own(account, policy.policy_number)
        if known is not None:
            return Begun(patient=known)
        facts = policy_facts(policy.policy_number)
        agrees = facts is not None and facts.birth_date == current.birth_date
        taken = replace(current, number=policy.policy_number, sex=policy.sex, confirmed=current.confirmed or agrees)
        await uow.drafts.save(current.id, drafts.written(taken), self._clock.now())
        return Begun(taken)
