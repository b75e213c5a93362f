"""Check the code or the number of an application at the desk of its clinic, whatever its status."""

from __future__ import annotations

from typing import NamedTuple

from bot.applications.records import AnyApplication, Application, PolicyRequest
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import read_ref
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.glossary import ApplicationId, PolicyRequestId
from bot.patients.consenting import consenting_representatives
from bot.staff.errors import StaleApplication
from bot.staff.policy_requests import applicant_of
from bot.staff.reading import journal_readings
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, has_right, require_right


class OpenedCode(NamedTuple):
    """What a code opens for an account: the application at the own desk, or one of its own; None: nothing."""

    at_desk: AnyApplication | None = None
    own: AnyApplication | None = None


class CheckedApplication(NamedTuple):
    application: Application
    patient: Patient
    clinic: Clinic


class CheckedPolicyRequest(NamedTuple):
    request: PolicyRequest
    clinic: Clinic


class ApplicationCheck:
    def __init__(self, storage: Storage, directory: Directory, alarm: ReadingAlarm, clock: Clock) -> None:
        self._storage, self._directory, self._alarm, self._clock = storage, directory, alarm, clock

    async def open(self, account: Account, code: str) -> OpenedCode:
        """Return what a code opens; whoever is neither desk nor representative gets one answer for every text."""

        async def look(view: UnitOfWork) -> OpenedCode:
            found = await _of_code(view, code)
            if found is None:
                return OpenedCode()
            if has_right(account, Right.DECIDE_APPLICATIONS) and found.clinic == account.clinic:
                return OpenedCode(at_desk=found)
            return OpenedCode(own=found) if await _is_own(view, account, found) else OpenedCode()

        return await self._storage.read(look)

    @reads
    async def find(self, view: UnitOfWork, staff: Account, typed: str) -> AnyApplication | None:
        """Return the application to the member's clinic with this Ref, None if there is none.

        Raises NotYours, StaffCodeNeeded.
        """
        clinic, ref = require_right(staff, Right.DECIDE_APPLICATIONS), read_ref(typed)
        if ref is None:
            return None
        both = (await view.applications.find(ref), await view.policy_requests.find(ref))
        return next((each for each in both if each is not None and each.clinic == clinic), None)

    async def see(self, staff: Account, application: ApplicationId) -> CheckedApplication:
        """Return an application to the member's clinic without claiming it; the card's journal records the look.

        Raises NotYours, StaffCodeNeeded, StaleApplication, OverBudget.
        """
        clinic, now = require_right(staff, Right.DECIDE_APPLICATIONS), self._clock.now()
        where = await self._directory.clinic(clinic)

        async def look(uow: UnitOfWork) -> tuple[CheckedApplication, int]:
            found = await uow.applications.get(application)
            acting = [] if found is None else await consenting_representatives(uow, found.patient)
            if found is None or found.clinic != clinic or not acting:
                raise StaleApplication
            patient = await uow.patients.require(acting[0].id, found.patient)
            names = await journal_readings(uow, staff, where, [Subject.patient(patient.id)], Deed.APPLICATION_READ, now)
            return CheckedApplication(found, patient, where), names

        checked, names = await self._storage.write(look)
        await self._alarm.note(staff, names)
        return checked

    async def see_policy(self, staff: Account, request: PolicyRequestId) -> CheckedPolicyRequest:
        """Return an application for a policy without claiming it. Raises as ``see``."""
        clinic, now = require_right(staff, Right.DECIDE_APPLICATIONS), self._clock.now()
        where = await self._directory.clinic(clinic)

        async def look(uow: UnitOfWork) -> tuple[CheckedPolicyRequest, int]:
            found = await uow.policy_requests.get(request)
            if found is None or found.clinic != clinic or await applicant_of(uow, found) is None:
                raise StaleApplication
            names = await journal_readings(uow, staff, where, [found.subject], Deed.APPLICATION_READ, now)
            return CheckedPolicyRequest(found, where), names

        checked, names = await self._storage.write(look)
        await self._alarm.note(staff, names)
        return checked


async def _of_code(view: UnitOfWork, code: str) -> AnyApplication | None:
    application = view.application_codes.read(code)
    if application is not None:
        return await view.applications.get(application)
    request = view.application_codes.read_for_policy(code)
    return None if request is None else await view.policy_requests.get(request)


async def _is_own(view: UnitOfWork, account: Account, found: AnyApplication) -> bool:
    """Return whether the account acts for the patient of an application, or has sent one that is about no card."""
    if isinstance(found, PolicyRequest):
        return found.account == account.id
    try:
        await view.representatives.representation(account.id, found.patient)
    except NotYours:
        return False
    return True
