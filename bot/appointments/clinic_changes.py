"""Apply the changes that clinics make to visits, and notify the representatives."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import structlog

from bot.appointments.news import (
    CancelledByClinic,
    ChangedByClinic,
    DoctorIsLate,
    MarkedByClinic,
    MovedByClinic,
    OfferChanged,
    PutBackByClinic,
)
from bot.appointments.offers import change_offer, note_waiting
from bot.appointments.rules import (
    Difference,
    KnownVisit,
    VisitState,
    compare,
    is_worth_telling,
    rivals,
    told_before,
    told_of,
)
from bot.appointments.statements import Stated, Statements
from bot.booking.elsewhere import VisitsElsewhere
from bot.booking.news import VisitReminder
from bot.booking.records import AppointmentCard, CancelReason
from bot.booking.reminders import Reminders
from bot.booking.settle import Settlement
from bot.booking.visits import find_card
from bot.clinics.port import Booking, BookingStatus, ClinicError, ClinicSystem, ClinicSystems
from bot.core.clinic import Clinic, Doctor, Specialty
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.delivery.errors import NotYet
from bot.glossary import AccountId, AppointmentId, BookingRef, SystemName

REMINDED_BY = {"starts_at", "clinic", "zone", "state"}
"""the fields of KnownVisit on which the moment of a reminder depends"""

log = structlog.get_logger(__name__)


class Change(NamedTuple):
    """A visit with what is different from what its reader was told; ``doctor`` ... are those that were told.

    ``others`` are the patient's visits that compete with one that was put back.
    """

    card: AppointmentCard
    differences: Sequence[Difference]
    doctor: Doctor
    specialty: Specialty
    clinic: Clinic
    others: Sequence[AppointmentCard] = ()


class ClinicChanges:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        statements: Statements,
        settlement: Settlement,
        elsewhere: VisitsElsewhere,
        reminders: Reminders,
        clock: Clock,
    ) -> None:
        self._storage, self._systems, self._statements = storage, systems, statements
        self._settlement, self._elsewhere = settlement, elsewhere
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
                stated = await self._statements.of_feed(system, feed.bookings)
                await self._elsewhere.learn_doctors(system, feed.bookings)
                changed += await self._apply_page(system, feed.bookings, stated, feed.cursor)
            await self._elsewhere.show_noted(feed.bookings)
        return changed

    @writes
    async def _apply_page(
        self,
        uow: UnitOfWork,
        system: ClinicSystem,
        bookings: Sequence[Booking],
        stated: dict[BookingRef, Stated],
        cursor: str,
    ) -> int:
        """Apply one page of a feed together with its cursor, so that no change is lost or counted twice."""
        changed = 0
        for booking in bookings:
            await self._elsewhere.note(uow, system.name, booking)
            known = stated.get(booking.ref)  # None: it is no visit of ours
            await note_waiting(uow, system.name, booking, self._clock.now(), is_ours=known is not None)
            changed += known is not None and await self._apply(uow, known)
        await uow.cursors.set(system.name, cursor)
        return changed

    async def compare(self, system: ClinicSystem, visits: Sequence[AppointmentId]) -> int:
        """Ask the system for one person's bookings and compare the person's visits; return how many have changed.

        Raises ClinicError.
        """
        async with self._locks[system.name]:
            stated, listed = await self._statements.of_person(system, visits)
            await self._elsewhere.learn_doctors(system, listed)
            changed = await self._apply_all(system, stated, listed)
        await self._elsewhere.show_noted(listed)
        return changed

    @writes
    async def _apply_all(
        self, uow: UnitOfWork, system: ClinicSystem, stated: Sequence[Stated], listed: Sequence[Booking]
    ) -> int:
        for booking in listed:
            await self._elsewhere.note(uow, system.name, booking)
        return sum([await self._apply(uow, each) for each in stated])

    async def _apply(self, uow: UnitOfWork, stated: Stated) -> bool:
        """Return whether the statement changed the visit."""
        now, card = self._clock.now(), await uow.appointments.get(stated.before.appointment.id)
        if card is None:
            return False
        visit, booking = card.appointment, stated.booking
        if visit.status is BookingStatus.PENDING:
            await self._settlement.record_booking(uow, card, booking, now)
            return True
        if visit.cancelling or (not visit.is_live and visit.status is not stated.before.appointment.status):
            return False  # what a representative has just asked for goes on
        was, will = await _read_told(uow, card), stated.told
        if will.state is was.state is VisitState.CANCELLED:
            return await change_offer(uow, card, booking, now)
        if will.state is VisitState.WAITING or (visit.status is booking.status and not compare(was, will)):
            return False
        if will.state is VisitState.CANCELLED:
            await uow.appointments.settle(visit.id, BookingStatus.CANCELLED, None, CancelReason.BY_CLINIC)
            await uow.outbox.withdraw_of(visit.id, VisitReminder)
            will = replace(was, state=VisitState.CANCELLED)
        else:
            await self._record(uow, stated, was, now)
        await _note_instead(uow, visit.id, booking, was, now)
        if is_worth_telling(was, will, now):
            await _notify(uow, card, was, will, now, booking)
            entry = Actor.system(visit.account), Deed.CHANGED_BY_CLINIC, Subject.appointment(visit.id)
            await uow.audit.add(*entry, now)
        return True

    async def _record(self, uow: UnitOfWork, stated: Stated, was: KnownVisit, now: datetime) -> None:
        """Record what a visit is now, and plan its reminder if it needs another one."""
        visit = stated.before.appointment.id
        await uow.appointments.record_change(
            visit,
            stated.booking,
            room=stated.room,
            doctor=stated.doctor,
            specialty=stated.specialty.id,
            clinic=stated.clinic,
        )
        will = stated.told
        if will.state is not VisitState.LIVE:
            await uow.outbox.withdraw_of(visit, VisitReminder)
            return
        after = await uow.appointments.get(visit)
        is_due = any(each.field in REMINDED_BY for each in compare(was, will))
        if is_due and after is not None:
            await self._reminders.plan(uow, after, now)

    # --- messages -----------------------------------------------------------------------------------------------------

    @reads
    async def find_for(self, view: UnitOfWork, message: CancelledByClinic) -> AppointmentCard | None:
        """Return the visit of a message, or None if the message is no longer true.

        Raises NotYet while a representative reschedules the visit: then the clinic cancels it as a part of that.
        """
        card = await find_card(view, message)
        if card is None:
            return None
        if _is_being_rescheduled(card, await view.appointments.upcoming(message.account, self._clock.now())):
            raise NotYet
        return card if card.appointment.reason is CancelReason.BY_CLINIC else None

    @reads
    async def find_called_off(self, view: UnitOfWork, message: OfferChanged) -> AppointmentCard | None:
        """Return the visit of a message while the clinic has called it off."""
        card = await find_card(view, message)
        return card if card is not None and card.appointment.reason is CancelReason.BY_CLINIC else None

    @reads
    async def find_live(self, view: UnitOfWork, message: DoctorIsLate) -> AppointmentCard | None:
        """Return the visit of a message while it is live."""
        card = await find_card(view, message)
        return card if card is not None and card.appointment.is_live else None

    @reads
    async def find_change(
        self, view: UnitOfWork, message: MovedByClinic | PutBackByClinic | MarkedByClinic
    ) -> Change | None:
        """Return the visit of a message and what is different by now; None if nothing is, or it is off again."""
        card = await find_card(view, message)
        if card is None:
            return None
        now = told_of(card)
        if (now.state is VisitState.LIVE) is isinstance(message, MarkedByClinic) or card.appointment.cancelling:
            return None
        was = told_before(message, now)
        differences = compare(was, now)
        if not differences or now.state is VisitState.CANCELLED:
            return None
        others = await self._list_rivals(view, message.account, card) if isinstance(message, PutBackByClinic) else ()
        return Change(
            card,
            differences,
            await view.directory.doctor(was.doctor) or card.doctor,
            await view.directory.specialty(was.specialty) or card.specialty,
            await view.directory.clinic(was.clinic) or card.clinic,
            others,
        )

    @reads
    async def list_rivals(self, view: UnitOfWork, account: AccountId, card: AppointmentCard) -> list[AppointmentCard]:
        """Return the patient's other visits ahead of the same specialty or time, by start."""
        return await self._list_rivals(view, account, card)

    async def _list_rivals(self, view: UnitOfWork, account: AccountId, card: AppointmentCard) -> list[AppointmentCard]:
        now = self._clock.now()
        found = rivals(card.appointment, await view.appointments.planned(account, now), now)
        return [await view.appointments.require(account, each.id) for each in found]


async def _read_told(uow: UnitOfWork, card: AppointmentCard) -> KnownVisit:
    """Return what people know of a visit, and store it for one of a release that did not."""
    was = told_of(card)
    if None in (card.told_doctor, card.told_address, card.told_zone):
        await uow.appointments.save_told(card.appointment.id, was.doctor_name, was.address, was.zone.key)
    return was


async def _note_instead(
    uow: UnitOfWork, visit: AppointmentId, booking: Booking, was: KnownVisit, now: datetime
) -> None:
    """Store what a closing has kept instead of a visit; forget it once the visit stands again."""
    if booking.instead is not None:
        await uow.closed_visits.note(visit, booking.instead, now)
    elif was.state is VisitState.CANCELLED:
        await uow.closed_visits.end(visit, now)


async def _notify(
    uow: UnitOfWork, before: AppointmentCard, was: KnownVisit, will: KnownVisit, now: datetime, booking: Booking
) -> None:
    """Notify everybody who sees the visit, since any of them may be the one who brings the patient to the visit.

    A message that still waits has told nobody of ``was``: the new one replaces it, and says what is different from what
    was told before it. It is due when the clinic can no longer undo the change.
    """
    visit, due_at = before.appointment, max(now, booking.undo_until or now)
    for account in await uow.representatives.viewers(before.patient.id):
        told = await _told_to(uow, account, visit.id, was)
        if not is_worth_telling(told, will, now):
            await uow.outbox.withdraw(MovedByClinic(account, visit.id, was.starts_at).dedup)
            continue
        message = _kind(told, will)(account, visit.id, told.starts_at, booking.reason, told.written())
        await uow.outbox.add(message.due(due_at, starts_at=will.starts_at), now)


async def _told_to(uow: UnitOfWork, account: AccountId, visit: AppointmentId, was: KnownVisit) -> KnownVisit:
    """Return what an account was told of a visit: ``was``, unless the message that says so has surely not arrived."""
    dedup = MovedByClinic(account, visit, was.starts_at).dedup
    facts = await uow.outbox.find_untold(dedup)
    if facts is None:
        return was
    since = datetime.fromtimestamp(int(facts["was"]), UTC)
    return told_before(MovedByClinic(account, visit, since, told=str(facts.get("told", ""))), was)


def _kind(was: KnownVisit, will: KnownVisit) -> type[ChangedByClinic]:
    if will.state is VisitState.CANCELLED:
        return CancelledByClinic
    if will.state is not VisitState.LIVE:
        return MarkedByClinic
    return MovedByClinic if was.state is VisitState.LIVE else PutBackByClinic


def _is_being_rescheduled(card: AppointmentCard, others: Sequence[AppointmentCard]) -> bool:
    pending = (other.appointment for other in others if other.appointment.status is BookingStatus.PENDING)
    return any(appointment.replaces == card.appointment.id for appointment in pending)
