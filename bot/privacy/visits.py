"""Upcoming visits that an erasure or an unlinking would end, and cancelling them at the clinic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.appointments.cancel import Cancellations
from bot.booking.errors import OutcomePending
from bot.booking.records import AppointmentCard
from bot.core.transactions import UnitOfWork
from bot.family.representatives import is_kept_by_others
from bot.glossary import AccountId, PatientId


async def list_unshared_visits(view: UnitOfWork, account: AccountId, now: datetime) -> Sequence[AppointmentCard]:
    """Return the visits of cards that no other account keeps or shares."""
    return [
        card for card in await _list_not_begun(view, account, now) if not await is_kept_by_others(view, card.patient.id)
    ]


async def list_visits_of(
    view: UnitOfWork, account: AccountId, patient: PatientId, now: datetime
) -> Sequence[AppointmentCard]:
    return [card for card in await _list_not_begun(view, account, now) if card.patient.id == patient]


async def _list_not_begun(view: UnitOfWork, account: AccountId, now: datetime) -> Sequence[AppointmentCard]:
    """A visit that has begun is still upcoming, but can no longer be cancelled; one of a shared card is another's.

    One that was made elsewhere stays at the clinic: the bot forgets it.
    """
    ahead = await view.appointments.upcoming(account, now)
    return [
        card
        for card in ahead
        if card.appointment.starts_at > now and not card.is_shared and not card.appointment.elsewhere
    ]


async def cancel_visits(cancellations: Cancellations, account: AccountId, visits: Sequence[AppointmentCard]) -> None:
    """Cancel the visits one by one; raises OutcomePending at the first that waits for the clinic's answer."""
    for card in visits:
        if not card.appointment.is_live:
            raise OutcomePending(card.appointment.id)
        await cancellations.cancel(account, card.appointment.id, None, counted=False)
