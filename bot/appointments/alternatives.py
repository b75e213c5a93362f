"""Find free slots to offer instead of a visit that was refused or cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.booking.choose import Choices, DoctorSlot
from bot.booking.records import AppointmentCard, CancelReason
from bot.clinics.calls import clinic_call
from bot.core.clock import Clock
from bot.core.errors import RuleError
from bot.core.timing import day_bounds, local_day
from bot.glossary import AccountId

TIME_TO_ARRIVE = timedelta(hours=2)
"""from now to the first slot that is offered"""

SLOTS_READ_PER_OFFER = 8
"""One doctor may have the earliest several slots, and only the first slot of each doctor is offered."""


class AlternativeSlots:
    def __init__(self, choices: Choices, clock: Clock) -> None:
        self._choices, self._clock = choices, clock

    @clinic_call
    async def list_for(self, account: AccountId, card: AppointmentCard, limit: int) -> Sequence[DoctorSlot]:
        """List the first free slot of each doctor of the visit's specialty and clinic, from its day on, soonest first.

        Raises NotYours, PolicyNotVerified, ClinicSilent.
        """
        day_start, _day_end = day_bounds(local_day(card.appointment.starts_at, card.clinic.zone), card.clinic.zone)
        soonest = await self._choices.soonest(
            account,
            card.patient.id,
            card.clinic.id,
            card.specialty.id,
            since=max(day_start, self._clock.now() + TIME_TO_ARRIVE),
            limit=limit * SLOTS_READ_PER_OFFER,
        )
        first = {offer.doctor.id: offer for offer in reversed(soonest) if not _is_cancelled_too(card, offer)}
        return sorted(first.values(), key=lambda offer: offer.slot.starts_at)[:limit]

    async def list_for_message(self, account: AccountId, card: AppointmentCard) -> Sequence[DoctorSlot]:
        """List two slots to offer in a message; none if the clinic is silent or refuses: the message is sent anyway."""
        try:
            return await self.list_for(account, card, limit=2)
        except RuleError:
            return ()


def _is_cancelled_too(card: AppointmentCard, offer: DoctorSlot) -> bool:
    """Whether the clinic, which cancelled the visit, will probably cancel this doctor's other visits of that day."""
    zone = card.clinic.zone
    same_day = local_day(offer.slot.starts_at, zone) == local_day(card.appointment.starts_at, zone)
    return card.appointment.reason is CancelReason.BY_CLINIC and same_day and offer.doctor.id == card.doctor.id
