"""Figures of a clinic, without names: how full the days are, how many visits were missed or cancelled late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, DoctorDayFigures
from bot.clinics.directory import Directory
from bot.core.budgets import Budget
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork
from bot.delivery.paper import Chart, Printer, SheetOfFigures
from bot.staff.rights import Right, require_right

A_WEEK = timedelta(days=7)


class Figures(NamedTuple):
    """The figures of the days from ``since`` until ``until``, not included; ``late`` counts late cancellations."""

    clinic: Clinic
    since: date
    until: date
    days: Sequence[DoctorDayFigures]
    late: int

    @property
    def missed(self) -> int:
        return sum(each.missed for each in self.days)


class ClinicFigures:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, printer: Printer, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk = storage, directory, desk
        self._printer, self._clock = printer, clock

    async def week(self, account: Account, day: date | None) -> Figures:
        """Return the figures of the week of a day, today by default. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(account, Right.SEE_FIGURES))
        at = day or local_day(self._clock.now(), clinic.zone)
        monday = at - timedelta(days=at.weekday())
        return await self._of(clinic, monday, monday + A_WEEK)

    async def month(self, account: Account, day: date) -> Figures:
        """Return the figures of the month of a day, for a file, and journal it. Raises NotYours, OverBudget."""
        clinic, now = await self._directory.clinic(require_right(account, Right.SEE_FIGURES)), self._clock.now()

        async def record(uow: UnitOfWork) -> None:
            await uow.budgets.spend(account.id, Budget.EXPORT, now)
            await uow.audit.add(Actor.staff(account.id, clinic.id), Deed.FIGURES_TAKEN, Subject.own_account(), now)

        await self._storage.write(record)
        first = day.replace(day=1)
        return await self._of(clinic, first, (first + timedelta(days=31)).replace(day=1))

    @clinic_call
    async def _of(self, clinic: Clinic, since: date, until: date) -> Figures:
        days = await self._desk.figures(clinic.ref, since, until)
        begins, ends = day_bounds(since, clinic.zone)[0], day_bounds(until, clinic.zone)[0]
        late = await self._storage.read(lambda view: view.presence.count_late(clinic.id, begins, ends))
        return Figures(clinic, since, until, days, late)

    async def draw(self, chart: Chart) -> bytes:
        """Return the PNG. Raises NotPrinted."""
        return await self._printer.print_chart(chart)

    async def write(self, table: SheetOfFigures) -> bytes:
        """Return the XLSX. Raises NotPrinted."""
        return await self._printer.print_table(table)
