"""Plans the day-before reminder of a visit."""

from __future__ import annotations

from datetime import datetime

from bot.models import AppointmentCard, Notice, NoticeKind, Purpose, Urgency
from bot.ports import UnitOfWork
from bot.rules.timing import day_before_reminder


class Reminders:
    """``hour`` is the hour of the day before, in the clinic's own day."""

    def __init__(self, hour: int) -> None:
        self._hour = hour

    async def plan(self, uow: UnitOfWork, card: AppointmentCard, now: datetime) -> None:
        """Enqueue the reminder of a booked visit, in place of any earlier one; none without the consent to it."""
        appointment = card.appointment
        await uow.outbox.withdraw_of(appointment.id, NoticeKind.REMINDER)
        account = await uow.accounts.get(appointment.account)
        due_at = day_before_reminder(appointment.starts_at, card.clinic.zone, now, self._hour)
        if due_at is None or account is None or Purpose.REMINDERS not in account.consents:
            return
        reminder = Notice(
            appointment.account,
            NoticeKind.REMINDER,
            due_at,
            f"reminder:{appointment.id}",
            facts={"appointment": appointment.id},
            urgency=Urgency.ROUTINE,
            expires_at=appointment.starts_at,
            appointment=appointment.id,
        )
        await uow.outbox.add(reminder, now)
