"""What follows the decisions about applications of every kind: news, late ones, and the end of those not corrected."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from bot.applications import rules
from bot.applications.records import AnyApplication, ApplicationStatus, ApplicationStep, Decision, Verdict
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.failed_rows import FailedRows
from bot.delivery.news import News
from bot.glossary import AccountId
from bot.staff.decisions import heads_of

DONE_AT_ONCE = 50

Found = TypeVar("Found", bound=AnyApplication)
Read = TypeVar("Read", bound=AnyApplication, covariant=True)


class FiledRows(Protocol[Read]):
    """The repository of one kind."""

    async def get(self, number: Any, /) -> Read | None: ...
    async def final(self, now: datetime, limit: int, /) -> Sequence[Read]: ...
    async def claim_late(self, now: datetime, limit: int, /) -> Sequence[Read]: ...
    async def uncorrected(self, now: datetime, limit: int, /) -> Sequence[Read]: ...
    async def close(self, number: Any, status: ApplicationStatus, now: datetime, /) -> None: ...
    async def give_back(self, number: Any, until: datetime, /) -> None: ...
    async def add_step(self, number: Any, step: ApplicationStep, now: datetime, detail: str = "", /) -> None: ...


class FiledResults(ABC, Generic[Found]):
    """The job of one kind. The job may be killed anywhere."""

    job: ClassVar[str]

    def __init__(self, storage: Storage, failed_rows: FailedRows, clock: Clock) -> None:
        self._storage, self._failed_rows, self._clock = storage, failed_rows, clock

    # --- what the kinds differ in -------------------------------------------------------------------------------------

    @abstractmethod
    def rows(self, uow: UnitOfWork) -> FiledRows[Found]: ...

    @abstractmethod
    async def readers(self, uow: UnitOfWork, found: Found) -> Sequence[AccountId]:
        """Return the accounts that are told."""

    @abstractmethod
    def answered(self, reader: AccountId, found: Found) -> News: ...

    @abstractmethod
    def late(self, reader: AccountId, found: Found) -> News: ...

    @abstractmethod
    def late_at_desk(self, head: AccountId, found: Found) -> News: ...

    @abstractmethod
    async def conclude(self, found: Found) -> None:
        """Do a decision whose minute is over."""

    async def lapse(self, uow: UnitOfWork, found: Found, now: datetime) -> None:
        """Do what the end of one that was not corrected means beside its row."""

    # --- the job ------------------------------------------------------------------------------------------------------

    async def work(self) -> None:
        """Do the decisions whose minute is over, tell of late applications, and end those not corrected in time."""
        now = self._clock.now()
        final = await self._storage.read(lambda view: self.rows(view).final(now, DONE_AT_ONCE))
        await self._failed_rows.each(self.job, final, self.conclude)
        await self._tell_late()
        await self._end_uncorrected()

    async def current(self, uow: UnitOfWork, asked: Found) -> Found | None:
        """Return an application as it is now, None if its decision was taken back, or if it was withdrawn."""
        found = await self.rows(uow).get(asked.id)
        is_same = found is not None and found.is_open and found.decision is not None
        return found if found is not None and is_same and found.decision == asked.decision else None

    async def withdraw(self, uow: UnitOfWork, found: Found, now: datetime) -> None:
        """Close an application for which nobody acts whose consents are in force; nobody is told."""
        await self.rows(uow).close(found.id, ApplicationStatus.WITHDRAWN, now)
        await self.rows(uow).add_step(found.id, ApplicationStep.WITHDRAWN, now)

    async def settle(
        self, uow: UnitOfWork, found: Found, decision: Decision, clinic: Clinic, now: datetime
    ) -> ApplicationStatus | None:
        """Do the decision and tell everybody; return what has become of the application, None if nothing."""
        step = rules.STEP_OF[decision.verdict]
        status = rules.after(found.status, step)
        if status is None:
            return None
        if status is ApplicationStatus.NEEDS_CORRECTION:
            await self.rows(uow).give_back(found.id, rules.correct_until(now, decision.days, clinic))
        else:
            await self.rows(uow).close(found.id, status, now)
        await self.rows(uow).add_step(found.id, step, now, _detail(decision))
        for reader in await self.readers(uow, found):
            await uow.outbox.add(self.answered(reader, found).due(now), now)
        return status

    @writes
    async def _tell_late(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await self.rows(uow).claim_late(now, DONE_AT_ONCE):
            await self.rows(uow).add_step(found.id, ApplicationStep.LATE, now)
            for reader in await self.readers(uow, found):
                await uow.outbox.add(self.late(reader, found).due(now), now)
            for head in await heads_of(uow, found.clinic):
                await uow.outbox.add(self.late_at_desk(head, found).due(now), now)

    @writes
    async def _end_uncorrected(self, uow: UnitOfWork) -> None:
        now = self._clock.now()
        for found in await self.rows(uow).uncorrected(now, DONE_AT_ONCE):
            if rules.after(found.status, ApplicationStep.LAPSED) is None:
                continue
            await self.rows(uow).close(found.id, ApplicationStatus.WITHDRAWN, now)
            await self.rows(uow).add_step(found.id, ApplicationStep.LAPSED, now)
            await self.lapse(uow, found, now)
            await uow.audit.add(Actor.system(found.account), Deed.APPLICATION_LAPSED, found.subject, now)
            for reader in await self.readers(uow, found):
                await uow.outbox.add(self.answered(reader, found).due(now), now)


def _detail(decision: Decision) -> str:
    """Return what the history keeps of a decision, as it is stored."""
    match decision.verdict:
        case Verdict.REFUSE:
            return decision.reason or ""
        case Verdict.RETURN:
            return ",".join(decision.fields)
        case _:
            return decision.district
