"""Follow-ups at the desk: the code of a visit, and a printed sheet of codes for a doctor."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from bot.booking.follow_up import link_of, word_in_days, word_on_day
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.schedule_port import DeskDoctor
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.people import Account
from bot.core.timing import local_day
from bot.core.transactions import Storage
from bot.delivery.paper import Paper, Printer
from bot.glossary import DoctorId, DoctorRef
from bot.staff.desk import SeenVisit, Staff
from bot.staff.errors import DoctorGone, NotExpected
from bot.staff.rights import Right
from bot.staff.rules import may_follow_up
from bot.staff.schedules import Schedules

DAYS_OF_SHEET = (7, 10, 14, 30)
LONGEST = 366


class MadeFollowUp(NamedTuple):
    """``picture`` is a PNG of the code, ``since`` the local day from which the visit is wanted."""

    seen: SeenVisit
    since: date
    picture: bytes


class CodesOfDoctor(NamedTuple):
    """The links of a doctor's follow-ups, each with its number of days after it is opened."""

    clinic: Clinic
    doctor: DeskDoctor
    links: tuple[tuple[int, str], ...]


class FollowUps:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        staff: Staff,
        schedules: Schedules,
        printer: Printer,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._staff, self._schedules = storage, directory, staff, schedules
        self._printer, self._clock = printer, clock

    async def of_visit(self, account: Account, number: int) -> SeenVisit:
        """Return a visit that may have a follow-up. Raises NotYours, StaffCodeNeeded, VisitGone, NotExpected."""
        seen = await self._staff.visit(account, number)
        if not may_follow_up(seen.visit.booking):
            raise NotExpected(number)
        return seen

    @clinic_call
    async def make(self, account: Account, number: int, days: int, username: str) -> MadeFollowUp:
        """Return the code of a visit so many days after this one, or after today if that is later.

        ``username`` is the bot's. Raises as ``of_visit``; DoctorGone, NotPrinted.
        """
        seen = await self.of_visit(account, number)
        doctor = await self._known(seen.clinic, seen.visit.booking.doctor)
        last = max(seen.visit.booking.starts_at, self._clock.now())
        since = local_day(last, seen.clinic.zone) + timedelta(days=min(max(days, 1), LONGEST))
        link = link_of(username, word_on_day(doctor, since))
        return MadeFollowUp(seen, since, await self._printer.print_qr(link))

    @clinic_call
    async def of_doctor(self, account: Account, doctor: int, username: str) -> CodesOfDoctor:
        """Return the links for the sheet of a doctor. Raises NotYours, StaffCodeNeeded, DoctorGone."""
        clinic = await self._schedules.clinic(account, Right.EDIT_SCHEDULES)
        shown = await self._schedules.week(account, doctor, None)
        known = await self._known(clinic, shown.doctor.ref)
        links = tuple((days, link_of(username, word_in_days(known, days))) for days in DAYS_OF_SHEET)
        return CodesOfDoctor(clinic, shown.doctor, links)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)

    async def _known(self, clinic: Clinic, ref: DoctorRef) -> DoctorId:
        """Return our id of a doctor of the clinic. Raises DoctorGone if the clinic's system does not list one."""
        found = await self._storage.read(lambda view: view.directory.find_doctor(clinic.system, ref))
        if found is not None:
            return found.id
        for specialty in await self._directory.specialties(clinic):
            listed = await self._directory.doctors(clinic, specialty)
            if wanted := next((each for each in listed if each.ref == ref), None):
                return wanted.id
        raise DoctorGone
