"""Settling: what a wish recorded in storage became at the clinic, asked until the clinic has said it.

A tap waits a moment for the answer; the worker asks again for everything that was left open, by a slow clinic or by a
crash between the wish and its outcome. Asking twice is safe: the clinic knows the wish by its key.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakValueDictionary

import structlog

from bot.booking import rules
from bot.booking.deeds import BOOKING_SETTLED
from bot.booking.errors import (
    AlreadyBooked,
    NotActive,
    NotForThisPatient,
    OutcomePending,
    SlotGone,
    SlotTaken,
    TimeClash,
)
from bot.booking.news import BookingAnswered, CancellationAnswered, VisitReminder
from bot.booking.records import Appointment, AppointmentCard, CancelReason
from bot.booking.reminders import Reminders
from bot.clinics.directory import Directory
from bot.clinics.port import (
    Booking,
    BookingStatus,
    ClinicError,
    ClinicSystem,
    HasActiveVisit,
    NotEligible,
    NotFound,
    PolicyInactive,
    Refused,
    SlotIsTaken,
    VisitsOverlap,
)
from bot.core import limits
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import RuleError
from bot.core.patient import Verification, VerificationStatus
from bot.core.tasks import Background
from bot.core.timing import day_bounds, local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.delivery.news import SHOWN_WITHIN
from bot.glossary import AccountId, AppointmentId, PersonRef
from bot.patients.errors import PolicyNotVerified
from bot.patients.news import CheckAnswered

ASK_AGAIN = timedelta(seconds=20)
GIVE_UP_AFTER = timedelta(minutes=30)
"""A booking wish that the clinic has not taken for so long is refused: the person should choose anew."""

log = structlog.get_logger()


class Settled(NamedTuple):
    """The appointment as it is now, and why the clinic refused if it did."""

    card: AppointmentCard
    refusal: RuleError | None = None

    @property
    def is_over(self) -> bool:
        """Whether the clinic has nothing left to say about it."""
        appointment = self.card.appointment
        return appointment.status is not BookingStatus.PENDING and not appointment.cancelling


class Settlement:
    def __init__(
        self, storage: Storage, directory: Directory, background: Background, clock: Clock, reminders: Reminders
    ) -> None:
        self._storage, self._directory, self._background = storage, directory, background
        self._clock, self._reminders = clock, reminders
        self._turns: WeakValueDictionary[AppointmentId, asyncio.Lock] = WeakValueDictionary()

    async def wait(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Settle now, waiting no longer than a tap can. Raises the clinic's refusal, or OutcomePending."""
        settling = self._background.start(self.settle(appointment))
        await asyncio.wait({settling}, timeout=limits.TAP_TIMEOUT)
        settled = settling.result() if settling.done() else None
        if settled is not None and settled.refusal is not None:

            async def withdraw(uow: UnitOfWork) -> None:
                await uow.outbox.withdraw(BookingAnswered(account, appointment).dedup)
                await uow.outbox.withdraw(CancellationAnswered(account, appointment).dedup)

            await self._storage.write(withdraw)
            raise settled.refusal
        if settled is not None and settled.is_over:
            return settled.card
        card = await self._storage.read(lambda view: view.appointments.require(account, appointment))
        if card.appointment.status is BookingStatus.PENDING:
            raise OutcomePending(appointment)
        if card.appointment.cancelling:
            raise OutcomePending(appointment, cancelling=True)
        return card

    async def settle_due(self) -> int:
        """The worker's turn; says how many it asked about."""
        now = self._clock.now()
        due = await self._storage.write(lambda uow: uow.appointments.claim_unsettled(now, now + ASK_AGAIN, limit=20))
        # One silent clinic must not keep the others' visits waiting: it is heard out for many seconds.
        settling = {self._background.start(self.settle(appointment)) for appointment in due}
        if settling:
            await asyncio.wait(settling)
        return len(due)

    async def settle(self, appointment: AppointmentId) -> Settled | None:
        """Bring one open wish to its end if the clinic answers; None where there is nothing to settle any more.

        One at a time: of two questions asked at once the clinic may refuse one and grant the other.
        """
        turn = self._turns.get(appointment)
        if turn is None:
            turn = self._turns[appointment] = asyncio.Lock()
        async with turn:
            return await self._settle(appointment)

    async def _settle(self, appointment: AppointmentId) -> Settled | None:
        card = await self._storage.read(lambda view: view.appointments.get(appointment))
        if card is None or card.patient.person is None:
            return None
        system = self._directory.serving(card.clinic)
        try:
            if card.appointment.status is BookingStatus.PENDING:
                return await self._settle_booking(system, card, card.patient.person)
            if card.appointment.cancelling:
                return await self._settle_cancellation(system, card, card.patient.person)
        except ClinicError as trouble:
            log.warning("the clinic has not answered", trouble=type(trouble).__name__, appointment=appointment)
        return Settled(card)

    # --- booking ------------------------------------------------------------------------------------------------------

    async def _settle_booking(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Settled:
        try:
            booking = await self._ask(system, card, person)
        except Refused as refused:
            await self._refuse(card)
            return Settled(card, await self._in_our_words(system, card, refused))
        if booking is None:
            await self._refuse(card)
            return Settled(card, SlotGone(card.patient.id, card.doctor.id, card.appointment.replaces))
        return Settled(await self._record(card, booking))

    async def _ask(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Booking | None:
        """The clinic's booking; None where the wish never arrived and has grown too old to be sent again."""
        wish = card.appointment
        if self._has_waited(card):
            found = await system.recover(wish.key, person, wish.slot)
            if found is not None or self._is_stale(card):
                return found
        replaces = wish.replaces
        if replaces is None:
            return await system.book(wish.key, person, wish.slot)
        old = await self._storage.read(lambda view: view.appointments.get(replaces))
        if old is None or old.appointment.booking is None:
            raise NotFound("the visit to be replaced is unknown")
        return await system.reschedule(wish.key, person, old.appointment.booking, wish.slot)

    def _has_waited(self, card: AppointmentCard) -> bool:
        created = card.appointment.created_at
        return created is not None and self._clock.now() - created >= SHOWN_WITHIN

    def _is_stale(self, card: AppointmentCard) -> bool:
        now, created = self._clock.now(), card.appointment.created_at
        return card.appointment.starts_at <= now or (created is not None and now - created >= GIVE_UP_AFTER)

    @writes
    async def _record(self, uow: UnitOfWork, card: AppointmentCard, booking: Booking) -> AppointmentCard:
        if not await self._is_open(uow, card.appointment):
            return card
        return await self.record(uow, card, booking, self._clock.now())

    async def record(self, uow: UnitOfWork, card: AppointmentCard, booking: Booking, now: datetime) -> AppointmentCard:
        """The clinic has said what an open wish became; what it has called off since is off for its reasons."""
        wish = card.appointment
        reason = CancelReason.BY_CLINIC if booking.status is BookingStatus.CANCELLED else None
        await uow.appointments.settle(wish.id, booking.status, booking, reason)
        if wish.replaces is not None:
            await self._close_old(uow, wish, wish.replaces, now)
        await uow.patients.set_clinic(card.patient.id, card.clinic.id)
        await uow.audit.add(
            Actor.system(wish.account), BOOKING_SETTLED[booking.status], Subject.appointment(wish.id), now
        )
        await uow.outbox.hasten(BookingAnswered(wish.account, wish.id).dedup, now)
        settled = await uow.appointments.get(wish.id) or card
        if settled.appointment.is_live:
            await self._reminders.plan(uow, settled, now)
        return settled

    async def _is_open(self, uow: UnitOfWork, wish: Appointment) -> bool:
        """Whether nobody has settled it meanwhile: a late answer must not undo what came after."""
        found = await uow.appointments.find_of_key(wish.key)
        return found is not None and (found.status, found.cancelling) == (wish.status, wish.cancelling)

    async def _close_old(self, uow: UnitOfWork, wish: Appointment, old: AppointmentId, now: datetime) -> None:
        await uow.appointments.settle(old, BookingStatus.CANCELLED, None, CancelReason.RESCHEDULED)
        await uow.outbox.withdraw_of(old, VisitReminder)
        await uow.audit.add(Actor.account(wish.account), Deed.VISIT_MOVED, Subject.appointment(old), now)

    @writes
    async def _refuse(self, uow: UnitOfWork, card: AppointmentCard) -> None:
        wish = card.appointment
        if not await self._is_open(uow, wish):
            return
        await uow.appointments.settle(wish.id, BookingStatus.REFUSED, None)
        await uow.outbox.hasten(BookingAnswered(wish.account, wish.id).dedup, self._clock.now())
        await uow.audit.add(
            Actor.system(wish.account), Deed.BOOKING_REFUSED, Subject.appointment(wish.id), self._clock.now()
        )

    async def _in_our_words(self, system: ClinicSystem, card: AppointmentCard, refused: Refused) -> RuleError:
        wish, patient = card.appointment, card.patient.id
        match refused:
            case SlotIsTaken():
                since, until = day_bounds(local_day(wish.starts_at, card.clinic.zone), card.clinic.zone)
                free = await system.slots(card.doctor.ref, max(since, self._clock.now()), until)
                near = [slot.starts_at for slot in rules.neighbours(free, wish.starts_at)]
                return SlotTaken(patient, card.doctor.id, wish.starts_at, card.clinic.zone, near, wish.replaces)
            case HasActiveVisit() | VisitsOverlap():
                return await self._conflict(card, refused)
            case NotEligible():
                return NotForThisPatient(patient, card.specialty.id)
            case PolicyInactive():
                await self._doubt_policy(card)
                return PolicyNotVerified(patient)
            case NotFound() if wish.replaces is not None:
                return NotActive(wish.replaces)
        return SlotGone(patient, card.doctor.id, wish.replaces)

    @writes
    async def _doubt_policy(self, uow: UnitOfWork, card: AppointmentCard) -> None:
        """The clinic no longer takes a policy that was confirmed once: the worker asks the register anew and tells."""
        now = self._clock.now()
        queued = Verification(VerificationStatus.QUEUED, queued_at=now)
        await uow.patients.set_verification(card.patient.id, queued, next_check=now)
        await uow.outbox.add(CheckAnswered(card.appointment.account, card.patient.id).unless_shown(now), now)

    async def _conflict(self, card: AppointmentCard, refused: HasActiveVisit | VisitsOverlap) -> RuleError:
        existing, kind = refused.existing, AlreadyBooked if isinstance(refused, HasActiveVisit) else TimeClash
        if existing is None:
            return kind(card.patient.id, card.appointment.starts_at, card.clinic.zone, None)
        ours = await self._storage.read(lambda view: view.appointments.find_booked(card.clinic.system, existing.ref))
        known = ours.id if ours is not None and ours.patient == card.patient.id else None
        return kind(card.patient.id, existing.starts_at, card.clinic.zone, known)

    # --- cancelling ---------------------------------------------------------------------------------------------------

    async def _settle_cancellation(self, system: ClinicSystem, card: AppointmentCard, person: PersonRef) -> Settled:
        wish = card.appointment
        if wish.booking is None:
            raise NotFound("a visit without a booking cannot be cancelled")
        try:
            await system.cancel(wish.key, person, wish.booking)
        except NotFound:
            log.warning("the clinic no longer knows a visit being cancelled", appointment=wish.id)
        except Refused as refused:
            await self._keep(card, refused.existing)
            return Settled(card, NotActive(wish.id))
        return Settled(await self._record_cancelled(card))

    @writes
    async def _keep(self, uow: UnitOfWork, card: AppointmentCard, as_it_is: Booking | None) -> None:
        """The clinic will not cancel: the visit stays as it is there, and nobody waits any more."""
        wish = card.appointment
        if not await self._is_open(uow, wish):
            return
        await uow.appointments.settle(wish.id, as_it_is.status if as_it_is else wish.status, as_it_is)
        await uow.outbox.hasten(CancellationAnswered(wish.account, wish.id).dedup, self._clock.now())
        await uow.audit.add(
            Actor.system(wish.account), Deed.CANCELLATION_REFUSED, Subject.appointment(wish.id), self._clock.now()
        )

    @writes
    async def _record_cancelled(self, uow: UnitOfWork, card: AppointmentCard) -> AppointmentCard:
        wish, now = card.appointment, self._clock.now()
        if not await self._is_open(uow, wish):
            return card
        await uow.appointments.settle(wish.id, BookingStatus.CANCELLED, None, CancelReason.BY_REPRESENTATIVE)
        await uow.outbox.withdraw_of(wish.id, VisitReminder)
        await uow.outbox.hasten(CancellationAnswered(wish.account, wish.id).dedup, now)
        await uow.audit.add(Actor.system(wish.account), Deed.VISIT_CANCELLED, Subject.appointment(wish.id), now)
        return await uow.appointments.get(wish.id) or card
