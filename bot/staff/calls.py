"""Whom the desk has to telephone: those of a change whom no message of the bot reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.clinics.schedule_port import VisitToCall
from bot.core.clinic import Clinic, Slot
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.staff.desk import A_PAGE_COSTS
from bot.staff.keepers import find_unreached
from bot.staff.reading import journal_showing, subjects_of_visits
from bot.staff.schedules import Schedules
from bot.staff.showing import Showing


class ToCall(NamedTuple):
    """``instead`` is the time that is kept, with the doctor's name; the phone is "" if none is on file."""

    found: VisitToCall
    instead: Slot | None
    phone: str


class CallLists:
    def __init__(self, schedules: Schedules, storage: Storage, showing: Showing, printer: Printer) -> None:
        self._schedules, self._storage, self._showing, self._printer = schedules, storage, showing, printer

    async def of(self, account: Account, clinic: Clinic, visits: Sequence[VisitToCall]) -> Sequence[ToCall]:
        """List those of whom nobody is told, in the order of their visits; journals the names. Raises OverBudget."""
        unreached = await self._storage.read(lambda view: find_unreached(view, [each.visit for each in visits]))
        to_call = [
            ToCall(each, each.instead and each.instead.slot, each.phone or unreached[each.visit.number])
            for each in visits
            if each.visit.number in unreached
        ]
        await self._schedules.journal(account, clinic, [each.found.visit for each in to_call], A_PAGE_COSTS)
        return to_call

    async def show(self, account: Account, clinic: Clinic, to_call: Sequence[ToCall]) -> bool:
        """Return whether whole names and telephones may stand on paper; that is journaled. Raises OverBudget."""
        if not self._showing.is_allowed:
            return False

        async def journal(uow: UnitOfWork) -> int:
            subjects = await subjects_of_visits(uow, [each.found.visit for each in to_call])
            return await journal_showing(uow, account, clinic, subjects, self._schedules.now())

        await self._schedules.note(account, await self._storage.write(journal))
        return True

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
