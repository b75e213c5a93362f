"""Keep clinics to find them again, and list them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.booking.errors import TooManyFavourites
from bot.clinics.directory import Directory
from bot.core.clinic import Clinic
from bot.core.clock import Clock
from bot.core.transactions import Storage, UnitOfWork
from bot.glossary import AccountId, ClinicId

MOST_FAVOURITES = 20
"""clinics of one account"""


class Favourites:
    """A clinic is kept for the account, not for one of its patients."""

    def __init__(self, storage: Storage, directory: Directory, clock: Clock) -> None:
        self._storage, self._directory, self._clock = storage, directory, clock

    async def add(self, account: AccountId, clinic: ClinicId) -> None:
        """Keep a clinic; do nothing if it is kept. Raises NotYours for an unknown one, TooManyFavourites."""
        found = await self._directory.clinic(clinic)

        async def work(uow: UnitOfWork) -> None:
            kept = await uow.favourites.list_of(account)
            if clinic not in kept and len(kept) >= MOST_FAVOURITES:
                raise TooManyFavourites(MOST_FAVOURITES)
            await uow.favourites.add(account, found.id, self._clock.now())

        await self._storage.write(work)

    async def drop(self, account: AccountId, clinic: ClinicId) -> None:
        """Keep a clinic no longer; do nothing if it is not kept."""
        await self._storage.write(lambda uow: uow.favourites.drop(account, clinic))

    async def ids_of(self, account: AccountId) -> Sequence[ClinicId]:
        """Return the kept clinics, the last one first."""
        return await self._storage.read(lambda view: view.favourites.list_of(account))

    async def list_of(self, account: AccountId) -> Sequence[Clinic]:
        """Return the same as the bot knows them, without asking their systems."""
        return [await self._directory.clinic(clinic) for clinic in await self.ids_of(account)]
