"""The clinics that an account has kept to find them again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.glossary import AccountId, ClinicId
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("favourites")


class SqlFavourites:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, account: AccountId, clinic: ClinicId, now: datetime) -> None:
        """Keep a clinic; one that is kept already stays where it is."""
        await queries.add_favourite(self._connection, account=account, clinic=clinic, now=seconds(now))

    async def drop(self, account: AccountId, clinic: ClinicId) -> None:
        await queries.delete_favourite(self._connection, account=account, clinic=clinic)

    async def list_of(self, account: AccountId) -> Sequence[ClinicId]:
        """Return the clinics of an account, the one that was added last first."""
        rows = await queries.list_favourites(self._connection, account=account)
        return [ClinicId(row["clinic_id"]) for row in rows]
