"""What follows the decisions about applications for a policy: news, late ones, and the end of those not corrected."""

from __future__ import annotations

from bot.applications import rules
from bot.applications.news import PolicyRequestAnswered, PolicyRequestLate
from bot.applications.records import ApplicationStatus, ApplicationStep, PolicyRequest, Verdict
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.staff.application_results import DONE_AT_ONCE
from bot.staff.decisions import heads_of
from bot.staff.news import PolicyRequestIsLate
from bot.staff.policy_requests import applicant_of


class PolicyResults:
    def __init__(self, storage: Storage, directory: Directory, failed_rows: FailedRows, clock: Clock) -> None:
        self._storage, self._directory, self._failed_rows, self._clock = storage, directory, failed_rows, clock

    async def work(self) -> None:
        """Do the decisions whose minute is over, tell of late applications, and end those not corrected in time."""
        now = self._clock.now()
        final = await self._storage.read(lambda view: view.policy_requests.final(now, DONE_AT_ONCE))
        await self._failed_rows.each("policy_requests", final, self._conclude)
        await self._tell_late()
        await self._end_uncorrected()

    async def _conclude(self, request: PolicyRequest) -> None:
        await self._finish(request, await self._directory.clinic(request.clinic))

    @writes
    async def _finish(self, uow: UnitOfWork, asked: PolicyRequest, clinic: Clinic) -> None:
        """Do the decision unless it was taken back or the application withdrawn meanwhile, and tell the parent."""
        found, now = await uow.policy_requests.get(asked.id), self._clock.now()
        if found is None or not found.is_open or found.decision is None or found.decision != asked.decision:
            return
        if await applicant_of(uow, found) is None:  # there is nobody to decide for
            await uow.policy_requests.close(found.id, ApplicationStatus.WITHDRAWN, now)
            await uow.policy_requests.add_step(found.id, ApplicationStep.WITHDRAWN, now)
            return
        decision, step = found.decision, rules.STEP_OF[found.decision.verdict]
        status = rules.after(found.status, step)
        if status is None:
            return
        if status is ApplicationStatus.NEEDS_CORRECTION:
            await uow.policy_requests.give_back(found.id, rules.correct_until(now, decision.days, clinic))
        else:
            await uow.policy_requests.close(found.id, status, now)
        detail = ",".join(decision.fields) if decision.verdict is Verdict.RETURN else decision.reason or ""
        await uow.policy_requests.add_step(found.id, step, now, detail)
        await uow.outbox.add(PolicyRequestAnswered(found.account, found.id).due(now), now)

    @writes
    async def _tell_late(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await uow.policy_requests.claim_late(now, DONE_AT_ONCE):
            await uow.policy_requests.add_step(found.id, ApplicationStep.LATE, now)
            await uow.outbox.add(PolicyRequestLate(found.account, found.id).due(now), now)
            for head in await heads_of(uow, found.clinic):
                await uow.outbox.add(PolicyRequestIsLate(head, found.id).due(now), now)

    @writes
    async def _end_uncorrected(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await uow.policy_requests.uncorrected(now, DONE_AT_ONCE):
            await uow.policy_requests.close(found.id, ApplicationStatus.WITHDRAWN, now)
            await uow.policy_requests.add_step(found.id, ApplicationStep.LAPSED, now)
            await uow.audit.add(Actor.system(found.account), Deed.APPLICATION_LAPSED, found.subject, now)
            await uow.outbox.add(PolicyRequestAnswered(found.account, found.id).due(now), now)
