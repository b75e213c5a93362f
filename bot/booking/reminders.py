"""Plan the day-before reminder of a visit."""

from __future__ import annotations

from datetime import datetime

from bot.booking.news import VisitReminder
from bot.booking.records import AppointmentCard
from bot.core.timing import day_before_reminder
from bot.core.transactions import UnitOfWork


class Reminders:
    """``hour`` is the local hour at the clinic, on the day before the visit."""

    def __init__(self, hour: int) -> None:
        self._hour = hour

    async def plan(self, uow: UnitOfWork, card: AppointmentCard, now: datetime) -> None:
        """Enqueue the reminder of a live visit in place of an earlier one, if the account consents to reminders."""
        visit = card.appointment
        await uow.outbox.withdraw_of(visit.id, VisitReminder)
        account = await uow.accounts.get(visit.account)
        due_at = day_before_reminder(visit.starts_at, card.clinic.zone, now, self._hour)
        if due_at is None or account is None or not account.wants_reminders:
            return
        await uow.outbox.add(VisitReminder(visit.account, visit.id).due(due_at, starts_at=visit.starts_at), now)
