"""Apply the changes that clinics make to visits, and notify the representatives."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.appointments.news import CancelledByClinic, ChangedByClinic, MovedByClinic
from bot.booking.news import VisitReminder
from bot.booking.records import AppointmentCard, CancelReason
from bot.booking.reminders import Reminders
from bot.booking.settle import Settlement
from bot.booking.visits import find_card
from bot.clinics.port import LIVE, Booking, BookingStatus, Changes, ClinicError, ClinicSystem, ClinicSystems
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.readable import CannotOpen
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import SystemName

log = structlog.get_logger(__name__)


class ClinicChanges:
    def __init__(
        self, storage: Storage, systems: ClinicSystems, settlement: Settlement, reminders: Reminders, clock: Clock
    ) -> None:
        self._storage, self._systems, self._settlement = storage, systems, settlement
        self._reminders, self._clock = reminders, clock
        # What a clinic has said is applied before it is asked again: a later answer never gives way to an earlier one.
        self._locks: defaultdict[SystemName, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def sync(self) -> int:
        """Read the change feeds of all clinic systems side by side; return how many visits have changed."""
        return sum(await asyncio.gather(*[self._sync(system) for system in self._systems.every()]))

    async def sync_one(self, system: ClinicSystem) -> int:
        """Read the change feed of one system, right after its desk has changed a visit."""
        return await self._sync(system)

    async def _sync(self, system: ClinicSystem) -> int:
        try:
            if (await system.capabilities()).feeds_changes:
                return await self._read_feed(system)
        except ClinicError as trouble:
            log.warning("the change feed did not answer", system=system.name, trouble=type(trouble).__name__)
        return 0

    async def _read_feed(self, system: ClinicSystem) -> int:
        changed, more = 0, True
        while more:
            async with self._locks[system.name]:
                cursor = await self._storage.read(lambda view: view.cursors.get(system.name))
                feed = await system.changes(cursor)
                more = feed.more
                if feed.cursor == cursor:
                    break
                changed += await self._apply_page(system, feed)
        return changed

    @writes
    async def _apply_page(self, uow: UnitOfWork, system: ClinicSystem, feed: Changes) -> int:
        """Apply one page of a feed together with its cursor, so that no change is lost or counted twice."""
        changed = 0
        for booking in feed.bookings:
            changed += await self._apply_change(uow, system, booking)
        await uow.cursors.set(system.name, feed.cursor)
        return changed

    @writes
    async def apply(self, uow: UnitOfWork, system: ClinicSystem, booking: Booking) -> bool:
        """Apply what is known of one booking; return whether it changed a visit of ours."""
        return await self._apply_change(uow, system, booking)

    async def _apply_change(self, uow: UnitOfWork, system: ClinicSystem, booking: Booking) -> bool:
        """Return whether the booking changed a visit of ours."""
        now = self._clock.now()
        try:
            before = await _find_visit(uow, system, booking)
        except CannotOpen:  # its change is lost, those of others are not
            return False
        if before is None:
            return False
        visit = before.appointment
        if visit.status is BookingStatus.PENDING:
            await self._settlement.record_booking(uow, before, booking, now)
            return True
        if visit.reason is CancelReason.BY_CLINIC and booking.status in LIVE:
            await self._put_back(uow, before, booking, now)
        elif not visit.is_live or visit.cancelling:
            return False
        elif booking.status is BookingStatus.CANCELLED:
            await uow.appointments.settle(visit.id, BookingStatus.CANCELLED, None, CancelReason.BY_CLINIC)
            await uow.outbox.withdraw_of(visit.id, VisitReminder)
            await _notify(uow, before, CancelledByClinic, now, booking)
        elif booking.starts_at != visit.starts_at or booking.room != visit.room:
            await self._move(uow, before, booking, now)
        else:
            return False
        await uow.audit.add(Actor.system(visit.account), Deed.CHANGED_BY_CLINIC, Subject.appointment(visit.id), now)
        return True

    async def _move(self, uow: UnitOfWork, before: AppointmentCard, booking: Booking, now: datetime) -> None:
        await uow.appointments.settle(before.appointment.id, booking.status, booking)
        after = await uow.appointments.get(before.appointment.id)
        if after is not None:
            await self._reminders.plan(uow, after, now)
        await _notify(uow, before, MovedByClinic, now, booking)

    async def _put_back(self, uow: UnitOfWork, before: AppointmentCard, booking: Booking, now: datetime) -> None:
        """The clinic has undone its cancellation: who has not been told of it needs no message at all."""
        visit = before.appointment
        await uow.appointments.settle(visit.id, booking.status, booking)
        await uow.outbox.withdraw_of(visit.id, CancelledByClinic)
        after = await uow.appointments.get(visit.id)
        if after is not None:
            await self._reminders.plan(uow, after, now)

    @reads
    async def find_for(self, view: UnitOfWork, message: CancelledByClinic | MovedByClinic) -> AppointmentCard | None:
        """Return the visit of a message, or None if the message is no longer true.

        Raises NotYet while a representative reschedules the visit: then the clinic cancels it as a part of that.
        """
        card = await find_card(view, message)
        if card is None:
            return None
        if isinstance(message, MovedByClinic):
            return card if card.appointment.is_live else None
        if _is_being_rescheduled(card, await view.appointments.upcoming(message.account, self._clock.now())):
            raise NotYet
        return card if card.appointment.reason is CancelReason.BY_CLINIC else None


async def _find_visit(uow: UnitOfWork, system: ClinicSystem, booking: Booking) -> AppointmentCard | None:
    """Find the visit by the clinic's reference, or by our key while the reference is not recorded yet."""
    found = await uow.appointments.find_booked(system.name, booking.ref)
    if found is None and booking.key is not None:
        found = await uow.appointments.find_of_key(booking.key)
    return None if found is None else await uow.appointments.get(found.id)


async def _notify(
    uow: UnitOfWork, before: AppointmentCard, news: type[ChangedByClinic], now: datetime, booking: Booking
) -> None:
    """Notify everybody who sees the visit, since any of them may be the one who brings the patient to the visit.

    ``before`` is the visit as it was. Who has not been told of an earlier change yet gets one message about both. The
    message is due when the clinic can no longer undo the change.
    """
    visit, due_at = before.appointment, max(now, booking.undo_until or now)
    for account in await uow.representatives.viewers(before.patient.id):
        message = news(account, visit.id, visit.starts_at, booking.reason)
        if (waiting := await uow.outbox.find_queued(message.dedup)) is not None:
            message = replace(message, was=datetime.fromtimestamp(int(waiting["was"]), UTC))
        if isinstance(message, MovedByClinic) and message.was == booking.starts_at and booking.room == visit.room:
            await uow.outbox.withdraw(message.dedup)
            continue
        await uow.outbox.add(message.due(due_at, starts_at=booking.starts_at), now)


def _is_being_rescheduled(card: AppointmentCard, others: Sequence[AppointmentCard]) -> bool:
    pending = (other.appointment for other in others if other.appointment.status is BookingStatus.PENDING)
    return any(appointment.replaces == card.appointment.id for appointment in pending)
