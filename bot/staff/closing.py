"""Closing hours at the desk: whom it touches, the closing, whom to telephone, and opening the hours again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.port import ClinicReason, NotFound
from bot.clinics.schedule_port import Closure, DayHours, DeskDoctor, NothingToClose, Reopened
from bot.core.clinic import Clinic
from bot.core.deeds import Deed
from bot.core.pages import last_page
from bot.core.people import Account, PersonName
from bot.core.readable import Readable
from bot.core.transactions import Storage
from bot.staff.calls import CallLists, ToCall
from bot.staff.desk import A_PAGE_COSTS, VISITS_ON_A_PAGE
from bot.staff.errors import ClosureGone, DayHasChanged, DoctorGone, NothingToCloseHere
from bot.staff.keepers import find_unreached
from bot.staff.schedules import Schedules


class Preview(NamedTuple):
    """What a closing would call off: one page of the visits, and how many there are."""

    clinic: Clinic
    doctor: DeskDoctor
    visits: Readable[ClinicVisit]
    total: int
    alone: int
    """of all, those whom no message of the bot reaches"""


class Closed(NamedTuple):
    """A closure with those whom no message reaches, in the order of their visits."""

    clinic: Clinic
    closure: Closure
    to_call: Sequence[ToCall]
    unreadable: int = 0
    """visits whose patients no key opens: they stand on no list"""
    has_names: bool = False
    """whether whole names and telephones may stand on paper"""


class Closing:
    def __init__(
        self,
        schedules: Schedules,
        calls: CallLists,
        storage: Storage,
        desk: ClinicDesk,
    ) -> None:
        self._schedules, self._calls, self._storage, self._desk = schedules, calls, storage, desk

    @clinic_call
    async def preview(self, account: Account, doctor: int, span: DayHours, page: int = 0) -> Preview:
        """Return whom a closing touches; nothing is changed and nobody is told. Journals the names.

        Raises NotYours, StaffCodeNeeded, DoctorGone, OverBudget.
        """
        clinic = await self._schedules.clinic(account)
        shown = await self._schedules.day(account, doctor, span.day)
        visits = await self._touched(clinic, doctor, span)
        first = last_page(page, len(visits), VISITS_ON_A_PAGE) * VISITS_ON_A_PAGE
        on_page = Readable(visits[first : first + VISITS_ON_A_PAGE], visits.unreadable)
        await self._schedules.journal(account, clinic, on_page, A_PAGE_COSTS)
        alone = await self._storage.read(lambda view: find_unreached(view, visits))
        return Preview(clinic, shown.doctor, on_page, len(visits), len(alone))

    async def _touched(self, clinic: Clinic, doctor: int, span: DayHours) -> Readable[ClinicVisit]:
        try:
            return await self._desk.touched(clinic.ref, doctor, span)
        except NotFound:
            raise DoctorGone from None

    @clinic_call
    async def close(self, account: Account, doctor: int, span: DayHours, reason: ClinicReason, touched: int) -> Closure:
        """Close hours that touch as many visits as were shown; parents are told in a minute.

        Raises NotYours, StaffCodeNeeded, DoctorGone, DayHasChanged, NothingToCloseHere.
        """
        clinic = await self._schedules.clinic(account)
        if len(await self._touched(clinic, doctor, span)) != touched:
            raise DayHasChanged(doctor, span.day)
        try:
            closure = await self._desk.close(clinic.ref, doctor, span, reason, self._schedules.undo_until())
        except NotFound:
            raise DoctorGone from None
        except NothingToClose:
            raise NothingToCloseHere(doctor, span.day) from None
        await self._schedules.changed(account, clinic, Deed.HOURS_CLOSED, doctor)
        return closure

    @clinic_call
    async def closed(self, account: Account, number: int) -> Closed:
        """Return what was closed and whom to telephone. Raises NotYours, StaffCodeNeeded, ClosureGone, OverBudget."""
        clinic = await self._schedules.clinic(account)
        try:
            closure = await self._desk.closure(clinic.ref, number)
            visits = await self._desk.closed_visits(clinic.ref, number)
        except NotFound:
            raise ClosureGone from None
        return Closed(clinic, closure, await self._calls.of(account, clinic, visits), visits.unreadable)

    async def calls(self, account: Account, number: int) -> Closed:
        """Return the same to be printed, with whole names and telephones if this bot shows them: that is journaled.

        Raises as above.
        """
        shown = await self.closed(account, number)
        return shown._replace(has_names=await self._calls.show(account, shown.clinic, shown.to_call))

    @clinic_call
    async def set_called(self, account: Account, number: int, visit: int, *, called: bool) -> None:
        """Note whom the desk has called. Raises NotYours, StaffCodeNeeded, ClosureGone."""
        clinic = await self._schedules.clinic(account)
        try:
            await self._desk.set_called(clinic.ref, number, visit, called=called)
        except NotFound:
            raise ClosureGone from None

    @clinic_call
    async def reopen(self, account: Account, number: int) -> tuple[Closure, Reopened]:
        """Open hours again; whoever has chosen nothing else has the visit again and is told once.

        Raises NotYours, StaffCodeNeeded, ClosureGone.
        """
        clinic = await self._schedules.clinic(account)
        try:
            closure = await self._desk.closure(clinic.ref, number)
            chosen = await self._storage.read(lambda view: view.closed_visits.declined(clinic.system, clinic.id))
            done = await self._desk.reopen(clinic.ref, number, chosen)
        except NotFound:
            raise ClosureGone from None
        await self._schedules.changed(account, clinic, Deed.HOURS_REOPENED, closure.doctor.number)
        return closure, done

    async def doctor_names(self, clinic: Clinic) -> dict[str, PersonName]:
        """Return the names of the clinic's doctors by their reference, for what is kept."""
        return {str(each.number): each.name for each in await self._desk.doctors(clinic.ref)}
