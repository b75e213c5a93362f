"""Decide on a policy and on the application for enrollment with it: one page, one press, one minute to undo it.

``DeskApplications.undo`` takes both back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.applications.policy import check_within
from bot.applications.records import Decision, RefusalReason, ToCorrect, Verdict
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import ApplicationId, DeskCheckId, DoctorId
from bot.patients.records import DeskDecision
from bot.staff.applications import DeskApplications
from bot.staff.errors import DigitsWrong, NumberOfAnother, StaleApplication
from bot.staff.policy_checks import PolicyChecks
from bot.staff.rights import Right, require_right

DAYS_TO_CORRECT = 14
"""within which a card is to be corrected about whose policy the desk asks"""

MEANS: Mapping[DeskDecision, Decision] = {
    DeskDecision.FIX_NUMBER: Decision(Verdict.RETURN, fields=(ToCorrect.POLICY,), days=DAYS_TO_CORRECT),
    **{
        each: Decision(Verdict.RETURN, fields=(ToCorrect.NAME,), days=DAYS_TO_CORRECT)
        for each in (DeskDecision.FIX_FAMILY, DeskDecision.FIX_GIVEN, DeskDecision.FIX_PATRONYMIC)
    },
    DeskDecision.PAPERS: Decision(Verdict.RETURN, fields=(ToCorrect.PAPERS,), days=DAYS_TO_CORRECT),
    DeskDecision.NOT_FOUND: Decision(Verdict.REFUSE, RefusalReason.DATA_DIFFER),
    DeskDecision.OTHERS: Decision(Verdict.REFUSE, RefusalReason.DATA_DIFFER),
    DeskDecision.ADULT: Decision(Verdict.REFUSE, RefusalReason.DATA_DIFFER),
    DeskDecision.SUSPENDED: Decision(Verdict.REFUSE, RefusalReason.POLICY_INACTIVE),
    DeskDecision.EXPIRED: Decision(Verdict.REFUSE, RefusalReason.POLICY_INACTIVE),
}
"""what becomes of the application; a number that is not found and another person's read alike"""


class OneDecision:
    def __init__(self, storage: Storage, applications: DeskApplications, checks: PolicyChecks) -> None:
        self._storage, self._applications, self._checks = storage, applications, checks

    @reads
    async def check_of(self, view: UnitOfWork, staff: Account, application: ApplicationId) -> DeskCheckId | None:
        """Return the check that is decided with an application which this member has claimed.

        Raises as ``DeskApplications.see``.
        """
        found, _patient = await self._applications.require_claimed(view, staff, application)
        check = await check_within(view, found)
        return None if check is None else check.id

    @reads
    async def left(self, view: UnitOfWork, staff: Account, application: ApplicationId) -> DeskCheckId | None:
        """Return the check that waits on after the application alone was decided. Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(staff, Right.CHECK_POLICIES)
        found = await view.applications.get(application)
        if found is None or found.clinic != clinic or found.enrollment is None or found.awaits_desk:
            return None
        check = await view.desk_checks.last_of(found.patient)
        return check.id if check is not None and check.awaits_desk and check.clinic == clinic else None

    async def approve(self, staff: Account, application: ApplicationId, doctor: DoctorId | None, typed: str) -> None:
        """Confirm the policy by its last digits and take the patient.

        Raises as ``DeskApplications.see``, InvalidInput, DigitsWrong, NumberOfAnother, StaleApplication if the policy
        does not wait any more.
        """
        check = await self.check_of(staff, application)
        if check is None:
            raise StaleApplication
        decision = await self._applications.placed(staff, application, doctor)
        try:
            await self._checks.require_digits(staff, check, typed)
        except DigitsWrong as wrong:
            raise DigitsWrong(check, wrong.left, application, doctor) from None
        except NumberOfAnother:
            raise NumberOfAnother(check, application) from None
        await self._decide(staff, application, check, DeskDecision.MATCHED, decision)

    async def refuse(self, staff: Account, application: ApplicationId, why: DeskDecision) -> None:
        """Decide that the policy is not right, and refuse the application or give it back. Raises as ``approve``."""
        if why is DeskDecision.MATCHED:
            raise NotYours
        check = await self.check_of(staff, application)
        if check is None:
            raise StaleApplication
        await self._decide(staff, application, check, why, MEANS[why])

    @writes
    async def _decide(
        self,
        uow: UnitOfWork,
        staff: Account,
        application: ApplicationId,
        check: DeskCheckId,
        policy: DeskDecision,
        decision: Decision,
    ) -> None:
        found, _patient = await self._applications.require_claimed(uow, staff, application)
        current = await check_within(uow, found)
        if current is None or current.id != check:
            raise StaleApplication
        await self._checks.decide_within(uow, staff, check, policy)
        await self._applications.decide_within(uow, staff, application, replace(decision, check=check))
