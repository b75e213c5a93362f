"""Book a visit: hold the time that is under review, then book the order that the person confirms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.booking import rules
from bot.booking.blocks import require_open
from bot.booking.choose import Choices, Chosen, holder_of
from bot.booking.errors import BookedByFamily, OneUncheckedVisit, OneVisitOnly, OrderExpired, SlotGone
from bot.booking.news import BookingAnswered
from bot.booking.other_visits import require_no_hidden_at, require_none_hidden
from bot.booking.records import Appointment, AppointmentCard, NewOrder, Order
from bot.booking.settle import Settlement
from bot.booking.unchecked import UncheckedVisits
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.clinics.port import Hold, SlotIsGone, SlotIsTaken
from bot.clinics.reserving import NO_RESERVATION
from bot.core.budgets import Budget
from bot.core.clinic import Slot, VisitType
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.people import Account
from bot.core.refs import with_new_ref
from bot.core.timing import local_day
from bot.core.transactions import Storage, UnitOfWork, writes
from bot.glossary import AccountId, AppointmentId, DoctorId, HolderRef, Key, OrderId, PatientId, PersonRef, Ref
from bot.patients.claims import is_limited
from bot.patients.errors import PolicyNotVerified
from bot.patients.rules.claims import MOST_VISITS

GRACE = timedelta(minutes=30)
"""How long after its hold has expired an order can still be confirmed, if the time is still free."""


class Reviewed(NamedTuple):
    """``deadline`` is the last moment to cancel without its counting as late; ``replaces`` is the visit to move."""

    chosen: Chosen
    order: Order
    deadline: datetime
    replaces: AppointmentCard | None
    meanwhile: Sequence[AppointmentCard] = ()
    """the visits of other patients of the account at that time in other clinics"""


class Booker:
    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        choices: Choices,
        unchecked: UncheckedVisits,
        settlement: Settlement,
        clock: Clock,
    ) -> None:
        self._storage, self._directory, self._choices = storage, directory, choices
        self._unchecked, self._settlement, self._clock = unchecked, settlement, clock

    @clinic_call
    async def review(
        self,
        account: Account,
        patient: PatientId,
        doctor: DoctorId,
        starts_at: datetime,
        visit_type: VisitType,
        replaces: AppointmentId | None = None,
    ) -> Reviewed:
        """Hold a time and record the order that a Confirm button will carry.

        Raises NotYours, OneVisitOnly, PolicyNotVerified, LevelTooLow, BookingBlocked, SlotTaken, SlotGone,
        AlreadyBooked, BookedElsewhere, TimeClash, NotForThisPatient, ReferralRequired, and for a reschedule NotActive,
        TooLateToReschedule.
        """
        now = self._clock.now()

        async def look(view: UnitOfWork) -> tuple[Patient, AppointmentCard | None, Sequence[Appointment], Key]:
            old = None if replaces is None else await view.appointments.require(account.id, replaces)
            whose = await view.patients.require(account.id, patient)
            others = await view.appointments.planned(account.id, now)
            await _require_allowance(view, whose, others, replaces)
            return whose, old, others, view.visit_keys.make(account)

        found, old, others, key = await self._storage.read(look)
        chosen = await self._choices.choose(account.id, found, doctor, None if old is None else old.appointment.booking)
        if old is None:
            await self._require_new(account.id, chosen, now)
        else:
            rules.require_reschedulable(old, now)
        holder = holder_of(account.id)
        planned = [each for each in others if each.id != replaces]
        taken = rules.taken_by_family(account.id, found, starts_at, chosen.clinic.zone, planned)
        if taken is not None:
            await self._settlement.settle_soon(taken.appointment)
            raise taken
        slot, reserved = await self._require_free(account.id, chosen, starts_at, visit_type, replaces)
        await self._require_fitting(account.id, chosen, slot, others, replaces)
        hold = await self._hold(chosen, key, slot, replaces, holder, reserved)
        new_order = NewOrder(key, account.id, patient, doctor, slot, hold.expires_at if hold else None, replaces)
        order = await self._storage.write(lambda uow: uow.orders.add(new_order, now))
        return Reviewed(
            chosen,
            order,
            rules.deadline(slot, chosen.clinic.rules),
            old,
            await self._meanwhile(account.id, chosen, slot, others, now),
        )

    async def _require_new(self, account: AccountId, chosen: Chosen, now: datetime) -> None:
        """Raises BookingBlocked, and BookedElsewhere for a visit that the account does not see."""
        patient, at = chosen.patient, chosen.clinic
        if at.facts.blocks:
            await self._storage.read(lambda view: require_open(view, patient.id, at, now))
        if patient.has_elsewhere:
            what = chosen.specialty.id
            await self._storage.read(lambda view: require_none_hidden(view, account, patient, at, what, now))

    async def _meanwhile(
        self, account: AccountId, chosen: Chosen, slot: Slot, others: Sequence[Appointment], now: datetime
    ) -> Sequence[AppointmentCard]:
        """Return the visits of other patients to which nobody can go who goes to this one."""
        found = {each.id for each in rules.elsewhere_meanwhile(chosen.patient.id, chosen.clinic.id, slot, others)}
        if not found:
            return ()
        upcoming = await self._storage.read(lambda view: view.appointments.upcoming(account, now))
        return [card for card in upcoming if card.appointment.id in found]

    async def _require_fitting(
        self,
        account: AccountId,
        chosen: Chosen,
        slot: Slot,
        others: Sequence[Appointment],
        replaces: AppointmentId | None,
    ) -> None:
        """Raises what the rules refuse; BookedElsewhere for a visit at that time that the account does not see."""
        _require_bookable(account, chosen, slot, others, self._clock.now(), replaces)
        if chosen.patient.has_elsewhere:
            whose, at, now = chosen.patient, chosen.clinic, self._clock.now()
            await self._storage.read(lambda view: require_no_hidden_at(view, account, whose, at, slot, now))

    async def _require_free(
        self,
        account: AccountId,
        chosen: Chosen,
        starts_at: datetime,
        visit_type: VisitType,
        replaces: AppointmentId | None,
    ) -> tuple[Slot, Key]:
        """Return the free slot of that time and type, with the key if it is kept for this account.

        Raises SlotTaken; SlotGone for a time in the past.
        """
        day, holder, now = local_day(starts_at, chosen.clinic.zone), holder_of(account), self._clock.now()
        free = await self._choices.free_slots(chosen, day, holder)
        if slot := _at(free, starts_at, visit_type):
            return slot, NO_RESERVATION
        what = account, chosen.patient.id, chosen.doctor.id, starts_at, visit_type, now
        reserved = await self._storage.read(lambda view: view.closed_visits.reservation(*what))
        kept = await self._choices.free_slots(chosen, day, holder, reserved) if reserved else ()
        if slot := _at(kept, starts_at, visit_type):
            return slot, reserved
        if starts_at <= self._clock.now():
            raise SlotGone(chosen.patient.id, chosen.doctor.id, replaces)
        raise rules.slot_taken(chosen.patient, chosen.doctor, chosen.clinic, starts_at, free, replaces)

    async def _hold(
        self,
        chosen: Chosen,
        key: Key,
        slot: Slot,
        replaces: AppointmentId | None,
        holder: HolderRef,
        reserved: Key,
    ) -> Hold | None:
        """Return None if nothing is held. Raises SlotTaken, PolicyNotVerified."""
        system = self._directory.serving(chosen.clinic)
        if chosen.is_unchecked or not (await system.capabilities()).holds:
            return None  # the clinic gets a record of an unchecked child with the booking, not before
        try:
            return await system.hold(key, _person_of(chosen.patient), slot.ref, holder, reserved)
        except (SlotIsTaken, SlotIsGone):
            free = await self._choices.free_slots(chosen, local_day(slot.starts_at, chosen.clinic.zone), holder)
            raise rules.slot_taken(
                chosen.patient, chosen.doctor, chosen.clinic, slot.starts_at, free, replaces
            ) from None

    async def book(self, account: AccountId, order: OrderId, message: int | None) -> AppointmentCard:
        """Record a PENDING appointment and request it from the clinic; the same order again is the same appointment.

        ``message`` is the id of the chat message to edit if the answer comes late. Raises what ``review`` raises,
        OrderExpired, and OutcomePending if the clinic takes longer than a tap can wait.
        """
        now = self._clock.now()

        async def look(view: UnitOfWork) -> tuple[Order, Patient]:
            found = await view.orders.find(account, order)
            if found is None:
                raise OrderExpired
            return found, await view.patients.require(account, found.patient)

        confirmed, patient = await self._storage.read(look)
        chosen = await self._choices.choose_reviewed(account, patient, confirmed.doctor)
        if chosen.is_unchecked:
            await self._unchecked.enter(chosen.patient, chosen.clinic)
        try:
            appointment = await with_new_ref(lambda ref: self._add(ref, chosen, confirmed, message, now))
        except BookedByFamily as booked:
            # Both pressed at once: the other's visit may be refused yet, and then this one is tried again.
            await self._settlement.settle_soon(booked.appointment)
            appointment = await with_new_ref(lambda ref: self._add(ref, chosen, confirmed, message, now))
        return await self._settlement.wait(account, appointment.id)

    @writes
    async def _add(
        self, uow: UnitOfWork, ref: Ref, chosen: Chosen, order: Order, message: int | None, now: datetime
    ) -> Appointment:
        """Return the appointment of an order; add a PENDING one if there is none yet."""
        already = await uow.appointments.find_of_order(order.account, order.key)
        if already is not None:
            return already
        if order.expires_at is not None and now > order.expires_at + GRACE:
            raise OrderExpired(order.patient, order.doctor)
        old = None if order.replaces is None else await uow.appointments.require(order.account, order.replaces)
        if old is not None:
            rules.require_reschedulable(old, now)
            await uow.budgets.spend(order.account, Budget.VISIT, now)
        else:
            await require_open(uow, order.patient, chosen.clinic, now)
        others = await uow.appointments.planned(order.account, now)
        await _require_allowance(uow, chosen.patient, others, order.replaces)
        _require_bookable(order.account, chosen, order.slot, others, now, order.replaces)
        appointment = await uow.appointments.add(order, chosen.clinic.id, chosen.specialty.id, ref, now)
        await uow.outbox.add(
            BookingAnswered(order.account, appointment.id).unless_shown(
                now, edits=message, starts_at=appointment.starts_at
            ),
            now,
        )
        await uow.audit.add(Actor.account(order.account), Deed.BOOKING_ASKED, Subject.appointment(appointment.id), now)
        return appointment

    @clinic_call
    async def release(self, account: AccountId, order: OrderId) -> Order:
        """Release the hold of an order. Raises OrderExpired if the order no longer exists."""
        found = await self._storage.read(lambda view: view.orders.find(account, order))
        if found is None:
            raise OrderExpired
        clinic = await self._choices.clinic_of(found.doctor)
        await self._directory.serving(clinic).release(found.key)
        return found


def _at(free: Sequence[Slot], starts_at: datetime, visit_type: VisitType) -> Slot | None:
    return next((slot for slot in free if slot.starts_at == starts_at and slot.visit_type is visit_type), None)


def _require_bookable(
    account: AccountId,
    chosen: Chosen,
    slot: Slot,
    others: Sequence[Appointment],
    now: datetime,
    replaces: AppointmentId | None,
) -> None:
    """Raises the most important refusal of the rules, if there is one."""
    refusals = rules.refusals(
        chosen.patient,
        chosen.specialty,
        slot,
        others,
        now,
        clinic=chosen.clinic.id,
        doctor=chosen.doctor.id,
        zone=chosen.clinic.zone,
        referrals=chosen.referrals,
        replaces=replaces,
        is_unchecked=chosen.is_unchecked,
    )
    if refusals:
        raise rules.booked_by_family(refusals[0], account, chosen.patient, others)


async def _require_allowance(
    view: UnitOfWork, patient: Patient, others: Sequence[Appointment], replaces: AppointmentId | None
) -> None:
    """Raises OneVisitOnly for one more visit of a limited card, OneUncheckedVisit while the policy is not checked.

    ``others`` are the visits that the account sees.
    """
    planned = [
        visit for visit in others if visit.patient == patient.id and visit.id != replaces and not visit.elsewhere
    ]
    if planned and patient.is_at_desk and not patient.is_verified:
        raise OneUncheckedVisit(patient.id)
    if len(planned) >= MOST_VISITS and await is_limited(view, patient):
        raise OneVisitOnly(patient.id)


def _person_of(patient: Patient) -> PersonRef:
    if patient.person is None:
        raise PolicyNotVerified(patient.id)
    return patient.person
