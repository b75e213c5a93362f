"""After a restore: ask the clinics what has become of the visits, before anything is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.appointments.clinic_changes import ClinicChanges
from bot.appointments.regained import RegainedVisits
from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicError, ClinicSystems, Refused
from bot.core.clock import Clock
from bot.core.readable import CannotOpen
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AppointmentId

BATCH = 100
WAIT_FOR_CLINICS = timedelta(hours=1)
"""A clinic that is silent for longer holds up the news of the others no more."""

log = structlog.get_logger(__name__)


class RestoredVisits:
    def __init__(
        self,
        storage: Storage,
        systems: ClinicSystems,
        changes: ClinicChanges,
        regained: RegainedVisits,
        clock: Clock,
    ) -> None:
        self._storage, self._systems, self._changes, self._clock = storage, systems, changes, clock
        self._regained = regained
        self._is_over = False
        self._until: datetime | None = None

    async def compare(self) -> bool:
        """Compare what is left to compare; return whether the news may be sent."""
        if self._is_over or not await self._storage.read(lambda view: view.steps.must_compare_visits()):
            self._is_over = True
            return True
        now = self._clock.now()
        self._until = self._until or now + WAIT_FOR_CLINICS
        # First, so that a visit that was rescheduled is not told as cancelled.
        silent = await self._regained.regain()
        silent += await self._compare_every(now)
        if not silent or now >= self._until:
            if silent:
                log.error("restored visits were not compared: their clinics are silent", visits=silent)
            await self._storage.write(lambda uow: uow.steps.finish_comparison())
            self._is_over = True
        return self._is_over

    async def _compare_every(self, now: datetime) -> int:
        """Return how many visits could not be compared."""
        after, silent = AppointmentId(0), 0
        while batch := await self._list_live(after, now):
            after = batch[-1]
            for visit in batch:
                silent += not await self._compare_one(visit)
        return silent

    async def _list_live(self, after: AppointmentId, now: datetime) -> list[AppointmentId]:
        return list(await self._storage.read(lambda view: view.appointments.list_live(after, now, BATCH)))

    async def _compare_one(self, visit: AppointmentId) -> bool:
        """Return whether the clinic has answered, or there is nothing to ask."""
        try:
            card = await self._storage.read(lambda view: _find(view, visit))
        except CannotOpen:  # counted as a row that fails; the others are compared
            return True
        if card is None:
            return True
        if card.appointment.booking is None or card.person is None:
            return True
        try:
            await self._changes.compare(self._systems.serving(card.clinic.system), [visit])
        except Refused:
            log.exception("a clinic does not list the bookings of a restored visit")
        except ClinicError as trouble:
            log.warning("a clinic was not asked about a restored visit", trouble=type(trouble).__name__)
            return False
        return True


async def _find(view: UnitOfWork, visit: AppointmentId) -> AppointmentCard | None:
    return await view.appointments.get(visit)
