"""Reminders: one planned message for each visit that is ahead."""

from __future__ import annotations

from datetime import datetime

from bot.models import AppointmentCard, Purpose
from bot.news_booking import VisitReminder
from bot.ports import UnitOfWork
from bot.rules.timing import day_before_reminder


async def plan_reminder(uow: UnitOfWork, card: AppointmentCard, now: datetime, hour: int) -> None:
    """Enqueue the reminder of a booked visit, in place of any earlier one; none without the consent to it."""
    visit = card.appointment
    await uow.outbox.withdraw_of(visit.id, VisitReminder)
    account = await uow.accounts.get(visit.account)
    due_at = day_before_reminder(visit.starts_at, card.clinic.zone, now, hour)
    if due_at is None or account is None or Purpose.REMINDERS not in account.consents:
        return
    reminder = VisitReminder(visit.account, visit.id).due(due_at, expires_at=visit.starts_at)
    await uow.outbox.add(reminder, now)
