"""The desk: staff members see, cancel and move the visits of their own clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicDesk, ClinicReason, ClinicVisit, NotFound, SlotIsGone, SlotIsTaken
from bot.core.clinic import Clinic, OpenDay, Slot, VisitType
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.pages import last_page
from bot.core.people import Account
from bot.core.readable import Readable
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.staff.errors import DeskSlotGone, VisitGone
from bot.staff.reading import journal_visits, keep_desk_open
from bot.staff.reading_alarm import ReadingAlarm
from bot.staff.rights import Right, require_right

VISITS_ON_A_PAGE = 12


class ClinicDay(NamedTuple):
    """One page of the live visits of a local day, by start."""

    clinic: Clinic
    day: date
    visits: Readable[ClinicVisit]
    total: int
    """the number of all visits of the day"""


class MoveChoices(NamedTuple):
    """The days on which the visit's doctor has free slots, and the free slots of one of them."""

    clinic: Clinic
    visit: ClinicVisit
    days: Sequence[OpenDay]
    day: date | None
    slots: Sequence[Slot]


class Staff:
    def __init__(
        self, storage: Storage, directory: Directory, desk: ClinicDesk, alarm: ReadingAlarm, clock: Clock
    ) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock
        self._alarm = alarm

    async def _clinic(self, account: Account, right: Right) -> Clinic:
        """Return the clinic where the account works. Raises NotYours, StaffCodeNeeded."""
        return await self._directory.clinic(require_right(account, right))

    @clinic_call
    async def day(self, account: Account, day: date | None = None, page: int = 0) -> ClinicDay:
        """Return visits of a local day, today by default, and journal that their names are shown.

        Raises NotYours, StaffCodeNeeded, OverBudget.
        """
        clinic = await self._clinic(account, Right.SEE_VISITS)
        at = day or local_day(self._clock.now(), clinic.zone)
        visits = await self._desk.visits(clinic.ref, at)
        first = last_page(page, len(visits), VISITS_ON_A_PAGE) * VISITS_ON_A_PAGE
        shown = Readable(visits[first : first + VISITS_ON_A_PAGE], visits.unreadable)
        await self._journal(account, clinic, shown, Deed.NAME_LISTED)
        return ClinicDay(clinic, at, shown, len(visits))

    @clinic_call
    async def visit(self, account: Account, number: int) -> tuple[Clinic, ClinicVisit]:
        """Return a live visit of the staff member's clinic, and journal that it is shown.

        Raises NotYours, StaffCodeNeeded, VisitGone, OverBudget.
        """
        clinic, visit = await self._require(account, number, Right.SEE_VISITS)
        await self._journal(account, clinic, [visit], Deed.VISIT_READ)
        return clinic, visit

    async def _require(self, account: Account, number: int, right: Right) -> tuple[Clinic, ClinicVisit]:
        clinic = await self._clinic(account, right)
        try:
            return clinic, await self._desk.visit(clinic.ref, number)
        except NotFound:
            raise VisitGone from None

    async def _journal(self, account: Account, clinic: Clinic, visits: Sequence[ClinicVisit], deed: Deed) -> None:
        now = self._clock.now()

        async def journal(uow: UnitOfWork) -> int:
            await keep_desk_open(uow, account, now)
            return await journal_visits(uow, account, clinic, visits, deed, now)

        await self._alarm.note(account, await self._storage.write(journal))

    @clinic_call
    async def phone_for(self, account: Account, number: int) -> str | None:
        """Return the phone of the account that booked the visit, if it has one.

        Raises NotYours, StaffCodeNeeded, VisitGone.
        """
        _clinic, visit = await self._require(account, number, Right.SEE_VISITS)
        key = visit.booking.key
        if key is None:
            return None

        async def look(view: UnitOfWork) -> str | None:
            booked = await view.appointments.find_of_key(key)
            return None if booked is None else (await view.contacts.get(booked.account)).whole_phone

        return await self._storage.read(look)

    @clinic_call
    async def cancel(self, account: Account, number: int, reason: ClinicReason) -> date:
        """Cancel a visit for the clinic and return its local day. Raises NotYours, VisitGone."""
        clinic, visit = await self._require(account, number, Right.CANCEL_VISITS)
        try:
            await self._desk.cancel_visit(clinic.ref, number, reason)
        except NotFound:
            raise VisitGone from None
        await self._record(account, Deed.CANCELLED_AT_DESK, number)
        return local_day(visit.booking.starts_at, clinic.zone)

    @clinic_call
    async def choices(self, account: Account, number: int, day: date | None) -> MoveChoices:
        """Return the free slots of the visit's doctor on ``day``, by default the first day that has any.

        Raises NotYours, VisitGone.
        """
        clinic, visit = await self._require(account, number, Right.MOVE_VISITS)
        await self._journal(account, clinic, [visit], Deed.VISIT_READ)
        system, now = self._directory.serving(clinic), self._clock.now()
        days = await system.days(visit.booking.doctor, now, now + clinic.rules.horizon)
        at = day or (days[0].day if days else None)
        if at is None:
            return MoveChoices(clinic, visit, days, None, ())
        since, until = day_bounds(at, clinic.zone)
        return MoveChoices(clinic, visit, days, at, await system.slots(visit.booking.doctor, max(since, now), until))

    @clinic_call
    async def move(self, account: Account, number: int, starts_at: datetime, visit_type: VisitType) -> None:
        """Move a visit to a free slot of its doctor. Raises NotYours, VisitGone, DeskSlotGone."""
        clinic, visit = await self._require(account, number, Right.MOVE_VISITS)
        system = self._directory.serving(clinic)
        free = await system.slots(visit.booking.doctor, starts_at, starts_at + timedelta(seconds=1))
        wanted = next((slot for slot in free if slot.visit_type is visit_type), None)
        try:
            if wanted is None:
                raise SlotIsGone
            await self._desk.move_visit(clinic.ref, number, wanted.ref)
        except NotFound:
            raise VisitGone from None
        except (SlotIsTaken, SlotIsGone):
            raise DeskSlotGone(number) from None
        await self._record(account, Deed.MOVED_AT_DESK, number)

    @writes
    async def _record(self, uow: UnitOfWork, account: Account, deed: Deed, number: int) -> None:
        await uow.audit.add(Actor.staff(account.id, account.clinic), deed, Subject.visit(number), self._clock.now())
