"""Applications for a policy at the desk that takes them: the queue, one application, and the decision.

A decision is stored at once and done a minute later: see ``policy_results``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.applications import rules
from bot.applications.records import (
    ApplicationKind,
    ApplicationStatus,
    ApplicationStep,
    Decision,
    PolicyRequest,
    SentVersion,
    StepTaken,
)
from bot.applications.sent import forms_of
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Deed
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import PolicyRequestId
from bot.patients.consenting import applicants_phone
from bot.staff.decisions import Decisions, heads_of
from bot.staff.errors import ApplicationTaken, NeverShown, OwnApplication, StaleApplication
from bot.staff.news import PolicyRequestIsLate
from bot.staff.reading import journal_readings, journal_showing
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right


class SeenPolicyRequest(NamedTuple):
    """An application that this member has claimed."""

    request: PolicyRequest
    clinic: Clinic
    steps: Sequence[StepTaken]
    versions: Sequence[SentVersion]
    """what was sent, the first sending first"""


class PolicyApplicant(NamedTuple):
    """Everything that the desk gets."""

    request: PolicyRequest
    clinic: Clinic
    phone: str
    before: SentVersion | None
    """what was sent before it was corrected"""


class DeskPolicyRequests:
    def __init__(
        self, storage: Storage, directory: Directory, alarm: ReadingAlarm, clock: Clock, *, shows_all: bool
    ) -> None:
        """``shows_all``: the operator lets the desk show full data."""
        self._storage, self._directory, self._alarm = storage, directory, alarm
        self._clock, self._shows_all = clock, shows_all
        self._decisions = Decisions[PolicyRequestId, PolicyRequest, Decision, Account](
            lambda uow: uow.policy_requests,
            Right.DECIDE_APPLICATIONS,
            Deed.APPLICATION_DECIDED,
            Deed.APPLICATION_UNDONE,
            StaleApplication,
            lambda _row, _member, until: ApplicationTaken(until),
            _look,
            clock,
        )

    @reads
    async def waiting(self, view: UnitOfWork, staff: Account) -> Sequence[PolicyRequest]:
        """List what waits at the member's clinic, what is due first at the top. Raises NotYours, StaffCodeNeeded."""
        return await view.policy_requests.at_desk(require_right(staff, Right.DECIDE_APPLICATIONS))

    async def see(self, staff: Account, request: PolicyRequestId) -> SeenPolicyRequest:
        """Claim an application for ten minutes and return it; the journal records the look.

        Raises NotYours, StaffCodeNeeded, StaleApplication, ApplicationTaken, OwnApplication, OverBudget.
        """
        where, now = await self._directory.clinic(require_right(staff, Right.DECIDE_APPLICATIONS)), self._clock.now()

        async def claim(uow: UnitOfWork) -> tuple[SeenPolicyRequest, int]:
            found, _account = await self._decisions.claim(uow, staff, request)
            if found.status is ApplicationStatus.SUBMITTED:
                await uow.policy_requests.add_step(request, ApplicationStep.OPENED, now)
            names = await journal_readings(uow, staff, where, [found.subject], Deed.APPLICATION_READ, now)
            steps = await uow.policy_requests.steps(request)
            return SeenPolicyRequest(found, where, steps, await forms_of(uow, found)), names

        seen, names = await self._storage.write(claim)
        await self._alarm.note(staff, names)
        return seen

    async def show(self, staff: Account, request: PolicyRequestId) -> PolicyApplicant:
        """Return everything of an application that this member has claimed. Raises as ``see``, and NeverShown."""
        clinic = require_right(staff, Right.DECIDE_APPLICATIONS)
        if not self._shows_all:
            raise NeverShown
        where, now = await self._directory.clinic(clinic), self._clock.now()

        async def look(uow: UnitOfWork) -> tuple[PolicyApplicant, int]:
            found, account = await self._decisions.require_claimed(uow, staff, request)
            names = await journal_showing(uow, staff, where, [found.subject], now)
            phone = await applicants_phone(uow, account)
            sent = await forms_of(uow, found)
            return PolicyApplicant(found, where, phone, sent[-2] if len(sent) > 1 else None), names

        applicant, names = await self._storage.write(look)
        await self._alarm.note(staff, names)
        return applicant

    @writes
    async def decide(self, uow: UnitOfWork, staff: Account, request: PolicyRequestId, decision: Decision) -> None:
        """Store a decision, which is done in a minute. Raises as ``see``.

        ValueError is raised for a decision that is not complete.
        """
        if not rules.is_complete(decision):
            raise ValueError("the decision does not say what it has to")
        if not rules.fits(decision, ApplicationKind.POLICY):
            raise StaleApplication
        await self._decisions.decide(uow, staff, request, decision)

    @reads
    async def decided(self, view: UnitOfWork, staff: Account, request: PolicyRequestId) -> PolicyRequest:
        """Return an application that the desk has decided. Raises NotYours, StaffCodeNeeded, StaleApplication."""
        return await self._decisions.find_decided(view, staff, request)

    @writes
    async def undo(self, uow: UnitOfWork, staff: Account, request: PolicyRequestId) -> None:
        """Take one's own decision back within the minute. Raises NotYours, StaffCodeNeeded, StaleApplication."""
        await self._decisions.undo(uow, staff, request)

    async def about(self, message: PolicyRequestIsLate) -> tuple[PolicyRequest, Clinic] | None:
        """Return the application of a notice to the head; None if it is decided or the account is no head."""

        async def look(view: UnitOfWork) -> PolicyRequest | None:
            found = await view.policy_requests.get(message.request)
            is_head = found is not None and message.account in await heads_of(view, found.clinic)
            return found if is_head and found is not None and found.awaits_desk else None

        found = await self._storage.read(look)
        return None if found is None else (found, await self._directory.clinic(found.clinic))


async def _look(view: UnitOfWork, staff: Account, row: PolicyRequest) -> Account | None:
    """Return the account of an application, None without its consents in force. Raises OwnApplication."""
    if row.account == staff.id:
        raise OwnApplication
    return await applicant_of(view, row)


async def applicant_of(view: UnitOfWork, row: PolicyRequest) -> Account | None:
    """Return the account that has sent an application, None if its consents are not in force."""
    found = await view.accounts.get(row.account)
    return found if found is not None and found.is_served else None
