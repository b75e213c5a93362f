"""What a clinic keeps instead of a visit that it has called off: another time than before, and who waits for one."""

from __future__ import annotations

from datetime import datetime

from bot.appointments.news import MovedByClinic, OfferChanged
from bot.booking.records import AppointmentCard
from bot.clinics.port import LIVE, Booking, BookingStatus
from bot.clinics.reserving import NO_RESERVATION
from bot.core.transactions import UnitOfWork
from bot.glossary import SystemName


async def change_offer(uow: UnitOfWork, card: AppointmentCard, booking: Booking, now: datetime) -> bool:
    """Store what a clinic keeps now for a visit that is off already, and tell it; return whether it is another time.

    An account whose message about the cancellation still waits reads there what is kept then.
    """
    visit, instead = card.appointment, booking.instead
    kept = await uow.closed_visits.find(visit.id)
    if kept is None or kept.declined_at is not None or instead is None:
        return False
    if kept.key == (instead.key if instead.slot is not None else NO_RESERVATION):
        return False
    await uow.closed_visits.end(visit.id, now)
    await uow.closed_visits.note(visit.id, instead, now)
    for account in await uow.representatives.viewers(visit.patient):
        if await uow.outbox.find_untold(MovedByClinic(account, visit.id, visit.starts_at).dedup) is None:
            await uow.outbox.add(OfferChanged(account, visit.id, now).due(now), now)
    return True


async def note_waiting(uow: UnitOfWork, system: SystemName, booking: Booking, now: datetime, *, is_ours: bool) -> None:
    """Keep the places of people in the waiting list up to date with what the feed says of a booking.

    Whoever has no card in the bot gets a place as well. A visit that is booked ends the places of its person.
    """
    if booking.status is BookingStatus.CANCELLED and booking.instead is not None:
        if is_ours:
            return
        doctor = await uow.directory.find_doctor(system, booking.doctor)
        if booking.instead.slot is None and doctor is not None:
            await uow.closed_visits.note_person(system, booking, doctor.clinic, doctor.specialty, now)
        else:
            await uow.closed_visits.end_of_visit(system, booking.ref, now)
    elif booking.status in LIVE:
        await uow.closed_visits.end_of_visit(system, booking.ref, now)
        await choose(uow, system, booking, now)


async def choose(uow: UnitOfWork, system: SystemName, booking: Booking, now: datetime) -> None:
    """Let a booked visit end what its person waits for, with the bot and without it."""
    doctor = await uow.directory.find_doctor(system, booking.doctor)
    if doctor is None:
        return
    await uow.closed_visits.end_of_person(system, booking, doctor.specialty, now)
    for card in await uow.patients.ids_of_person(booking.person):
        await uow.closed_visits.choose(card, doctor.clinic, doctor.specialty, now)
