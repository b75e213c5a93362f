"""The mechanism of a desk's queues: claim a row for ten minutes, decide it once, undo the decision for a minute.

Applications, requests for a policy and policy checks differ in their rows, rights, deeds, refusals and in what they
are about: see ``look_at_card``. What a decision does is done by a job once its minute is over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bot.core.clock import Clock
from bot.core.decidable import CLAIM_FOR, UNDO_FOR, Decidable, has_claimed, is_with_colleague, may_undo
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
    """A row at one clinic; ``subject`` is what the journal says that a decision was about."""

    @property
    def clinic(self) -> ClinicId: ...
    @property
    def subject(self) -> Subject: ...


class RowOfCard(RowAtDesk, Protocol):
    """A row about a card."""

    @property
    def patient(self) -> PatientId: ...


Row = TypeVar("Row", bound=RowAtDesk)
OfCard = TypeVar("OfCard", bound=RowOfCard)
Known = TypeVar("Known")
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
class Decisions(Generic[Number, Row, Decided, Known]):
    """``gone`` refuses a missing row and another clinic's, ``taken`` a colleague's and a claim that is over.

    ``look`` returns what a member sees with a row, None if a desk may not see it, and refuses the member's own.
    """

    rows: Callable[[UnitOfWork], Rows[Number, Row, Decided]]
    right: Right
    decided: Deed
    undone: Deed
    gone: type[RuleError]
    taken: Callable[[Row, AccountId, datetime | None], RuleError]
    look: Callable[[UnitOfWork, Account, Row], Awaitable[Known | None]]
    clock: Clock

    async def claim(self, uow: UnitOfWork, staff: Account, number: Number) -> tuple[Row, Known]:
        """Claim a row for ten minutes and return it as it was, with what ``look`` returns.

        Raises ``gone``, ``taken``, and what ``look`` raises.
        """
        clinic, now = require_right(staff, self.right), self.clock.now()
        found, known = await self._require(uow, staff, clinic, number)
        if not await self.rows(uow).claim(number, staff.id, now, now + CLAIM_FOR):
            raise self._second(staff, found)
        await keep_desk_open(uow, staff, now)
        return found, known

    async def require_claimed(self, uow: UnitOfWork, staff: Account, number: Number) -> tuple[Row, Known]:
        """Return a row that this member has claimed. Raises as ``claim``, ``taken`` once the ten minutes are over."""
        found, known = await self._require(uow, staff, require_right(staff, self.right), number)
        if not has_claimed(found, staff.id, self.clock.now()):
            raise self._second(staff, found)
        return found, known

    async def decide(self, uow: UnitOfWork, staff: Account, number: Number, decision: Decided) -> None:
        """Store what the member decides who has claimed the row, and delete what was shown for it.

        Raises as ``require_claimed``.
        """
        now, clinic = self.clock.now(), require_right(staff, self.right)
        found, _known = await self.require_claimed(uow, staff, number)
        if not await self.rows(uow).decide(number, decision, staff.id, now, now + UNDO_FOR):
            raise self.gone
        await uow.passing.end(staff.id, now)
        await uow.audit.add(Actor.staff(staff.id, clinic), self.decided, found.subject, now)

    async def find_decided(self, view: UnitOfWork, staff: Account, number: Number) -> Row:
        """Return a row of the member's clinic that is decided, or was. Raises ``gone``, NotYours, StaffCodeNeeded."""
        clinic, found = require_right(staff, self.right), await self.rows(view).get(number)
        if found is None or found.clinic != clinic:
            raise self.gone
        return found

    async def undo(self, uow: UnitOfWork, staff: Account, number: Number) -> None:
        """Take one's own decision back within the minute. Raises ``gone``, NotYours, StaffCodeNeeded."""
        now, clinic = self.clock.now(), require_right(staff, self.right)
        found = await self.rows(uow).get(number)
        if found is None or found.clinic != clinic or not may_undo(found, staff.id, now):
            raise self.gone
        await self.rows(uow).reopen(number)
        await uow.audit.add(Actor.staff(staff.id, clinic), self.undone, found.subject, now)

    async def _require(self, uow: UnitOfWork, staff: Account, clinic: ClinicId, number: Number) -> tuple[Row, Known]:
        """Return a row that waits at this clinic; a missing one and another clinic's are one answer."""
        found = await self.rows(uow).get(number)
        if found is None or found.clinic != clinic or not found.awaits_desk:
            raise self.gone
        known = await self.look(uow, staff, found)
        if known is None:
            raise self.gone
        return found, known

    def _second(self, staff: Account, found: Row) -> RuleError:
        """Return the refusal of who comes second, with the end of the colleague's claim if there is one."""
        if not found.awaits_desk:
            return self.gone()
        is_held = is_with_colleague(found, staff.id, self.clock.now())
        return self.taken(found, staff.id, found.claimed_until if is_held else None)


def look_at_card(own: type[RuleError]) -> Callable[[UnitOfWork, Account, OfCard], Awaitable[Patient | None]]:
    """Return a ``look`` at the card of a row; ``own`` refuses that of a child for whom the member acts."""

    async def look(uow: UnitOfWork, staff: Account, row: OfCard) -> Patient | None:
        if staff.id in {each.account for each in await uow.representatives.list_of(row.patient)}:
            raise own
        patient = await card_of(uow, row)
        if patient is not None and await acts_for(uow, staff, patient):
            raise own
        return patient

    return look


async def card_of(view: UnitOfWork, row: RowOfCard) -> Patient | None:
    """Return the card, None if nobody with consents in force acts for it: a desk may not see it then."""
    acting = await consenting_representatives(view, row.patient)
    return await view.patients.require(acting[0].id, row.patient) if acting else None


async def heads_of(view: UnitOfWork, clinic: ClinicId) -> list[AccountId]:
    return [each.id for each in await view.accounts.list_staff(clinic) if each.role is Role.HEAD]
