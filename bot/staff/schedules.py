"""Schedules at the desk: a doctor's days, hours that open, rooms, and stand-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.appointments.clinic_changes import ClinicChanges
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.directory import Directory
from bot.clinics.port import NotFound
from bot.clinics.schedule_port import (
    Closure,
    DayHours,
    DeskDoctor,
    DeskTime,
    NothingToStandInFor,
    StandIn,
    StoodIn,
)
from bot.core.clinic import Clinic, VisitType
from bot.core.clock import Clock
from bot.core.decidable import UNDO_FOR
from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Account
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.staff.errors import DoctorGone, NobodyToReplace
from bot.staff.keepers import find_unreached
from bot.staff.reading import journal_visits, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right

WEEK = 7
KINDS_OF = timedelta(days=28)
"""how far back and ahead the kinds of a doctor's times are looked for"""


class DoctorWeek(NamedTuple):
    """The times of a doctor from Monday to Sunday; ``closures`` are those of one day, if one was asked for."""

    clinic: Clinic
    doctor: DeskDoctor
    first: date
    times: Sequence[DeskTime]
    closures: Sequence[Closure] = ()
    stand_ins: Sequence[StandIn] = ()

    def stand_ins_on(self, day: date) -> Sequence[StandIn]:
        """Return who sees the patients of a day instead and in which hours, each once."""
        return [*dict.fromkeys(each for each in self.stand_ins if each.day == day)]


class ToldOfChange(NamedTuple):
    """How many visits a change touches, and of them those of which no message of the bot tells anybody."""

    visits: int
    alone: int


class StandIns(NamedTuple):
    clinic: Clinic
    doctor: DeskDoctor
    others: Sequence[DeskDoctor]


class Schedules:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        changes: ClinicChanges,
        alarm: ReadingAlarm,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock
        self._changes, self._alarm = changes, alarm

    async def clinic(self, account: Account, right: Right = Right.EDIT_SCHEDULES) -> Clinic:
        """Return the clinic where the account works. Raises NotYours, StaffCodeNeeded."""
        return await self._directory.clinic(require_right(account, right))

    @clinic_call
    async def doctors(self, account: Account) -> tuple[Clinic, Sequence[DeskDoctor]]:
        """List the doctors of the clinic. Raises NotYours, StaffCodeNeeded."""
        clinic = await self.clinic(account)
        return clinic, await self._desk.doctors(clinic.ref)

    @clinic_call
    async def week(self, account: Account, doctor: int, day: date | None) -> DoctorWeek:
        """Return the week of a day, by default of today. Raises NotYours, StaffCodeNeeded, DoctorGone."""
        clinic = await self.clinic(account)
        at = day or local_day(self._clock.now(), clinic.zone)
        monday = at - timedelta(days=at.weekday())
        sunday = monday + timedelta(days=WEEK - 1)
        return await self._with_stand_ins(await self._times(clinic, doctor, monday, sunday), sunday)

    @clinic_call
    async def day(self, account: Account, doctor: int, day: date) -> DoctorWeek:
        """Return one day with what is closed on it. Raises as ``week``."""
        clinic = await self.clinic(account)
        shown = await self._with_stand_ins(await self._times(clinic, doctor, day, day), day)
        return shown._replace(closures=await self._desk.closures(clinic.ref, doctor, day))

    async def _times(self, clinic: Clinic, doctor: int, first: date, last: date) -> DoctorWeek:
        try:
            found, times = await self._desk.times(clinic.ref, doctor, first, last)
        except NotFound:
            raise DoctorGone from None
        return DoctorWeek(clinic, found, first, times)

    async def _with_stand_ins(self, shown: DoctorWeek, last: date) -> DoctorWeek:
        found = await self._desk.stood_in_by(shown.clinic.ref, shown.doctor.number, shown.first, last)
        return shown._replace(stand_ins=found)

    @clinic_call
    async def kinds(self, account: Account, doctor: int) -> Sequence[VisitType]:
        """Return the kinds of a doctor's times in these weeks; PLANNED if there are none. Raises as ``day``."""
        clinic = await self.clinic(account)
        today = local_day(self._clock.now(), clinic.zone)
        shown = await self._times(clinic, doctor, today - KINDS_OF, today + KINDS_OF)
        return sorted({each.visit_type for each in shown.times}) or [VisitType.PLANNED]

    @clinic_call
    async def open_hours(
        self, account: Account, doctor: int, span: DayHours, minutes: int, kind: VisitType | None = None
    ) -> int:
        """Open times of a kind, planned by default; return how many are new.

        Raises NotYours, StaffCodeNeeded, DoctorGone.
        """
        clinic = await self.clinic(account)
        try:
            opened = await self._desk.open_hours(clinic.ref, doctor, span, minutes, kind or VisitType.PLANNED)
        except NotFound:
            raise DoctorGone from None
        if opened:
            await self.record(account, Deed.HOURS_OPENED, doctor)
        return opened

    @clinic_call
    async def set_room(self, account: Account, doctor: int, day: date, room: str) -> ToldOfChange:
        """Move a day to another room; parents are told of it in a minute. Raises as above."""
        clinic = await self.clinic(account)
        try:
            visits = await self._desk.touched(clinic.ref, doctor, DayHours(day))
            await self._desk.set_room(clinic.ref, doctor, day, room, self.undo_until())
        except NotFound:
            raise DoctorGone from None
        await self.changed(account, clinic, Deed.ROOM_CHANGED, doctor)
        return ToldOfChange(len(visits), len(await self._storage.read(lambda view: find_unreached(view, visits))))

    @clinic_call
    async def stand_ins(self, account: Account, doctor: int, *, for_good: bool = False) -> StandIns:
        """List who may stand in for a doctor. Raises as above."""
        clinic = await self.clinic(account, Right.REPLACE_FOR_GOOD if for_good else Right.EDIT_SCHEDULES)
        today = local_day(self._clock.now(), clinic.zone)
        shown = await self._times(clinic, doctor, today, today)
        return StandIns(clinic, shown.doctor, await self._desk.list_stand_ins(clinic.ref, doctor))

    @clinic_call
    async def stand_in(
        self, account: Account, doctor: int, substitute: int, first: date, *, for_good: bool = False
    ) -> StoodIn:
        """Let another doctor see the patients of a day, or of every day from it on.

        Those who go over are told in a minute. Raises as above, and NobodyToReplace.
        """
        clinic = await self.clinic(account, Right.REPLACE_FOR_GOOD if for_good else Right.EDIT_SCHEDULES)
        last = None if for_good else first
        try:
            done = await self._desk.stand_in(clinic.ref, doctor, substitute, first, last, self.undo_until())
        except NotFound:
            raise DoctorGone from None
        except NothingToStandInFor:
            raise NobodyToReplace(doctor, first) from None
        await self.changed(account, clinic, Deed.STAND_IN_SET, doctor)
        return done

    # --- what every change of a day does ------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self._clock.now()

    def undo_until(self) -> datetime:
        return self._clock.now() + UNDO_FOR

    async def note(self, account: Account, names: int) -> None:
        """Let the alarm know how many names the last hour has cost."""
        await self._alarm.note(account, names)

    async def changed(self, account: Account, clinic: Clinic, deed: Deed, doctor: int) -> None:
        """Record a deed and apply what it has changed to the bot's own visits."""
        await self.record(account, deed, doctor)
        await self._changes.sync_one(self._directory.serving(clinic))

    @writes
    async def record(self, uow: UnitOfWork, account: Account, deed: Deed, doctor: int) -> None:
        await uow.audit.add(Actor.staff(account.id, account.clinic), deed, Subject.doctor(doctor), self._clock.now())

    async def journal(self, account: Account, clinic: Clinic, visits: Sequence[ClinicVisit], most: int | None) -> None:
        """Journal that names are shown. Raises OverBudget."""
        now = self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            await keep_desk_open(uow, account, now)
            return await journal_visits(uow, account, clinic, visits, Deed.NAME_LISTED, now, most)

        await self._alarm.note(account, await self._storage.write(journal))
