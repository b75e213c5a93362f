"""How many more patients a clinic enrolls, as an import has said it last: taken over once, then counted down."""

from __future__ import annotations

from datetime import datetime

from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.transactions import Storage
from bot.glossary import ClinicId


class EnrollmentPlaces:
    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock
        self._taken: dict[ClinicId, datetime] | None = None
        """of which import each clinic's places are counted; None: not read yet"""

    async def take_over(self) -> None:
        """Count the places of each clinic that an import has named since the last run, or has stopped naming.

        A clinic whose places were used up enrolls again if there are new ones; what its head has set stays.
        """
        if self._taken is None:
            self._taken = dict(await self._storage.read(lambda view: view.enrollments.counted_places()))
        for clinic in self._directory.known_clinics():
            if clinic.facts.places_since != self._taken.get(clinic.id):
                await self._count(clinic, self._taken)

    async def _count(self, clinic: Clinic, taken: dict[ClinicId, datetime]) -> None:
        places, since, now = clinic.facts.places, clinic.facts.places_since, self._clock.now()
        await self._storage.write(lambda uow: uow.enrollments.count_places(clinic.id, places, since, now))
        taken.pop(clinic.id, None)
        if since is not None:
            taken[clinic.id] = since
