"""The list of a day on paper: whole names where the bot may show them, each of them journaled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from bot.clinics.desk_port import ClinicVisit
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Deed
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Paper, Printer
from bot.glossary import BookingRef
from bot.staff.desk import A_PAGE_COSTS, Staff
from bot.staff.reading import journal_showing, journal_visits, subjects_of_visits
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.showing import Showing


class DaySheet(NamedTuple):
    """The visits of a day by start, and whether whole names may stand on paper."""

    clinic: Clinic
    visits: Sequence[ClinicVisit]
    confirmed: frozenset[BookingRef]
    has_names: bool


class DaySheets:
    def __init__(
        self, storage: Storage, staff: Staff, showing: Showing, printer: Printer, alarm: ReadingAlarm, clock: Clock
    ) -> None:
        self._storage, self._staff, self._showing, self._printer = storage, staff, showing, printer
        self._alarm, self._clock = alarm, clock

    async def sheet(self, account: Account, day: date, doctor: int | None) -> DaySheet:
        """Return what is printed, and journal it. Raises NotYours, StaffCodeNeeded, OverBudget."""
        clinic, visits = await self._staff.whole_day(account, day, doctor)
        has_names, now = self._showing.is_allowed, self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            if not has_names:
                return await journal_visits(uow, account, clinic, visits, Deed.NAME_LISTED, now, A_PAGE_COSTS)
            return await journal_showing(uow, account, clinic, await subjects_of_visits(uow, visits), now)

        await self._alarm.note(account, await self._storage.write(journal))
        return DaySheet(clinic, visits, await self._staff.confirmed(clinic, day), has_names)

    async def print_paper(self, paper: Paper) -> bytes:
        """Return the PDF. Raises NotPrinted."""
        return await self._printer.print_paper(paper)
