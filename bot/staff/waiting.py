"""The waiting list at the desk: people whose visit the clinic has called off and for whom nothing was left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.pages import last_page
from bot.core.people import Account
from bot.core.transactions import Storage
from bot.staff.desk import A_PAGE_COSTS, VISITS_ON_A_PAGE, Staff
from bot.staff.rights import Right, require_right


class Waits(NamedTuple):
    """A visit that was called off; ``place`` counts from 1, ``is_in_bot``: the bot can tell of a time."""

    place: int
    visit: ClinicVisit
    is_in_bot: bool


class WaitingPage(NamedTuple):
    """One page of those who wait, the first in line first; ``total`` counts all pages."""

    clinic: Clinic
    waits: Sequence[Waits]
    total: int
    unreadable: int = 0
    """those of the page whose patients no key opens"""


class WaitingList:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, staff: Staff, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._staff = storage, directory, desk, staff
        self._clock = clock

    async def count(self, account: Account) -> int:
        """Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(account, Right.SEE_VISITS)
        return len(await self._storage.read(lambda view: view.closed_visits.waiting(clinic, self._clock.now())))

    @clinic_call
    async def page(self, account: Account, page: int) -> WaitingPage:
        """Return those who wait, and journal the names. Raises NotYours, StaffCodeNeeded, OverBudget."""
        clinic = await self._directory.clinic(require_right(account, Right.SEE_VISITS))
        every = await self._storage.read(lambda view: view.closed_visits.waiting(clinic.id, self._clock.now()))
        first = last_page(page, len(every), VISITS_ON_A_PAGE) * VISITS_ON_A_PAGE
        on_page = every[first : first + VISITS_ON_A_PAGE]
        visits = await self._desk.visits_of(clinic.ref, [each.booking for each in on_page])
        known = {visit.booking.ref: visit for visit in visits}
        waits = [
            Waits(place, known[each.booking], each.is_in_bot)
            for place, each in enumerate(on_page, first + 1)
            if each.booking in known
        ]
        await self._staff.journal_list(account, clinic, visits, A_PAGE_COSTS)
        return WaitingPage(clinic, waits, len(every), visits.unreadable)
