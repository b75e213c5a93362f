"""Check the code or the number of an application at the desk of its clinic, whatever its status."""

from __future__ import annotations

from typing import NamedTuple

from bot.applications.records import Application
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import read_ref
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import ApplicationId
from bot.patients.consenting import consenting_representatives
from bot.staff.errors import StaleApplication
from bot.staff.reading import journal_readings
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, has_right, require_right


class OpenedCode(NamedTuple):
    """What a code opens for an account: the application at the own desk, or one of its own; None: nothing."""

    at_desk: ApplicationId | None = None
    own: ApplicationId | None = None


class CheckedApplication(NamedTuple):
    application: Application
    patient: Patient
    clinic: Clinic


class ApplicationCheck:
    def __init__(self, storage: Storage, directory: Directory, alarm: ReadingAlarm, clock: Clock) -> None:
        self._storage, self._directory, self._alarm, self._clock = storage, directory, alarm, clock

    async def open(self, account: Account, code: str) -> OpenedCode:
        """Return what a code opens; whoever is neither desk nor representative gets one answer for every text."""

        async def look(view: UnitOfWork) -> OpenedCode:
            application = view.application_codes.read(code)
            found = None if application is None else await view.applications.get(application)
            if found is None:
                return OpenedCode()
            if has_right(account, Right.DECIDE_APPLICATIONS) and found.clinic == account.clinic:
                return OpenedCode(at_desk=found.id)
            try:
                await view.representatives.representation(account.id, found.patient)
            except NotYours:
                return OpenedCode()
            return OpenedCode(own=found.id)

        return await self._storage.read(look)

    async def find(self, staff: Account, typed: str) -> ApplicationId | None:
        """Return the application to the member's clinic with this Ref, None if there is none.

        Raises NotYours, StaffCodeNeeded.
        """
        clinic, ref = require_right(staff, Right.DECIDE_APPLICATIONS), read_ref(typed)
        found = None if ref is None else await self._storage.read(lambda view: view.applications.find(ref))
        return None if found is None or found.clinic != clinic else found.id

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
