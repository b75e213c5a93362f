"""The mechanism of a desk's queues: claim a row for ten minutes, decide it once, undo the decision for a minute.

Applications and policy checks differ in their rows, rights, deeds and refusals alone. What a decision does is done by
a job once its minute is over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.core.clock import Clock
from bot.core.decidable import CLAIM_FOR, UNDO_FOR, Decidable, has_claimed, may_undo
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import RuleError
from bot.core.patient import Patient
from bot.core.people import Account, Role
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, ClinicId, PatientId
from bot.patients.consenting import consenting_representatives
from bot.staff.own import acts_for
from bot.staff.reading import keep_desk_open
from bot.staff.rights import Right, require_right


class RowAtDesk(Decidable, Protocol):
    """A row about a card at one clinic."""

    @property
    def patient(self) -> PatientId: ...
    @property
    def clinic(self) -> ClinicId: ...


Row = TypeVar("Row", bound=RowAtDesk)
Number = TypeVar("Number", contravariant=True)
Decided = TypeVar("Decided", contravariant=True)
Found = TypeVar("Found", covariant=True, bound=RowAtDesk)


class Rows(Protocol[Number, Found, Decided]):
    """The repository of the rows. ``claim`` and ``decide`` return False to who comes second."""

    async def get(self, number: Number, /) -> Found | None: ...
    async def claim(self, number: Number, member: AccountId, now: datetime, until: datetime, /) -> bool: ...
    async def decide(
        self, number: Number, decision: Decided, member: AccountId, now: datetime, final_at: datetime, /
    ) -> bool: ...
    async def reopen(self, number: Number, /) -> None: ...


@dataclass(frozen=True)
class Decisions(Generic[Number, Row, Decided]):
    """``gone`` refuses a missing row and another clinic's, ``taken`` a colleague's, ``own`` that of one's own child."""

    rows: Callable[[UnitOfWork], Rows[Number, Row, Decided]]
    right: Right
    decided: Deed
    undone: Deed
    gone: type[RuleError]
    taken: type[RuleError]
    own: type[RuleError]
    clock: Clock

    async def claim(self, uow: UnitOfWork, staff: Account, number: Number) -> tuple[Row, Patient]:
        """Claim a row for ten minutes and return it as it was, with its card. Raises ``gone``, ``taken``, ``own``."""
        clinic, now = require_right(staff, self.right), self.clock.now()
        found, patient = await self._require(uow, staff, clinic, number)
        if not await self.rows(uow).claim(number, staff.id, now, now + CLAIM_FOR):
            raise self._second(found)
        await keep_desk_open(uow, staff, now)
        return found, patient

    async def require_claimed(self, uow: UnitOfWork, staff: Account, number: Number) -> tuple[Row, Patient]:
        """Return a row that this member has claimed. Raises as ``claim``, ``taken`` once the ten minutes are over."""
        found, patient = await self._require(uow, staff, require_right(staff, self.right), number)
        if not has_claimed(found, staff.id, self.clock.now()):
            raise self._second(found)
        return found, patient

    async def decide(self, uow: UnitOfWork, staff: Account, number: Number, decision: Decided) -> None:
        """Store what the member decides who has claimed the row, and delete what was shown for it.

        Raises as ``require_claimed``.
        """
        now, clinic = self.clock.now(), require_right(staff, self.right)
        found, _patient = await self.require_claimed(uow, staff, number)
        if not await self.rows(uow).decide(number, decision, staff.id, now, now + UNDO_FOR):
            raise self.taken
        await uow.passing.end(staff.id, now)
        await uow.audit.add(Actor.staff(staff.id, clinic), self.decided, Subject.patient(found.patient), now)

    async def undo(self, uow: UnitOfWork, staff: Account, number: Number) -> None:
        """Take one's own decision back within the minute. Raises ``gone``, NotYours, StaffCodeNeeded."""
        now, clinic = self.clock.now(), require_right(staff, self.right)
        found = await self.rows(uow).get(number)
        if found is None or found.clinic != clinic or not may_undo(found, staff.id, now):
            raise self.gone
        await self.rows(uow).reopen(number)
        await uow.audit.add(Actor.staff(staff.id, clinic), self.undone, Subject.patient(found.patient), now)

    async def _require(self, uow: UnitOfWork, staff: Account, clinic: ClinicId, number: Number) -> tuple[Row, Patient]:
        """Return a row that waits at this clinic and its card; a missing one and another clinic's are one answer."""
        found = await self.rows(uow).get(number)
        if found is None or found.clinic != clinic or not found.awaits_desk:
            raise self.gone
        if staff.id in {each.account for each in await uow.representatives.list_of(found.patient)}:
            raise self.own
        patient = await card_of(uow, found)
        if patient is None:
            raise self.gone
        if await acts_for(uow, staff, patient):
            raise self.own
        return found, patient

    def _second(self, found: Row) -> RuleError:
        return self.taken() if found.awaits_desk else self.gone()


async def card_of(view: UnitOfWork, row: RowAtDesk) -> Patient | None:
    """Return the card, None if nobody with consents in force acts for it: a desk may not see it then."""
    acting = await consenting_representatives(view, row.patient)
    return await view.patients.require(acting[0].id, row.patient) if acting else None


async def heads_of(view: UnitOfWork, clinic: ClinicId) -> list[AccountId]:
    return [each.id for each in await view.accounts.list_staff(clinic) if each.role is Role.HEAD]
