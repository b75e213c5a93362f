"""A doctor who is late: how many are told of it, telling them, and whom to telephone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.appointments.news import DoctorIsLate
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.port import NotFound
from bot.clinics.schedule_port import DayHours, DeskDoctor, VisitToCall
from bot.core.clinic import Clinic
from bot.core.decidable import UNDO_FOR
from bot.core.deeds import Deed
from bot.core.people import Account
from bot.core.readable import Readable
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.staff.calls import CallLists, ToCall
from bot.staff.errors import DoctorGone, VisitGone
from bot.staff.keepers import find_unreached
from bot.staff.reading import booked_in_bot
from bot.staff.schedules import Schedules, ToldOfChange


class LateDay(NamedTuple):
    """The visits of today that are still to come to a doctor."""

    clinic: Clinic
    doctor: DeskDoctor
    day: date
    told: ToldOfChange


class LateCalls(NamedTuple):
    """Those of them whom no message reaches, in the order of their visits."""

    clinic: Clinic
    doctor: DeskDoctor
    day: date
    to_call: Sequence[ToCall]
    unreadable: int = 0
    """visits whose patients no key opens: they stand on no list"""
    has_names: bool = False
    """whether whole names and telephones may stand on paper"""


class Delays:
    def __init__(self, schedules: Schedules, calls: CallLists, storage: Storage, desk: ClinicDesk) -> None:
        self._schedules, self._calls, self._storage, self._desk = schedules, calls, storage, desk

    @clinic_call
    async def look(self, account: Account, doctor: int) -> LateDay:
        """Return whom a delay concerns; nobody is told. Raises NotYours, StaffCodeNeeded, DoctorGone."""
        clinic, day = await self._today(account)
        shown = await self._schedules.day(account, doctor, day)
        visits = [each.visit for each in await self._late(clinic, doctor, day)]
        alone = await self._storage.read(lambda view: find_unreached(view, visits))
        return LateDay(clinic, shown.doctor, day, ToldOfChange(len(visits), len(alone)))

    @clinic_call
    async def tell(self, account: Account, doctor: int, minutes: int) -> ToldOfChange:
        """Tell those who still have a visit today that the doctor is late: in a minute, or what is said until then.

        Raises NotYours, StaffCodeNeeded, DoctorGone.
        """
        clinic, day = await self._today(account)
        visits, now = [each.visit for each in await self._late(clinic, doctor, day)], self._schedules.now()
        await self._desk.clear_late_calls(clinic.ref, doctor, DayHours(day))
        alone = await self._storage.write(lambda uow: _tell(uow, visits, minutes, now))
        await self._schedules.record(account, Deed.DELAY_TOLD, doctor)
        return ToldOfChange(len(visits), alone)

    @clinic_call
    async def calls(self, account: Account, doctor: int) -> LateCalls:
        """Return whom to telephone. Raises NotYours, StaffCodeNeeded, DoctorGone, OverBudget."""
        clinic, day = await self._today(account)
        shown = await self._schedules.day(account, doctor, day)
        visits = await self._late(clinic, doctor, day)
        to_call = await self._calls.of(account, clinic, visits)
        return LateCalls(clinic, shown.doctor, day, to_call, visits.unreadable)

    async def calls_on_paper(self, account: Account, doctor: int) -> LateCalls:
        """Return the same to be printed, with whole names and telephones if this bot shows them: that is journaled.

        Raises as above.
        """
        shown = await self.calls(account, doctor)
        return shown._replace(has_names=await self._calls.show(account, shown.clinic, shown.to_call))

    @clinic_call
    async def set_called(self, account: Account, visit: int, *, called: bool) -> None:
        """Note whom the desk has telephoned. Raises NotYours, StaffCodeNeeded, VisitGone."""
        clinic = await self._schedules.clinic(account)
        try:
            await self._desk.set_late_called(clinic.ref, visit, called=called)
        except NotFound:
            raise VisitGone from None

    async def _today(self, account: Account) -> tuple[Clinic, date]:
        clinic = await self._schedules.clinic(account)
        return clinic, local_day(self._schedules.now(), clinic.zone)

    async def _late(self, clinic: Clinic, doctor: int, day: date) -> Readable[VisitToCall]:
        try:
            return await self._desk.late_visits(clinic.ref, doctor, DayHours(day))
        except NotFound:
            raise DoctorGone from None


async def _tell(uow: UnitOfWork, visits: Sequence[ClinicVisit], minutes: int, now: datetime) -> int:
    booked = (await booked_in_bot(uow, visits)).values()
    viewers = await uow.representatives.viewers_of_cards(each.patient for each in booked)
    notices = [
        DoctorIsLate(account, each.id, minutes, now).due(now + UNDO_FOR, starts_at=each.starts_at)
        for each in booked
        for account in viewers.get(each.patient, ())
    ]
    await uow.outbox.replace_of([each.id for each in booked], DoctorIsLate, notices, now)
    return len(await find_unreached(uow, visits))
