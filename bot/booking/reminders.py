"""Plan the day-before reminders of a visit: everybody who sees it and agreed to reminders has one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.booking.news import VisitReminder
from bot.booking.records import AppointmentCard, Viewer
from bot.core.timing import day_before_reminder
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId


class Reminders:
    """``hour`` is the local hour at the clinic, on the day before the visit."""

    def __init__(self, hour: int) -> None:
        self._hour = hour

    async def plan(
        self, uow: UnitOfWork, card: AppointmentCard, now: datetime, viewers: Sequence[Viewer] | None = None
    ) -> None:
        """Enqueue the reminders of a live visit in place of earlier ones; ``viewers`` are read unless given."""
        visit = card.appointment.id
        await uow.outbox.withdraw_of(visit, VisitReminder)
        for viewer in await uow.appointments.viewers(visit) if viewers is None else viewers:
            if viewer.wants_reminders:
                await self._add(uow, viewer.account, card, now)

    async def plan_for(self, uow: UnitOfWork, account: AccountId, now: datetime) -> None:
        """Enqueue the reminders of all visits that an account sees, if it agreed to them.

        It has just agreed, or has just begun to act for a patient. A reminder that waits or was sent is not repeated.
        """
        reader = await uow.accounts.get(account)
        if reader is None or not reader.wants_reminders:
            return
        for card in await uow.appointments.upcoming(account, now):
            planned = VisitReminder(account, card.appointment.id)
            if card.appointment.is_live and not await uow.outbox.is_planned(planned):
                await self._add(uow, account, card, now)

    async def _add(self, uow: UnitOfWork, account: AccountId, card: AppointmentCard, now: datetime) -> None:
        visit = card.appointment
        due_at = day_before_reminder(visit.starts_at, card.clinic.zone, now, self._hour)
        if due_at is not None:
            await uow.outbox.add(VisitReminder(account, visit.id).due(due_at, starts_at=visit.starts_at), now)
