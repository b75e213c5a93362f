"""Record that a representative confirms a visit, or says that they were at one that was noted as missed."""

from __future__ import annotations

from bot.appointments.news import PresenceDenied
from bot.booking import rules
from bot.booking.errors import NotActive
from bot.booking.records import AppointmentCard
from bot.booking.visits import find_card
from bot.clinics.port import BookingStatus
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import AccountId, AppointmentId


class Attendance:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    @writes
    async def confirm(self, uow: UnitOfWork, account: AccountId, appointment: AppointmentId) -> None:
        """Record «Придём». Raises NotYours; NotActive if the visit is not live or has begun."""
        now, card = self._clock.now(), await uow.appointments.require(account, appointment)
        rules.require_ahead(card.appointment, now)
        if card.appointment.confirmed:
            return
        await uow.appointments.set_confirmed(appointment)
        await uow.audit.add(Actor.account(account), Deed.COMING_CONFIRMED, Subject.appointment(appointment), now)

    @writes
    async def claim(self, uow: UnitOfWork, account: AccountId, appointment: AppointmentId) -> None:
        """Record «Мы были» for the desk. Raises NotYours; NotActive unless the clinic has noted that nobody came."""
        card = await uow.appointments.require(account, appointment)
        if card.appointment.status is not BookingStatus.NO_SHOW:
            raise NotActive(appointment)
        if await uow.presence.claim(appointment):
            entry = Actor.account(account), Deed.PRESENCE_CLAIMED, Subject.appointment(appointment)
            await uow.audit.add(*entry, self._clock.now())

    @reads
    async def denied(self, view: UnitOfWork, message: PresenceDenied) -> AppointmentCard | None:
        """Return the visit of a message, or None if the desk has agreed meanwhile or the account sees it no longer."""
        card = await find_card(view, message)
        is_missed = card is not None and card.appointment.status is BookingStatus.NO_SHOW
        return card if is_missed else None
