"""Settle bookings and cancellations with the clinic: send the request and record the answer.

A tap waits a moment for the answer. A job retries what was left open by a slow clinic, or by a crash between the
request and its answer. A retry is safe: the key of the appointment is the idempotency key at the clinic.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakValueDictionary

import structlog

from bot.booking import rules
from bot.booking.choose import holder_of
from bot.booking.deeds import BOOKING_SETTLED
from bot.booking.errors import (
    AlreadyBooked,
    BookedByFamily,
    NotActive,
    NotForThisPatient,
    OutcomePending,
    ReferralRequired,
    SlotGone,
    TimeClash,
)
from bot.booking.news import BookedByOther, BookingAnswered, CancellationAnswered, MovedByOther, VisitReminder
from bot.booking.records import Appointment, AppointmentCard, CancelReason, Viewer
from bot.booking.reminders import Reminders
from bot.clinics.directory import Directory
from bot.clinics.port import (
    Booking,
    BookingStatus,
    ClinicError,
    ClinicSystem,
    HasActiveVisit,
    NoReferral,
    NotEligible,
    NotFound,
    PolicyInactive,
    Refused,
    SlotIsTaken,
    VisitsOverlap,
)
from bot.clinics.reserving import NO_RESERVATION
from bot.core import limits
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours, RuleError
from bot.core.patient import Verification, VerificationStatus
from bot.core.tasks import Background
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.news import SHOWN_WITHIN
from bot.glossary import AccountId, AppointmentId, Key, PersonRef
from bot.patients.claims import find_standing
from bot.patients.errors import PolicyNotVerified
from bot.patients.news import CheckAnswered

RETRY_AFTER = timedelta(seconds=20)
GIVE_UP_AFTER = timedelta(minutes=30)
"""A PENDING appointment that the clinic has not booked within this time is refused."""

BATCH = 20
"""appointments that one run of the job claims"""

log = structlog.get_logger(__name__)


class Settled(NamedTuple):
    """The appointment as it is now, and the clinic's refusal if there was one."""

    card: AppointmentCard
    refusal: RuleError | None = None

    @property
    def is_over(self) -> bool:
        """Whether the clinic has answered every request."""
        appointment = self.card.appointment
        return appointment.status is not BookingStatus.PENDING and not appointment.cancelling


class Settlement:
    def __init__(
        self, storage: Storage, directory: Directory, background: Background, clock: Clock, reminders: Reminders
    ) -> None:
        self._storage, self._directory, self._background = storage, directory, background
        self._clock, self._reminders = clock, reminders
        self._locks: WeakValueDictionary[AppointmentId, asyncio.Lock] = WeakValueDictionary()

    async def wait(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Settle an appointment, waiting no longer than a tap can. Raises the clinic's refusal, or OutcomePending."""
        settling = self._background.start(self.settle(appointment))
        await asyncio.wait({settling}, timeout=limits.TAP_TIMEOUT)
        settled = settling.result() if settling.done() else None
        if settled is not None and settled.refusal is not None:
            await self._withdraw_answers(account, appointment)
            raise settled.refusal
        if settled is not None and settled.is_over:
            return settled.card
        card = await self._storage.read(lambda view: view.appointments.require(account, appointment))
        if card.appointment.status is BookingStatus.PENDING:
            raise OutcomePending(appointment)
        if card.appointment.cancelling:
            raise OutcomePending(appointment, cancelling=True)
        return card

    async def settle_soon(self, appointment: AppointmentId) -> None:
        """Wait until the open request of another account's appointment is settled, no longer than a tap can."""
        await asyncio.wait({self._background.start(self.settle(appointment))}, timeout=limits.TAP_TIMEOUT)

    @writes
    async def _withdraw_answers(self, uow: UnitOfWork, account: AccountId, appointment: AppointmentId) -> None:
        await uow.outbox.withdraw(BookingAnswered(account, appointment).dedup)
        await uow.outbox.withdraw(CancellationAnswered(account, appointment).dedup)

    @writes
    async def send_anew(self, uow: UnitOfWork, account: AccountId, appointment: AppointmentId) -> None:
        """Let the answer come as a new message: the person left the screen that waits for it. Raises NotYours."""
        await uow.appointments.require(account, appointment)
        await uow.outbox.detach(appointment)

    async def settle_due(self) -> int:
        """Settle the appointments that are due for a retry; return how many there were."""
        now = self._clock.now()
        due = await self._storage.write(
            lambda uow: uow.appointments.claim_unsettled(now, now + RETRY_AFTER, limit=BATCH)
        )
        # In parallel: a slow clinic must not delay the visits of other clinics.
        settling = {self._background.start(self.settle(appointment)) for appointment in due}
        if settling:
            await asyncio.wait(settling)
        return len(due)

    async def settle(self, appointment: AppointmentId) -> Settled | None:
        """Send the open request to the clinic and record the answer. Return None if the appointment no longer exists.

        An appointment has one request at a time: of two, the clinic might accept one and refuse the other.
        """
        lock = self._locks.get(appointment)
        if lock is None:
            lock = self._locks[appointment] = asyncio.Lock()
        async with lock:
            return await self._settle(appointment)

    async def _settle(self, appointment: AppointmentId) -> Settled | None:
        card = await self._storage.read(lambda view: view.appointments.get(appointment))
        if card is None or card.person is None:
            return None
        system = self._directory.serving(card.clinic)
        try:
            if card.appointment.status is BookingStatus.PENDING:
                return await self._settle_booking(system, card, card.person)
            if card.appointment.cancelling:
                return await self._settle_cancellation(system, card, card.person)
        except ClinicError as trouble:
            log.warning("the clinic has not answered", trouble=type(trouble).__name__, appointment=appointment)
        return Settled(card)

    # --- booking ------------------------------------------------------------------------------------------------------

    async def _settle_booking(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Settled:
        try:
            booking = await self._request_booking(system, card, person)
        except Refused as refused:
            await self._record_refused(card)
            return Settled(card, await self._refusal(system, card, refused))
        if booking is None:
            await self._record_refused(card)
            return Settled(card, SlotGone(card.patient.id, card.doctor.id, card.appointment.replaces))
        return Settled(await self._record_booking(card, booking))

    async def _request_booking(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Booking | None:
        """Return the clinic's booking, or None if no earlier request arrived and it is too late for another."""
        appointment = card.appointment
        if self._may_have_arrived(appointment):
            found = await system.recover(appointment.key, person, appointment.slot)
            if found is not None or self._is_expired(appointment):
                return found
        try:
            return await self._send_booking(system, appointment, person, NO_RESERVATION)
        except SlotIsTaken:
            # Nothing was done. Few slots are reserved, so a reservation is looked up only now.
            reserved = await self._storage.read(lambda view: _reservation(view, appointment, self._clock.now()))
            if not reserved:
                raise
            return await self._send_booking(system, appointment, person, reserved)

    async def _send_booking(
        self, system: ClinicSystem, appointment: Appointment, person: PersonRef, reserved: Key
    ) -> Booking:
        replaces, holder = appointment.replaces, holder_of(appointment.account)
        key, slot = appointment.key, appointment.slot
        if replaces is None:
            return await system.book(key, person, slot, holder, reserved)
        old = await self._storage.read(lambda view: view.appointments.get(replaces))
        if old is None or old.appointment.booking is None:
            raise NotFound("the visit to be replaced is unknown")
        return await system.reschedule(key, person, old.appointment.booking, slot, holder, reserved)

    def _may_have_arrived(self, appointment: Appointment) -> bool:
        """Whether the appointment is older than a tap waits, so that an earlier request may have been sent."""
        created = appointment.created_at
        return created is not None and self._clock.now() - created >= SHOWN_WITHIN

    def _is_expired(self, appointment: Appointment) -> bool:
        now, created = self._clock.now(), appointment.created_at
        return appointment.starts_at <= now or (created is not None and now - created >= GIVE_UP_AFTER)

    @writes
    async def _record_booking(self, uow: UnitOfWork, card: AppointmentCard, booking: Booking) -> AppointmentCard:
        return await self.record_booking(uow, card, booking, self._clock.now())

    async def record_booking(
        self, uow: UnitOfWork, card: AppointmentCard, booking: Booking, now: datetime
    ) -> AppointmentCard:
        """Record the clinic's answer to a PENDING appointment in the caller's unit; return it as it is then.

        The booking may be cancelled already. Nothing is recorded if an answer was recorded since ``card`` was read.
        """
        appointment = card.appointment
        reason = CancelReason.BY_CLINIC if booking.status is BookingStatus.CANCELLED else None
        if not await _settle_request(uow, appointment, booking.status, booking, reason):
            return card
        was = None
        if appointment.replaces is not None:
            was = await self._close_replaced(uow, appointment, appointment.replaces, now)
        if rules.is_own_kind(card.clinic):
            await uow.patients.adopt_clinic(card.patient.id, card.clinic.id)
        await _audit(uow, appointment, BOOKING_SETTLED[booking.status], now)
        await uow.outbox.hasten(BookingAnswered(appointment.account, appointment.id).dedup, now)
        settled = await uow.appointments.get(appointment.id) or card
        if settled.appointment.is_live:
            if settled.waits:
                await uow.closed_visits.choose(appointment.patient, appointment.clinic, appointment.specialty, now)
            viewers = await uow.appointments.viewers(appointment.id)
            await self._reminders.plan(uow, settled, now, viewers)
            await _tell_others(uow, settled.appointment, viewers, was, now)
        return settled

    async def _close_replaced(
        self, uow: UnitOfWork, appointment: Appointment, old: AppointmentId, now: datetime
    ) -> datetime | None:
        """Record that a visit was moved; return when it began."""
        await uow.appointments.settle(old, BookingStatus.CANCELLED, None, CancelReason.RESCHEDULED)
        await uow.outbox.withdraw_of(old, VisitReminder)
        await _end_elsewhere(uow, old)
        await uow.audit.add(Actor.account(appointment.account), Deed.VISIT_MOVED, Subject.appointment(old), now)
        replaced = await uow.appointments.get(old)
        return None if replaced is None else replaced.appointment.starts_at

    @writes
    async def _record_refused(self, uow: UnitOfWork, card: AppointmentCard) -> None:
        appointment, now = card.appointment, self._clock.now()
        if not await _settle_request(uow, appointment, BookingStatus.REFUSED):
            return
        await uow.outbox.hasten(BookingAnswered(appointment.account, appointment.id).dedup, now)
        await _audit(uow, appointment, Deed.BOOKING_REFUSED, now)

    async def _refusal(self, system: ClinicSystem, card: AppointmentCard, refused: Refused) -> RuleError:
        """Return the answer for the person that a clinic's refusal means."""
        appointment, patient, zone = card.appointment, card.patient.id, card.clinic.zone
        match refused:
            case SlotIsTaken():
                since, until = day_bounds(local_day(appointment.starts_at, zone), zone)
                free = await system.slots(card.doctor.ref, max(since, self._clock.now()), until)
                return rules.slot_taken(
                    card.patient, card.doctor, card.clinic, appointment.starts_at, free, appointment.replaces
                )
            case HasActiveVisit():
                return await self._conflict(AlreadyBooked, card, refused.existing)
            case VisitsOverlap():
                return await self._conflict(TimeClash, card, refused.existing)
            case NotEligible():
                return NotForThisPatient(patient, card.specialty.id)
            case NoReferral():
                return ReferralRequired(patient, card.clinic.id, card.specialty.id)
            case PolicyInactive():
                await self._queue_policy_check(card)
                return PolicyNotVerified(patient)
            case NotFound() if appointment.replaces is not None:
                return NotActive(appointment.replaces)
        return SlotGone(patient, card.doctor.id, appointment.replaces)

    @writes
    async def _queue_policy_check(self, uow: UnitOfWork, card: AppointmentCard) -> None:
        """Check a policy again that was verified and that the clinic no longer accepts; the result is sent."""
        now = self._clock.now()
        queued = Verification(VerificationStatus.QUEUED, queued_at=now)
        await uow.patients.set_verification(card.patient.id, queued, next_check=now)
        await uow.outbox.add(CheckAnswered(card.appointment.account, card.patient.id).unless_shown(now), now)

    async def _conflict(
        self, kind: type[AlreadyBooked | TimeClash], card: AppointmentCard, existing: Booking | None
    ) -> RuleError:
        if existing is None:
            return kind(card.patient.id, card.appointment.starts_at, card.clinic.zone, None)
        known, is_vouched_for = await self._storage.read(lambda view: _known_visit(view, card, existing))
        if known is None:
            system, patient = card.clinic.system, card.appointment.patient
            await self._storage.write(lambda uow: uow.elsewhere.note(patient, system, existing))
        elif known.account != card.appointment.account:
            return BookedByFamily(card.patient, existing.starts_at, card.clinic.zone, known.id)
        at = existing.starts_at if known is not None or is_vouched_for else None
        return kind(card.patient.id, at, card.clinic.zone, None if known is None else known.id)

    # --- cancelling ---------------------------------------------------------------------------------------------------

    async def _settle_cancellation(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Settled:
        appointment = card.appointment
        if appointment.booking is None:
            raise NotFound("a visit without a booking cannot be cancelled")
        try:
            await system.cancel(appointment.key, person, appointment.booking)
        except NotFound:
            log.warning("the clinic no longer knows a visit being cancelled", appointment=appointment.id)
        except Refused as refused:
            await self._record_kept(card, refused.existing)
            return Settled(card, NotActive(appointment.id))
        return Settled(await self._record_cancelled(card))

    @writes
    async def _record_kept(self, uow: UnitOfWork, card: AppointmentCard, existing: Booking | None) -> None:
        """Record that the clinic refused to cancel; ``existing`` is the visit as it is at the clinic."""
        appointment, now = card.appointment, self._clock.now()
        if not await _settle_request(uow, appointment, existing.status if existing else appointment.status, existing):
            return
        await uow.outbox.hasten(CancellationAnswered(appointment.account, appointment.id).dedup, now)
        await _audit(uow, appointment, Deed.CANCELLATION_REFUSED, now)

    @writes
    async def _record_cancelled(self, uow: UnitOfWork, card: AppointmentCard) -> AppointmentCard:
        appointment, now = card.appointment, self._clock.now()
        if not await _settle_request(uow, appointment, BookingStatus.CANCELLED, reason=CancelReason.BY_REPRESENTATIVE):
            return card
        await uow.outbox.withdraw_of(appointment.id, VisitReminder)
        await _end_elsewhere(uow, appointment.id)
        await uow.outbox.hasten(CancellationAnswered(appointment.account, appointment.id).dedup, now)
        await _audit(uow, appointment, Deed.VISIT_CANCELLED, now)
        return await uow.appointments.get(appointment.id) or card


async def _reservation(view: UnitOfWork, visit: Appointment, now: datetime) -> Key:
    what = visit.account, visit.patient, visit.doctor, visit.starts_at, visit.visit_type
    return await view.closed_visits.reservation(*what, now)


async def _tell_others(
    uow: UnitOfWork, visit: Appointment, viewers: Sequence[Viewer], was: datetime | None, now: datetime
) -> None:
    """Tell everybody else who sees a visit that it was booked, or moved from ``was``."""
    for other in (viewer.account for viewer in viewers if viewer.account != visit.account):
        news = BookedByOther(other, visit.id) if was is None else MovedByOther(other, visit.id, was)
        await uow.outbox.add(news.unless_shown(now, starts_at=visit.starts_at), now)


async def _known_visit(view: UnitOfWork, card: AppointmentCard, existing: Booking) -> tuple[Appointment | None, bool]:
    """Return the visit of a booking if the account sees it, and whether the account's card is vouched for."""
    ours = await view.appointments.find_booked(card.clinic.system, existing.ref)
    account, is_vouched_for = card.appointment.account, (await find_standing(view, card.patient)).is_vouched_for
    if ours is None:
        return None, is_vouched_for
    try:
        return (await view.appointments.require(account, ours.id)).appointment, is_vouched_for
    except NotYours:
        return None, is_vouched_for


async def _settle_request(
    uow: UnitOfWork,
    request: Appointment,
    status: BookingStatus,
    booking: Booking | None = None,
    reason: CancelReason | None = None,
) -> bool:
    """Record an answer if the request is still open, and return whether it was.

    A late answer must not overwrite what was recorded since.
    """
    return await uow.appointments.settle(request.id, status, booking, reason, expected=request)


async def _end_elsewhere(uow: UnitOfWork, visit: AppointmentId) -> None:
    """Let other cards of the child know of this visit no more: the clinic's feed need not tell what was done here."""
    card = await uow.appointments.get(visit)
    if card is not None and card.appointment.booking is not None:
        await uow.elsewhere.end(card.clinic.system, card.appointment.booking)


async def _audit(uow: UnitOfWork, appointment: Appointment, deed: Deed, now: datetime) -> None:
    await uow.audit.add(Actor.system(appointment.account), deed, Subject.appointment(appointment.id), now)
