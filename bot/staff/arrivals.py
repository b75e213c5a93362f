"""Arrival: the desk reads the ticket of a visit, and notes that the patient has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.appointments.news import PresenceDenied
from bot.booking.records import AppointmentCard
from bot.clinics.calls import clinic_call
from bot.clinics.desk_port import ClinicDesk, ClinicVisit
from bot.clinics.directory import Directory
from bot.clinics.port import BookingStatus, NotFound
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.decidable import UNDO_FOR
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.people import Account
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AppointmentId, Ref
from bot.staff.desk import Staff
from bot.staff.errors import NotExpected, VisitGone
from bot.staff.own import require_not_own
from bot.staff.records import TicketKind
from bot.staff.rights import Right, has_right, require_right
from bot.staff.rules import VisitStanding, standing_of


class OpenedTicket(NamedTuple):
    """``number`` is the desk's own of a visit that the staff may see, ``appointment`` a visit of the account itself."""

    kind: TicketKind
    number: int | None = None
    appointment: AppointmentId | None = None


class NumberedMissed(NamedTuple):
    """A missed visit whose parent says otherwise; ``number`` is the desk's own."""

    number: int
    ref: Ref
    starts_at: datetime


class DeskArrivals:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        desk: ClinicDesk,
        staff: Staff,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._desk, self._staff = storage, directory, desk, staff
        self._clock = clock

    async def open(self, account: Account, ticket: str) -> OpenedTicket:
        """Return what a ticket is to this account: the desk of its clinic comes before the parent.

        Whoever is neither is answered alike for every text. Raises StaffCodeNeeded, ClinicSilent.
        """
        card, is_own = await self._storage.read(lambda view: _find(view, account, ticket))
        if not has_right(account, Right.SEE_VISITS):
            return _of_parent(card, is_own)
        if card is None:
            return OpenedTicket(TicketKind.FORGED)
        if card.appointment.clinic != require_right(account, Right.SEE_VISITS):
            return _of_parent(card, is_own) if is_own else OpenedTicket(TicketKind.OTHER_CLINIC)
        return await self._at_own_desk(account, card)

    @clinic_call
    async def _at_own_desk(self, account: Account, card: AppointmentCard) -> OpenedTicket:
        clinic = await self._directory.clinic(require_right(account, Right.SEE_VISITS))
        if card.appointment.booking is None:
            return OpenedTicket(TicketKind.GONE)
        try:
            visit = await self._desk.visit_of(clinic.ref, card.appointment.booking)
        except NotFound:
            return OpenedTicket(TicketKind.GONE)
        return OpenedTicket(TicketKind.AT_DESK, number=visit.number)

    @clinic_call
    async def check_in(self, account: Account, number: int) -> None:
        """Note that the patient of a visit has come; for a minute it may be undone.

        Raises NotYours, StaffCodeNeeded, VisitGone, NotExpected.
        """
        clinic, visit = await self._staff.require_visit(account, number, Right.CHECK_IN)
        if standing_of(visit.booking, clinic.zone, self._clock.now()) is not VisitStanding.EXPECTED:
            raise NotExpected(number)
        try:
            await self._desk.check_in(clinic.ref, number, self._clock.now() + UNDO_FOR)
        except NotFound:
            raise NotExpected(number) from None
        await self._staff.changed(account, clinic, visit, Deed.CHECKED_IN_AT_DESK)

    @clinic_call
    async def set_benefit(self, account: Account, number: int, has_benefit: bool) -> None:
        """Note that the papers of a benefit were seen, or that it is over. Raises NotYours, VisitGone, OwnMatter."""
        clinic, visit = await self._staff.require_visit(account, number, Right.CHECK_IN)
        await self._storage.read(lambda view: require_not_own(view, account, visit.booking.person))
        try:
            await self._desk.set_priority(clinic.ref, number, has_benefit)
        except NotFound:
            raise VisitGone from None
        deed = Deed.BENEFIT_NOTED if has_benefit else Deed.BENEFIT_REMOVED
        await self._staff.changed(account, clinic, visit, deed)

    # --- missed visits ------------------------------------------------------------------------------------------------

    @clinic_call
    async def missed(self, account: Account) -> tuple[Clinic, Sequence[NumberedMissed]]:
        """Return the missed visits whose parents say «Мы были», the oldest first. Raises NotYours, StaffCodeNeeded."""
        clinic = await self._directory.clinic(require_right(account, Right.CHECK_IN))
        claimed = await self._storage.read(lambda view: view.presence.list_claimed(clinic.id))
        visits = await self._desk.visits_of(clinic.ref, [each.booking for each in claimed])
        numbers = {visit.booking.ref: visit.number for visit in visits}
        return clinic, [
            NumberedMissed(numbers[each.booking], each.ref, each.starts_at)
            for each in claimed
            if each.booking in numbers
        ]

    async def count_missed(self, account: Account) -> int:
        """Raises NotYours, StaffCodeNeeded."""
        clinic = require_right(account, Right.CHECK_IN)
        return len(await self._storage.read(lambda view: view.presence.list_claimed(clinic)))

    @clinic_call
    async def agree(self, account: Account, number: int) -> None:
        """Note that a missed visit took place; the parents are told.

        Raises NotYours, VisitGone, NotExpected, OwnMatter.
        """
        clinic, visit = await self._require_missed(account, number)
        try:
            await self._desk.fulfil(clinic.ref, number)
        except NotFound:
            raise NotExpected(number) from None
        await self._staff.changed(account, clinic, visit, Deed.PRESENCE_AGREED)

    @clinic_call
    async def deny(self, account: Account, number: int) -> None:
        """Stay with the note; the parents are told.

        Raises NotYours, VisitGone, OwnMatter; NotExpected if nobody asks.
        """
        clinic, visit = await self._require_missed(account, number)

        async def deny(uow: UnitOfWork) -> bool:
            now, known = self._clock.now(), await uow.presence.of_booking(clinic.system, visit.booking.ref)
            if known is None or not await uow.presence.deny(known.appointment):
                return False
            await uow.audit.add(
                Actor.staff(account.id, clinic.id), Deed.PRESENCE_DENIED, Subject.appointment(known.appointment), now
            )
            for viewer in await uow.appointments.viewers(known.appointment):
                await uow.outbox.add(PresenceDenied(viewer.account, known.appointment).due(now), now)
            return True

        if not await self._storage.write(deny):
            raise NotExpected(number)

    async def _require_missed(self, account: Account, number: int) -> tuple[Clinic, ClinicVisit]:
        clinic, visit = await self._staff.require_visit(account, number, Right.CHECK_IN)
        if visit.booking.status is not BookingStatus.NO_SHOW:
            raise NotExpected(number)
        await self._storage.read(lambda view: require_not_own(view, account, visit.booking.person))
        return clinic, visit


async def _find(view: UnitOfWork, account: Account, ticket: str) -> tuple[AppointmentCard | None, bool]:
    """Return the visit of a ticket, and whether the account sees it as one of its own."""
    appointment = view.tickets.read(ticket)
    if appointment is None:
        return None, False
    try:
        return await view.appointments.require(account.id, appointment), True
    except NotYours:
        return await view.appointments.get(appointment), False


def _of_parent(card: AppointmentCard | None, is_own: bool) -> OpenedTicket:
    shown = card.appointment.id if card is not None and is_own else None
    return OpenedTicket(TicketKind.AT_DESK, appointment=shown)
