"""After a restore: bring back the visits that the bot booked at clinics after the copy was made."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.appointments.clinic_changes import ClinicChanges
from bot.booking.news import VisitReminder
from bot.booking.records import Appointment, CancelReason
from bot.booking.reminders import Reminders
from bot.clinics.directory import Directory
from bot.clinics.port import LIVE, Booking, BookingStatus, ClinicError, ClinicReason, ClinicSystem, ClinicSystems
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.readable import CannotOpen
from bot.core.refs import with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, PatientId, PersonRef, Ref
from bot.patients.claims import is_limited

BATCH = 100
AT_ONCE = 8
"""patients about whom the clinics are asked at the same time"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Card:
    """A card to which visits may come back: its owner's, and of several for one child none that is limited."""

    patient: Patient
    person: PersonRef
    owner: AccountId


class RegainedVisits:
    """The bot's visits at a clinic have an idempotency key; what was booked elsewhere has none and is left alone."""

    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        directory: Directory,
        changes: ClinicChanges,
        reminders: Reminders,
        clock: Clock,
    ) -> None:
        self._storage, self._systems, self._directory = storage, systems, directory
        self._changes, self._reminders, self._clock = changes, reminders, clock

    async def regain(self) -> int:
        """Ask every clinic system about every known patient; return how many questions were not answered.

        It may run again: a visit that has come back is not added twice.
        """
        after, silent = PatientId(0), 0
        while batch := await self._list_patients(after):
            after = batch[-1]
            for start in range(0, len(batch), AT_ONCE):
                asked = [self._regain_of(patient) for patient in batch[start : start + AT_ONCE]]
                silent += sum(await asyncio.gather(*asked))
        return silent

    @reads
    async def _list_patients(self, view: UnitOfWork, after: PatientId) -> Sequence[PatientId]:
        return await view.patients.list_known(after, BATCH)

    async def _regain_of(self, patient: PatientId) -> int:
        """Return how many systems have not answered about a patient."""
        try:
            card = await self._find_card(patient)
        except CannotOpen:  # counted as a row that fails; the others come back
            return 0
        if card is None:
            return 0
        return sum([await self._is_silent(system, card) for system in self._systems.every()])

    @reads
    async def _find_card(self, view: UnitOfWork, patient: PatientId) -> _Card | None:
        owners = [each.account for each in await view.representatives.list_of(patient) if each.is_owner]
        if not owners:
            return None
        known = await view.patients.require(owners[0], patient)
        if known.person is None or await is_limited(view, known):
            return None
        return _Card(known, known.person, owners[0])

    async def _is_silent(self, system: ClinicSystem, card: _Card) -> bool:
        now = self._clock.now()
        try:
            known = await system.bookings(card.person, now)
            for booking in known:
                if _is_worth(booking, now):
                    await self._bring_back(system, card, booking, known)
        except ClinicError as trouble:
            log.warning("a clinic was not asked about later visits", trouble=type(trouble).__name__)
            return True
        return False

    async def _bring_back(self, system: ClinicSystem, card: _Card, booking: Booking, known: Sequence[Booking]) -> None:
        if not await self._directory.learn_doctor(system, booking):  # the copy may be older than the doctor
            log.warning("a later visit has not come back: its doctor is not listed", system=system.name)
            return
        visit = await with_new_ref(lambda ref: self._add(ref, system, card, booking, known))
        if visit is not None and booking.status is BookingStatus.CANCELLED:
            await self._changes.compare(system, [visit.id])

    @writes
    async def _add(
        self, uow: UnitOfWork, ref: Ref, system: ClinicSystem, card: _Card, booking: Booking, known: Sequence[Booking]
    ) -> Appointment | None:
        """Add the visit as live, so that a cancellation is told like any other; None if the bot has it already."""
        now = self._clock.now()
        old = await _find_replaced(uow, system, card, booking, known, now)
        visit = await uow.appointments.regain(
            system.name, booking, card.patient.id, card.owner, ref, None if old is None else old.id, now
        )
        if visit is None:
            return None
        if old is not None:
            await uow.appointments.settle(old.id, BookingStatus.CANCELLED, None, CancelReason.RESCHEDULED)
            await uow.outbox.withdraw_of(old.id, VisitReminder)
        await uow.audit.add(Actor.system(card.owner), Deed.BOOKING_BOOKED, Subject.appointment(visit.id), now)
        if (added := await uow.appointments.get(visit.id)) is not None:
            await self._reminders.plan(uow, added, now)
        return visit


def _is_worth(booking: Booking, now: datetime) -> bool:
    """Whether a person should know of it: a visit of the bot that is ahead, or that the clinic's desk has cancelled."""
    if booking.key is None or booking.starts_at <= now:
        return False
    return booking.status in LIVE or (booking.status is BookingStatus.CANCELLED and booking.reason in set(ClinicReason))


async def _find_replaced(
    uow: UnitOfWork, system: ClinicSystem, card: _Card, booking: Booking, known: Sequence[Booking], now: datetime
) -> Appointment | None:
    """Return the visit that was rescheduled to this one: the copy has it, and the clinic has cancelled it since.

    Without this its parent would read that the clinic has cancelled the visit.
    """
    if booking.status not in LIVE:
        return None
    gone = {each.ref for each in known if each.status is BookingStatus.CANCELLED}
    doctor = await uow.directory.find_doctor(system.name, booking.doctor)
    for visit in await uow.appointments.planned(card.owner, now):
        is_gone = visit.is_live and visit.patient == card.patient.id and visit.booking in gone
        if is_gone and doctor is not None and (visit.clinic, visit.specialty) == (doctor.clinic, doctor.specialty):
            return visit
    return None
