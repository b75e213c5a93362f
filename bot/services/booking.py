"""Booking: from a specialty to a review screen, each step one read; «Записаться» records a wish and has it settled."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.errors import OrderExpired, PolicyNotVerified, RefCollision, SlotGone, SlotIsGone, SlotIsTaken, SlotTaken
from bot.models import (
    AccountId,
    Appointment,
    AppointmentCard,
    AppointmentId,
    Clinic,
    ClinicId,
    Doctor,
    DoctorId,
    Hold,
    Key,
    OpenDay,
    Order,
    OrderId,
    Patient,
    PatientId,
    PersonRef,
    Slot,
    Specialty,
    SpecialtyId,
    VisitType,
)
from bot.ports import Clock, NewOrder, Storage, UnitOfWork
from bot.rules import booking as rules
from bot.rules.timing import day_bounds, local_day
from bot.services import notices
from bot.services.directory import Directory
from bot.services.settlement import Settlement

GRACE = timedelta(minutes=30)
"""A review screen read slowly still books while the time is free; an older one is read anew."""


class Chosen(NamedTuple):
    """All that is known on the way to a visit; later fields are filled as the person chooses."""

    patient: Patient
    clinic: Clinic
    specialty: Specialty
    doctor: Doctor


class SpecialtyChoice(NamedTuple):
    patient: Patient
    clinic: Clinic
    specialties: Sequence[Specialty]


class DoctorChoice(NamedTuple):
    patient: Patient
    clinic: Clinic
    specialty: Specialty
    doctors: Sequence[Doctor]


class DayChoice(NamedTuple):
    chosen: Chosen
    days: Sequence[OpenDay]


class TimeChoice(NamedTuple):
    chosen: Chosen
    day: date
    slots: Sequence[Slot]


class Reviewed(NamedTuple):
    chosen: Chosen
    order: Order
    deadline: datetime
    replaces: AppointmentCard | None


class Soonest(NamedTuple):
    doctor: Doctor
    slot: Slot


class Booking:
    def __init__(self, storage: Storage, directory: Directory, settlement: Settlement, clock: Clock) -> None:
        self._storage, self._directory = storage, directory
        self._settlement, self._clock = settlement, clock

    # --- choosing -----------------------------------------------------------------------------------------------------

    async def directory(self) -> Sequence[Clinic]:
        """Every clinic, whoever asks."""
        return await self._directory.clinics()

    async def clinics(self, account: AccountId, patient: PatientId) -> tuple[Patient, Sequence[Clinic]]:
        return await self._patient(account, patient), await self._directory.clinics()

    async def own_clinic(self, patient: Patient) -> Clinic | None:
        return None if patient.clinic is None else await self._directory.clinic(patient.clinic)

    async def clinic_of(self, doctor: DoctorId) -> Clinic:
        return await self._directory.clinic((await self._directory.doctor(doctor)).clinic)

    async def specialty(self, specialty: SpecialtyId) -> Specialty:
        return await self._directory.specialty(specialty)

    async def specialties(
        self, account: AccountId, patient: PatientId, clinic: ClinicId | None
    ) -> SpecialtyChoice | None:
        """What this patient can be booked to. Where ``clinic`` is None, at his own clinic; None if he has none yet."""
        found = await self._patient(account, patient)
        at = clinic or found.clinic
        if at is None:
            return None
        where = await self._directory.clinic(at)
        every = await self._directory.specialties(where)
        today = local_day(self._clock.now(), where.zone)
        return SpecialtyChoice(found, where, rules.offered(every, found, today))

    async def doctors(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId
    ) -> DoctorChoice:
        found = await self._patient(account, patient)
        where, what = await self._directory.clinic(clinic), await self._directory.specialty(specialty)
        return DoctorChoice(found, where, what, await self._directory.doctors(where, what))

    async def days(self, account: AccountId, patient: PatientId, doctor: DoctorId) -> DayChoice:
        chosen = await self._chosen(account, patient, doctor)
        now = self._clock.now()
        until = now + chosen.clinic.rules.horizon
        days = await self._directory.serving(chosen.clinic).days(chosen.doctor.ref, now, until)
        return DayChoice(chosen, days)

    async def times(self, account: AccountId, patient: PatientId, doctor: DoctorId, day: date) -> TimeChoice:
        chosen = await self._chosen(account, patient, doctor)
        return TimeChoice(chosen, day, await self._free(chosen, day))

    async def soonest(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId, limit: int = 1
    ) -> Sequence[Soonest]:
        """The earliest free times of any doctor of a specialty."""
        await self._patient(account, patient)
        where, what = await self._directory.clinic(clinic), await self._directory.specialty(specialty)
        slots = await self._directory.serving(where).soonest(where.ref, what.ref, self._clock.now(), limit)
        return [Soonest(await self._directory.find_doctor(where, what, slot.doctor), slot) for slot in slots]

    async def _patient(self, account: AccountId, patient: PatientId) -> Patient:
        async with self._storage.read() as view:
            found = await view.patients.require(account, patient)
        if not found.is_verified:
            raise PolicyNotVerified(patient)
        return found

    async def _chosen(self, account: AccountId, patient: PatientId, doctor: DoctorId) -> Chosen:
        found, whom = await self._patient(account, patient), await self._directory.doctor(doctor)
        clinic = await self._directory.clinic(whom.clinic)
        return Chosen(found, clinic, await self._directory.specialty(whom.specialty), whom)

    async def _free(self, chosen: Chosen, day: date) -> Sequence[Slot]:
        since, until = day_bounds(day, chosen.clinic.zone)
        system = self._directory.serving(chosen.clinic)
        return await system.slots(chosen.doctor.ref, max(since, self._clock.now()), until)

    # --- deciding -----------------------------------------------------------------------------------------------------

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
        chosen = await self._chosen(account, patient, doctor)
        async with self._storage.read() as view:
            old = None if replaces is None else await view.appointments.require(account, replaces)
            others = await view.appointments.upcoming(account, now)
        if old is not None:
            rules.require_reschedulable(old, now)
        slot = await self._find(chosen, starts_at, visit_type, replaces)
        self._refuse(account, chosen, slot, [card.appointment for card in others], now, replaces)
        key = Key(secrets.token_hex(16))
        hold = await self._hold(chosen, key, slot, replaces)
        expires_at = hold.expires_at if hold else None
        wish = NewOrder(key, account, patient, doctor, slot, expires_at, replaces)
        async with self._storage.write() as uow:
            order = await uow.orders.add(wish, now)
        return Reviewed(chosen, order, slot.starts_at - chosen.clinic.rules.cancel_before, old)

    async def _find(
        self, chosen: Chosen, starts_at: datetime, visit_type: VisitType, replaces: AppointmentId | None
    ) -> Slot:
        free = await self._free(chosen, local_day(starts_at, chosen.clinic.zone))
        for slot in free:
            if slot.starts_at == starts_at and slot.visit_type is visit_type:
                return slot
        if starts_at <= self._clock.now():
            raise SlotGone(chosen.patient.id, chosen.doctor.id, replaces)
        raise self._taken(chosen, starts_at, free, replaces)

    def _refuse(
        self,
        account: AccountId,
        chosen: Chosen,
        slot: Slot,
        others: Sequence[Appointment],
        now: datetime,
        replaces: AppointmentId | None,
    ) -> None:
        for refusal in rules.refusals(
            chosen.patient,
            chosen.specialty,
            slot,
            others,
            now,
            account=account,
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
            free = await self._free(chosen, local_day(slot.starts_at, chosen.clinic.zone))
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
        async with self._storage.read() as view:
            wanted = await view.orders.find(account, order)
        if wanted is None:
            raise OrderExpired
        chosen = await self._chosen(account, wanted.patient, wanted.doctor)
        async with self._storage.write() as uow:
            appointment = await uow.appointments.find_of_order(account, wanted.key)
            if appointment is None:
                appointment = await self._wish(uow, chosen, wanted, message, now)
        return await self._settlement.wait(account, appointment.id)

    async def _wish(
        self, uow: UnitOfWork, chosen: Chosen, order: Order, message: int | None, now: datetime
    ) -> Appointment:
        if order.expires_at is not None and now > order.expires_at + GRACE:
            raise OrderExpired(order.patient, order.doctor)
        if order.replaces is not None:
            rules.require_reschedulable(await uow.appointments.require(order.account, order.replaces), now)
        others = [card.appointment for card in await uow.appointments.upcoming(order.account, now)]
        self._refuse(order.account, chosen, order.slot, others, now, order.replaces)
        appointment = await self._add(uow, order, chosen, now)
        await uow.outbox.add(notices.of_booking(order.account, appointment.id, now, message), now)
        await uow.audit.add(order.account, "booking asked for", f"appointment {appointment.id}", now)
        return appointment

    async def _add(self, uow: UnitOfWork, order: Order, chosen: Chosen, now: datetime) -> Appointment:
        while True:
            try:
                ref = rules.draw_ref(secrets.choice)
                return await uow.appointments.add(order, chosen.clinic.id, chosen.specialty.id, ref, now)
            except RefCollision:
                continue

    async def give_up(self, account: AccountId, order: OrderId) -> Order:
        """Give the held time back. Raises OrderExpired for an order that is gone."""
        async with self._storage.read() as view:
            found = await view.orders.find(account, order)
        if found is None:
            raise OrderExpired
        clinic = await self.clinic_of(found.doctor)
        await self._directory.serving(clinic).release(found.key)
        return found
