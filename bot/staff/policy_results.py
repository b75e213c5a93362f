"""What follows the decisions about applications for a policy: the account that has sent one is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.applications.news import PolicyRequestAnswered, PolicyRequestLate
from bot.applications.records import PolicyRequest
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import News
from bot.glossary import AccountId
from bot.staff.filed_results import FiledResults, FiledRows
from bot.staff.news import PolicyRequestIsLate
from bot.staff.policy_requests import applicant_of


class PolicyResults(FiledResults[PolicyRequest]):
    job = "policy_requests"

    def __init__(self, storage: Storage, directory: Directory, failed_rows: FailedRows, clock: Clock) -> None:
        super().__init__(storage, failed_rows, clock)
        self._directory = directory

    def rows(self, uow: UnitOfWork) -> FiledRows[PolicyRequest]:
        return uow.policy_requests

    async def readers(self, uow: UnitOfWork, found: PolicyRequest) -> Sequence[AccountId]:
        return [found.account]

    def answered(self, reader: AccountId, found: PolicyRequest) -> News:
        return PolicyRequestAnswered(reader, found.id)

    def late(self, reader: AccountId, found: PolicyRequest) -> News:
        return PolicyRequestLate(reader, found.id)

    def late_at_desk(self, head: AccountId, found: PolicyRequest) -> News:
        return PolicyRequestIsLate(head, found.id)

    async def conclude(self, found: PolicyRequest) -> None:
        await self._finish(found, await self._directory.clinic(found.clinic))

    @writes
    async def _finish(self, uow: UnitOfWork, asked: PolicyRequest, clinic: Clinic) -> None:
        """Do the decision unless it was taken back or the application withdrawn meanwhile."""
        found, now = await self.current(uow, asked), self._clock.now()
        if found is None or found.decision is None:
            return
        if await applicant_of(uow, found) is None:  # there is nobody to decide for
            await self.withdraw(uow, found, now)
            return
        await self.settle(uow, found, found.decision, clinic, now)
