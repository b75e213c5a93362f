"""Appointments: what is booked, cancelling it, «Придём», and every change the clinic makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from bot.appointments.news import CancelledByClinic, CancelledByOther, ChangedByClinic, MovedByClinic
from bot.booking import rules
from bot.booking.book import find_visit
from bot.booking.choose import Booking as Bookings
from bot.booking.choose import Soonest
from bot.booking.errors import NotActive
from bot.booking.news import CancellationAnswered, VisitNews, VisitReminder
from bot.booking.records import Appointment, AppointmentCard, CancelReason
from bot.booking.reminders import Reminders
from bot.booking.settle import ASK_AGAIN, Settlement
from bot.clinics.calls import clinic_call
from bot.clinics.port import Booking, BookingStatus, Changes, ClinicError, ClinicSystem, ClinicSystems
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import RuleError
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, AppointmentId

TO_GET_THERE = timedelta(hours=2)
"""Nothing sooner is offered to somebody who has just been refused."""

TIMES_A_DOCTOR = 8
"""How many times are read for each one offered: one doctor may have the first several."""

log = structlog.get_logger()


class Shown(NamedTuple):
    """A card as it is shown: with the moment until which nothing is lost by cancelling, and the reminder's."""

    card: AppointmentCard
    deadline: datetime
    reminder: datetime | None


class Appointments:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        settlement: Settlement,
        bookings: Bookings,
        clock: Clock,
        reminders: Reminders,
    ) -> None:
        self._storage, self._systems, self._settlement = storage, systems, settlement
        self._bookings, self._clock, self._reminders = bookings, clock, reminders

    @reads
    async def upcoming(self, view: UnitOfWork, account: AccountId) -> Sequence[AppointmentCard]:
        return await view.appointments.upcoming(account, self._clock.now())

    @reads
    async def require(self, view: UnitOfWork, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Raises NotYours for a stranger's visit and a missing one alike."""
        return await view.appointments.require(account, appointment)

    @reads
    async def show(self, view: UnitOfWork, account: AccountId, appointment: AppointmentId) -> Shown:
        card = await view.appointments.require(account, appointment)
        deadline = rules.deadline(card.appointment, card.clinic.rules)
        return Shown(card, deadline, await view.outbox.due_of(appointment, VisitReminder))

    async def require_cancellable(self, account: AccountId, appointment: AppointmentId) -> Shown:
        """Raises NotActive where there is nothing left to cancel."""
        shown = await self.show(account, appointment)
        if not self._is_cancellable(shown.card):
            raise NotActive(appointment)
        return shown

    async def require_reschedulable(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Raises NotActive, TooLateToReschedule."""
        card = await self.require(account, appointment)
        rules.require_reschedulable(card, self._clock.now())
        return card

    async def cancel(self, account: AccountId, appointment: AppointmentId, message: int | None) -> AppointmentCard:
        """Record the wish and ask the clinic; one already cancelled is success. Raises NotActive, OutcomePending."""
        now = self._clock.now()

        async def wish(uow: UnitOfWork) -> AppointmentCard | None:
            card = await uow.appointments.require(account, appointment)
            if card.appointment.status is BookingStatus.CANCELLED:
                return card
            if not self._is_cancellable(card):
                raise NotActive(appointment)
            late = rules.is_late(card.appointment, card.clinic.rules, now)
            await uow.appointments.want_cancelled(appointment, late, next_try=now + ASK_AGAIN)
            await uow.outbox.add(CancellationAnswered(account, appointment).unless_shown(now, edits=message), now)
            if (booker := card.appointment.account) != account:
                cancelled = CancelledByOther(booker, appointment, card.appointment.starts_at)
                await uow.outbox.add(cancelled.unless_shown(now), now)
            await uow.audit.add(Actor.account(account), Deed.CANCELLATION_ASKED, Subject.appointment(appointment), now)
            return None

        return await self._storage.write(wish) or await self._settlement.wait(account, appointment)

    def _is_cancellable(self, card: AppointmentCard) -> bool:
        return card.appointment.is_live and card.appointment.starts_at > self._clock.now()

    async def confirm(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """«Придём». Raises NotActive for a visit that is off or past."""

        async def promise(uow: UnitOfWork) -> None:
            card = await uow.appointments.require(account, appointment)
            if not self._is_cancellable(card):
                raise NotActive(appointment)
            await uow.appointments.set_confirmed(appointment)
            await uow.audit.add(
                Actor.account(account), Deed.COMING_CONFIRMED, Subject.appointment(appointment), self._clock.now()
            )

        await self._storage.write(promise)
        return await self.require(account, appointment)

    @clinic_call
    async def alternatives(self, account: AccountId, appointment: AppointmentId, limit: int = 2) -> Sequence[Soonest]:
        """What to take instead of a visit: of the same specialty, from its day on, each doctor's first time."""
        card = await self.require(account, appointment)
        day, _end = day_bounds(local_day(card.appointment.starts_at, card.clinic.zone), card.clinic.zone)
        soonest = await self._bookings.soonest(
            account,
            card.patient.id,
            card.clinic.id,
            card.specialty.id,
            since=max(day, self._clock.now() + TO_GET_THERE),
            limit=limit * TIMES_A_DOCTOR,
        )
        first = {offer.doctor.id: offer for offer in reversed(soonest) if not self._is_off(card, offer)}
        return sorted(first.values(), key=lambda offer: offer.slot.starts_at)[:limit]

    def _is_off(self, card: AppointmentCard, offer: Soonest) -> bool:
        """The clinic has just cancelled this doctor's visit: his other times of that day are no help."""
        zone = card.clinic.zone
        same_day = local_day(offer.slot.starts_at, zone) == local_day(card.appointment.starts_at, zone)
        return card.appointment.reason is CancelReason.BY_CLINIC and same_day and offer.doctor.id == card.doctor.id

    async def offers(self, account: AccountId, appointment: AppointmentId) -> Sequence[Soonest]:
        """The same for a message nobody asked for: news must not wait for a silent clinic."""
        try:
            return await self.alternatives(account, appointment)
        except RuleError:
            return ()

    @writes
    async def leave(self, uow: UnitOfWork, account: AccountId, appointment: AppointmentId) -> None:
        """The person does not watch the outcome any more: it comes as a message of its own. Raises NotYours."""
        await uow.appointments.require(account, appointment)
        await uow.outbox.detach(appointment)

    async def settle_due(self) -> int:
        return await self._settlement.settle_due()

    @reads
    async def about(self, view: UnitOfWork, message: VisitNews) -> AppointmentCard | None:
        """The visit as it is now, None where the message is not true any more. Raises NotYet before the outcome."""
        card = await find_visit(view, message)
        may_be_moved = isinstance(message, CancelledByClinic)
        others = await view.appointments.upcoming(message.account, self._clock.now()) if may_be_moved else ()
        if card is None:
            return None
        if isinstance(message, CancellationAnswered | CancelledByOther) and card.appointment.cancelling:
            raise NotYet
        if _is_being_moved(card, others):
            raise NotYet
        return card if _still_true(message, card.appointment) else None

    # --- what the clinic changes --------------------------------------------------------------------------------------

    async def sync(self) -> int:
        """Read every system's change feed; says how many of our visits have changed."""
        changed = 0
        for system in self._systems.every():
            try:
                if (await system.capabilities()).feeds_changes:
                    changed += await self._read_feed(system)
            except ClinicError as trouble:
                log.warning("the change feed did not answer", system=system.name, trouble=type(trouble).__name__)
        return changed

    async def _read_feed(self, system: ClinicSystem) -> int:
        changed, more = 0, True
        while more:
            cursor = await self._storage.read(lambda view: view.cursors.get(system.name))
            feed = await system.changes(cursor)
            more = feed.more
            if feed.cursor == cursor:
                break
            changed += await self._take_over_feed(system, feed)
        return changed

    @writes
    async def _take_over_feed(self, uow: UnitOfWork, system: ClinicSystem, feed: Changes) -> int:
        changed = 0
        for booking in feed.bookings:
            changed += await self._take_over(uow, system, booking)
        await uow.cursors.set(system.name, feed.cursor)
        return changed

    async def _take_over(self, uow: UnitOfWork, system: ClinicSystem, booking: Booking) -> bool:
        now = self._clock.now()
        before = await self._ours(uow, system, booking)
        if before is None:
            return False
        if before.appointment.status is BookingStatus.PENDING:
            await self._settlement.record(uow, before, booking, now)
            return True
        if not before.appointment.is_live or before.appointment.cancelling:
            return False
        if booking.status is BookingStatus.CANCELLED:
            await uow.appointments.settle(before.appointment.id, BookingStatus.CANCELLED, None, CancelReason.BY_CLINIC)
            await uow.outbox.withdraw_of(before.appointment.id, VisitReminder)
            await _notify(uow, before, CancelledByClinic, now, booking.reason)
        elif booking.starts_at != before.appointment.starts_at or booking.room != before.appointment.room:
            await self._take_over_move(uow, before, booking, now)
        else:
            return False
        await uow.audit.add(
            Actor.system(before.appointment.account),
            Deed.CHANGED_BY_CLINIC,
            Subject.appointment(before.appointment.id),
            now,
        )
        return True

    async def _ours(self, uow: UnitOfWork, system: ClinicSystem, booking: Booking) -> AppointmentCard | None:
        """Ours by the clinic's reference, or by our key: the answer that brings the reference may be under way."""
        ours = await uow.appointments.find_booked(system.name, booking.ref)
        if ours is None and booking.key is not None:
            ours = await uow.appointments.find_of_key(booking.key)
        return None if ours is None else await uow.appointments.get(ours.id)

    async def _take_over_move(self, uow: UnitOfWork, before: AppointmentCard, booking: Booking, now: datetime) -> None:
        await uow.appointments.settle(before.appointment.id, booking.status, booking)
        after = await uow.appointments.get(before.appointment.id)
        if after is not None:
            await self._reminders.plan(uow, after, now)
        await _notify(uow, before, MovedByClinic, now)


async def _notify(
    uow: UnitOfWork, before: AppointmentCard, news: type[ChangedByClinic], now: datetime, why: str = ""
) -> None:
    """Tell every representative, since any of them may be the one who brings the patient to the visit.

    ``before`` is the visit as it was, ``why`` a ClinicReason or the clinic's own words.
    """
    visit = before.appointment
    for each in await uow.representatives.list_of(before.patient.id):
        await uow.outbox.add(news(each.account, visit.id, visit.starts_at, why).due(now), now)


def _still_true(message: VisitNews, visit: Appointment) -> bool:
    match message:
        case CancelledByOther():
            return visit.reason is CancelReason.BY_REPRESENTATIVE
        case CancelledByClinic():
            return visit.reason is CancelReason.BY_CLINIC
        case MovedByClinic():
            return visit.is_live
    return True


def _is_being_moved(card: AppointmentCard, others: Sequence[AppointmentCard]) -> bool:
    """A visit that the person is moving is called off by the clinic as well: the wish's outcome tells whose doing."""
    wishes = (other.appointment for other in others if other.appointment.status is BookingStatus.PENDING)
    return any(wish.replaces == card.appointment.id for wish in wishes)
