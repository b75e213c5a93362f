"""Compare each night all visits ahead with their clinics: a change feed may have missed something."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.appointments.clinic_changes import ClinicChanges
from bot.appointments.rules import night_of, share_of_night
from bot.clinics.port import ClinicError, ClinicSystem, ClinicSystems, Refused
from bot.core.clock import Clock
from bot.core.transactions import Storage
from bot.delivery.failed_rows import FailedRows
from bot.glossary import PatientId

EVERY = timedelta(seconds=30)
"""between two runs"""
MOST_LISTED = 5000
MOST_CALLS = 25
"""of one system and zone in one run"""
MOST_FAILURES = 2
"""after which a run asks the system no more"""

log = structlog.get_logger(__name__)


class NightlyComparison:
    """A run asks each system for a few people, so that the night is long enough for all and nobody's tap waits.

    When a patient was compared is stored: a run that was cut off, a silent system or a night that was too short is
    continued where it ended.
    """

    def __init__(
        self, storage: Storage, systems: ClinicSystems, changes: ClinicChanges, failed_rows: FailedRows, clock: Clock
    ) -> None:
        self._storage, self._systems, self._changes = storage, systems, changes
        self._failed_rows, self._clock = failed_rows, clock
        self._failed: set[PatientId] = set()
        """of whom a clinic did not answer: the others come first"""

    async def compare_due(self) -> int:
        """Compare this run's share of the visits whose clinics are in their night; return how many have changed."""
        return sum(await asyncio.gather(*[self._compare(system) for system in self._systems.every()]))

    async def _compare(self, system: ClinicSystem) -> int:
        zones = await self._storage.read(lambda view: view.directory.list_zones(system.name))
        changed = sum([await self._compare_zone(system, zone) for zone in zones])
        if changed:
            log.warning("a clinic had changed visits that its feed did not name", system=system.name, visits=changed)
        return changed

    async def _compare_zone(self, system: ClinicSystem, zone: ZoneInfo) -> int:
        now = self._clock.now()
        night = night_of(now, zone)
        if night is None:
            return 0
        left = await self._storage.read(
            lambda view: view.appointments.list_patients_to_compare(system.name, zone.key, night[0], now, MOST_LISTED)
        )
        left = sorted(left, key=self._failed.__contains__)  # those who failed come last
        found = failures = 0

        async def compare(patient: PatientId) -> None:
            nonlocal found, failures
            if failures >= MOST_FAILURES:
                return
            try:
                found += await self._compare_one(system, patient)
            except ClinicError as trouble:
                failures += 1
                self._failed.add(patient)
                log.warning("visits are compared later", system=system.name, trouble=type(trouble).__name__)

        share = share_of_night(len(left), now, night[1], EVERY)
        await self._failed_rows.each("compare", left[: min(share, MOST_CALLS)], compare)
        return found

    async def _compare_one(self, system: ClinicSystem, patient: PatientId) -> int:
        """Raises ClinicError if the system has not answered: then the patient is compared in another run."""
        now = self._clock.now()
        visits = await self._storage.read(
            lambda view: view.appointments.list_visits_to_compare(patient, system.name, now)
        )
        changed = 0
        try:
            changed = await self._changes.compare(system, visits)
        except Refused:
            log.exception("a clinic does not list the bookings of a person", system=system.name)
        except ClinicError:
            raise
        except Exception:
            await self._mark(patient, system, now)
            raise
        await self._mark(patient, system, now)
        return changed

    async def _mark(self, patient: PatientId, system: ClinicSystem, now: datetime) -> None:
        self._failed.discard(patient)
        await self._storage.write(lambda uow: uow.appointments.mark_compared(patient, system.name, now))
