"""Orders: a review screen holds a time and records an order; confirming it records a wish and has it settled."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.booking import rules
from bot.booking.choose import Booking, Chosen
from bot.booking.errors import OrderExpired, SlotGone, SlotTaken
from bot.booking.news import BookingAnswered, MovedByOther, VisitNews, VisitReminder
from bot.booking.records import Appointment, AppointmentCard, NewOrder, Order
from bot.booking.settle import Settlement
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import BookingStatus, Hold, SlotIsGone, SlotIsTaken
from bot.core.clinic import Slot, VisitType
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.errors import NotYours
from bot.core.patient import Patient
from bot.core.people import Purpose
from bot.core.refs import with_new_ref
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, AppointmentId, DoctorId, Key, OrderId, PatientId, PersonRef, Ref
from bot.patients.errors import PolicyNotVerified

GRACE = timedelta(minutes=30)
"""A review screen read slowly still books while the time is free; an older one is read anew."""


class Reviewed(NamedTuple):
    chosen: Chosen
    order: Order
    deadline: datetime
    replaces: AppointmentCard | None


class Orders:
    def __init__(
        self, storage: Storage, directory: Directory, booking: Booking, settlement: Settlement, clock: Clock
    ) -> None:
        self._storage, self._directory, self._booking = storage, directory, booking
        self._settlement, self._clock = settlement, clock

    @clinic_call
    async def review(
        self,
        account: AccountId,
        patient: PatientId,
        doctor: DoctorId,
        starts_at: datetime,
        visit_type: VisitType,
        replaces: AppointmentId | None = None,
    ) -> Reviewed:
        """Hold a time and record an order that a Confirm button may carry.

        Raises NotYours, PolicyNotVerified, SlotTaken, SlotGone, AlreadyBooked, TimeClash, NotForThisPatient,
        ReferralRequired, and for a reschedule NotActive, TooLateToReschedule.
        """
        now = self._clock.now()

        async def look(view: UnitOfWork) -> tuple[Patient, AppointmentCard | None, Sequence[Appointment]]:
            old = None if replaces is None else await view.appointments.require(account, replaces)
            return await view.patients.require(account, patient), old, await view.appointments.planned(account, now)

        found, old, others = await self._storage.read(look)
        chosen = await self._booking.choose_for(account, found, doctor)
        if old is not None:
            rules.require_reschedulable(old, now)
        slot = await self._find(chosen, starts_at, visit_type, replaces)
        self._refuse(chosen, slot, others, now, replaces)
        key = Key(secrets.token_hex(16))
        hold = await self._hold(chosen, key, slot, replaces)
        expires_at = hold.expires_at if hold else None
        wish = NewOrder(key, account, patient, doctor, slot, expires_at, replaces)
        order = await self._storage.write(lambda uow: uow.orders.add(wish, now))
        return Reviewed(chosen, order, slot.starts_at - chosen.clinic.rules.cancel_before, old)

    async def _find(
        self, chosen: Chosen, starts_at: datetime, visit_type: VisitType, replaces: AppointmentId | None
    ) -> Slot:
        free = await self._booking.free(chosen, local_day(starts_at, chosen.clinic.zone))
        for slot in free:
            if slot.starts_at == starts_at and slot.visit_type is visit_type:
                return slot
        if starts_at <= self._clock.now():
            raise SlotGone(chosen.patient.id, chosen.doctor.id, replaces)
        raise self._taken(chosen, starts_at, free, replaces)

    def _refuse(
        self, chosen: Chosen, slot: Slot, others: Sequence[Appointment], now: datetime, replaces: AppointmentId | None
    ) -> None:
        for refusal in rules.refusals(
            chosen.patient,
            chosen.specialty,
            slot,
            others,
            now,
            doctor=chosen.doctor.id,
            zone=chosen.clinic.zone,
            replaces=replaces,
        ):
            raise refusal

    async def _hold(self, chosen: Chosen, key: Key, slot: Slot, replaces: AppointmentId | None) -> Hold | None:
        system = self._directory.serving(chosen.clinic)
        if not (await system.capabilities()).holds:
            return None
        try:
            return await system.hold(key, self._person(chosen.patient), slot.ref)
        except (SlotIsTaken, SlotIsGone):
            free = await self._booking.free(chosen, local_day(slot.starts_at, chosen.clinic.zone))
            raise self._taken(chosen, slot.starts_at, free, replaces) from None

    def _taken(
        self, chosen: Chosen, starts_at: datetime, free: Sequence[Slot], replaces: AppointmentId | None
    ) -> SlotTaken:
        near = [slot.starts_at for slot in rules.neighbours(free, starts_at)]
        return SlotTaken(chosen.patient.id, chosen.doctor.id, starts_at, chosen.clinic.zone, near, replaces)

    def _person(self, patient: Patient) -> PersonRef:
        if patient.person is None:
            raise PolicyNotVerified(patient.id)
        return patient.person

    async def book(self, account: AccountId, order: OrderId, message: int | None) -> AppointmentCard:
        """Record the wish and ask the clinic; the same order again is the same appointment.

        ``message`` is the chat message that waits for the outcome. Raises what ``review`` raises, OrderExpired, and
        OutcomePending where the clinic takes longer than a tap can wait: the outcome then arrives by itself.
        """
        now = self._clock.now()

        async def look(view: UnitOfWork) -> tuple[Order, Patient]:
            wanted = await view.orders.find(account, order)
            if wanted is None:
                raise OrderExpired
            return wanted, await view.patients.require(account, wanted.patient)

        wanted, patient = await self._storage.read(look)
        chosen = await self._booking.choose_for(account, patient, wanted.doctor)
        appointment = await with_new_ref(lambda ref: self._wish(ref, chosen, wanted, message, now))
        return await self._settlement.wait(account, appointment.id)

    @writes
    async def _wish(
        self, uow: UnitOfWork, ref: Ref, chosen: Chosen, order: Order, message: int | None, now: datetime
    ) -> Appointment:
        """The appointment of an order, made where there is none yet."""
        already = await uow.appointments.find_of_order(order.account, order.key)
        if already is not None:
            return already
        if order.expires_at is not None and now > order.expires_at + GRACE:
            raise OrderExpired(order.patient, order.doctor)
        old = None if order.replaces is None else await uow.appointments.require(order.account, order.replaces)
        if old is not None:
            rules.require_reschedulable(old, now)
        others = await uow.appointments.planned(order.account, now)
        self._refuse(chosen, order.slot, others, now, order.replaces)
        appointment = await uow.appointments.add(order, chosen.clinic.id, chosen.specialty.id, ref, now)
        await uow.outbox.add(BookingAnswered(order.account, appointment.id).unless_shown(now, edits=message), now)
        if old is not None and (booker := old.appointment.account) != order.account:
            moved = MovedByOther(booker, appointment.id, old.appointment.starts_at)
            await uow.outbox.add(moved.unless_shown(now), now)
        await uow.audit.add(Actor.account(order.account), Deed.BOOKING_ASKED, Subject.appointment(appointment.id), now)
        return appointment

    @clinic_call
    async def give_up(self, account: AccountId, order: OrderId) -> Order:
        """Give the held time back. Raises OrderExpired for an order that is gone."""
        found = await self._storage.read(lambda view: view.orders.find(account, order))
        if found is None:
            raise OrderExpired
        clinic = await self._booking.clinic_of(found.doctor)
        await self._directory.serving(clinic).release(found.key)
        return found

    @reads
    async def about(self, view: UnitOfWork, message: VisitNews) -> AppointmentCard | None:
        """The visit as it is now, None where the message is not true any more. Raises NotYet before the outcome."""
        card = await find_visit(view, message)
        reader = await view.accounts.get(message.account)
        if card is None or reader is None:
            return None
        match message:
            case VisitReminder():
                comes = card.appointment.is_live and card.appointment.starts_at > self._clock.now()
                return card if comes and Purpose.REMINDERS in reader.consents else None
            case BookingAnswered() | MovedByOther() if card.appointment.status is BookingStatus.PENDING:
                raise NotYet
            case MovedByOther() if not card.appointment.is_live:
                return None
        return card


async def find_visit(view: UnitOfWork, message: VisitNews) -> AppointmentCard | None:
    """None for an account that sees the visit no more."""
    try:
        return await view.appointments.require(message.account, message.appointment)
    except NotYours:
        return None
