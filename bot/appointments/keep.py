"""Keep one of several visits that compete, and cancel the others."""

from __future__ import annotations

from collections.abc import Sequence

from bot.appointments.cancel import Cancellations
from bot.appointments.clinic_changes import ClinicChanges
from bot.booking import rules
from bot.booking.records import AppointmentCard
from bot.booking.visits import Visits
from bot.core.clock import Clock
from bot.glossary import AccountId, AppointmentId


class Keeping:
    """For a visit that the clinic has put back after another was booked instead of it."""

    def __init__(self, visits: Visits, changes: ClinicChanges, cancellations: Cancellations, clock: Clock) -> None:
        self._visits, self._changes, self._cancellations, self._clock = visits, changes, cancellations, clock

    async def require_choice(
        self, account: AccountId, appointment: AppointmentId
    ) -> tuple[AppointmentCard, Sequence[AppointmentCard]]:
        """Return a visit and those that would be cancelled for it; none if nothing competes with it any more.

        Raises NotYours; NotActive if the visit is not live or has begun.
        """
        card = await self._visits.require(account, appointment)
        rules.require_ahead(card.appointment, self._clock.now())
        others = await self._changes.list_rivals(account, card)
        return card, [other for other in others if other.appointment.is_live]

    async def keep(self, account: AccountId, appointment: AppointmentId) -> None:
        """Cancel the visits that compete with this one; each answer of the clinic is a message of its own.

        Raises what ``require_choice`` and ``Cancellations.cancel`` raise.
        """
        _card, others = await self.require_choice(account, appointment)
        for other in others:
            await self._cancellations.cancel(account, other.appointment.id, None)
