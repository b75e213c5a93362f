"""Unlinking: one child's card goes, or its keeper does; booked visits are asked about first, nobody else loses any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from bot.appointments.cancel import Cancellations
from bot.booking.errors import OutcomePending
from bot.booking.records import AppointmentCard
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Patient
from bot.core.transactions import Storage, UnitOfWork, reads
from bot.family import representatives as family
from bot.glossary import AccountId, PatientId


class Prospect(NamedTuple):
    """What becomes of a card that an account takes its hands off."""

    patient: Patient
    is_owner: bool
    is_shared: bool
    """somebody else acts for the patient and keeps the card and its visits"""
    ahead: int
    """visits still to come"""

    @property
    def at_stake(self) -> int:
        """How many visits go with the card."""
        return 0 if self.is_shared else self.ahead


class Unlinking:
    def __init__(self, storage: Storage, cancellations: Cancellations, clock: Clock) -> None:
        self._storage, self._cancellations, self._clock = storage, cancellations, clock

    @reads
    async def prospect(self, view: UnitOfWork, account: AccountId, patient: PatientId) -> Prospect:
        """Raises NotYours."""
        found = await view.patients.require(account, patient)
        mine = await view.representatives.representation(account, patient)
        everybody = await view.representatives.list_of(patient)
        visits = await _visits(view, account, patient, self._clock.now())
        return Prospect(found, mine.is_owner, len(everybody) > 1, len(visits))

    async def unlink(self, account: AccountId, patient: PatientId, *, keep_visits: bool) -> Prospect:
        """End a representation; with the last one everything that the bot holds on the patient is erased.

        Visits of an unshared card are cancelled at the clinic first unless they are kept there. Where somebody else
        acts for the patient, card and visits are his, and the eldest such becomes the owner if there is none left.
        Raises NotYours; OutcomePending while the clinic has not answered: then nothing is erased yet.
        """
        prospect = await self.prospect(account, patient)
        if not prospect.is_shared and not keep_visits:
            await self._cancel_visits(account, patient)
        now = self._clock.now()

        async def leave(uow: UnitOfWork) -> None:
            await family.leave(uow, account, patient, now)
            await uow.audit.add(Actor.account(account), Deed.CARD_REMOVED, Subject.patient(patient), now)

        await self._storage.write(leave)
        return prospect

    async def _cancel_visits(self, account: AccountId, patient: PatientId) -> None:
        now = self._clock.now()
        for card in await self._storage.read(lambda view: _visits(view, account, patient, now)):
            if not card.appointment.is_live:
                raise OutcomePending(card.appointment.id)
            await self._cancellations.cancel(account, card.appointment.id, None)


async def _visits(view: UnitOfWork, account: AccountId, patient: PatientId, now: datetime) -> Sequence[AppointmentCard]:
    """Those still to come: one that has begun is nobody's to cancel."""
    ahead = await view.appointments.upcoming(account, now)
    return [card for card in ahead if card.patient.id == patient and card.appointment.starts_at > now]
