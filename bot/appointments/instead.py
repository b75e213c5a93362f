"""What a clinic keeps instead of a visit that it has called off with its hours, and declining it."""

from __future__ import annotations

from typing import NamedTuple

from bot.booking.records import AppointmentCard, KeptTime
from bot.clinics.calls import clinic_call
from bot.clinics.directory import Directory
from bot.core.clinic import Doctor
from bot.core.clock import Clock
from bot.core.deeds import Actor, Deed, Subject
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId, AppointmentId, Key


class KeptOffer(NamedTuple):
    """``doctor`` is None if nothing was left: then the patient is first in the waiting list."""

    time: KeptTime
    doctor: Doctor | None


class KeptTimes:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def find(self, card: AppointmentCard) -> KeptOffer | None:
        """Return what is kept now; None if no closing has called the visit off, or the time is gone."""

        async def look(view: UnitOfWork) -> KeptOffer | None:
            time = await view.closed_visits.find(card.appointment.id)
            if time is None or time.declined_at is not None:
                return None
            if time.doctor is None:
                return KeptOffer(time, None)
            return (
                KeptOffer(time, await view.directory.doctor(time.doctor)) if time.is_open(self._clock.now()) else None
            )

        return await self._storage.read(look)

    @clinic_call
    async def decline(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Let go what is kept: the visit is not wanted any more. Raises NotYours, ClinicSilent."""

        async def decline(uow: UnitOfWork) -> tuple[AppointmentCard, Key | None]:
            card, now = await uow.appointments.require(account, appointment), self._clock.now()
            reserved = await uow.closed_visits.decline(appointment, now)
            if reserved is not None:
                deed = Deed.OFFER_DECLINED
                await uow.audit.add(Actor.account(account), deed, Subject.appointment(appointment), now)
            return card, reserved

        card, reserved = await self._storage.write(decline)
        if reserved is not None:
            await self._directory.serving(card.clinic).release_reservation(reserved)
        return card
