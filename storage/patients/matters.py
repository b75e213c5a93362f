"""The rows of desk matters, which a clinic's desk settles with papers; each has a Ref."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import RefCollision
from bot.glossary import AccountId, PatientId, Ref
from bot.patients.records import DeskMatter
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("patients")


class SqlMatters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(self, ref: Ref, account: AccountId, patient: PatientId, kind: DeskMatter, now: datetime) -> Ref:
        """Return the Ref of the matter: ``ref``, or the one under which it is open already. Raises RefCollision."""
        await queries.add_matter(
            self._connection, ref=ref, account=account, patient=patient, kind=kind, now=seconds(now)
        )
        row = await queries.find_open_matter(self._connection, account=account, patient=patient, kind=kind)
        if row is None:
            raise RefCollision
        return Ref(row["ref"])

    async def close(self, ref: Ref, kind: DeskMatter, now: datetime) -> tuple[AccountId, PatientId] | None:
        """Close the matter and return whose it was; None if no such matter is open under this Ref."""
        row = await queries.close_matter(self._connection, ref=ref, kind=kind, now=seconds(now))
        return None if row is None else (AccountId(row["account_id"]), PatientId(row["patient_id"]))

    async def forget(self, before: datetime) -> None:
        """Delete matters that were opened before that moment."""
        await queries.delete_old_matters(self._connection, before=seconds(before))
