"""Record that a representative confirms a visit."""

from __future__ import annotations

from bot.booking import rules
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork, writes
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
