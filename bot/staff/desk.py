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
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.readable import Readable
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.staff.errors import DeskSlotGone, VisitGone


class ClinicDay(NamedTuple):
    """The live visits of one local day, by start."""

    clinic: Clinic
    day: date
    visits: Readable[ClinicVisit]


class MoveChoices(NamedTuple):
    """The days on which the visit's doctor has free slots, and the free slots of one of them."""

    clinic: Clinic
    visit: ClinicVisit
    days: Sequence[OpenDay]
    day: date | None
    slots: Sequence[Slot]


class Staff:
    def __init__(self, storage: Storage, directory: Directory, desk: ClinicDesk, clock: Clock) -> None:
        self._storage, self._directory, self._desk, self._clock = storage, directory, desk, clock

    async def _clinic(self, account: Account) -> Clinic:
        """Return the clinic where the account works. Raises NotYours if it is not a staff member."""
        if account.role is None or account.clinic is None:
            raise NotYours
        return await self._directory.clinic(account.clinic)

    @clinic_call
    async def day(self, account: Account, day: date | None = None) -> ClinicDay:
        """Return the visits of a local day, today by default. Raises NotYours if the account is not a staff member."""
        clinic = await self._clinic(account)
        at = day or local_day(self._clock.now(), clinic.zone)
        return ClinicDay(clinic, at, await self._desk.visits(clinic.ref, at))

    @clinic_call
    async def visit(self, account: Account, number: int) -> tuple[Clinic, ClinicVisit]:
        """Return a live visit of the staff member's clinic. Raises NotYours, VisitGone."""
        clinic = await self._clinic(account)
        try:
            return clinic, await self._desk.visit(clinic.ref, number)
        except NotFound:
            raise VisitGone from None

    async def phone_for(self, account: Account, number: int) -> str | None:
        """Return the phone of the account that booked the visit, if it has one. Raises NotYours, VisitGone."""
        _clinic, visit = await self.visit(account, number)
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
        clinic, visit = await self.visit(account, number)
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
        clinic, visit = await self.visit(account, number)
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
        clinic, visit = await self.visit(account, number)
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
        await uow.audit.add(Actor.staff(account.id), deed, Subject.visit(number), self._clock.now())
