"""Desk matters: what a clinic's desk settles with papers, each under its Ref."""

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
        """The Ref under which the matter stands: ``ref``, or the one it has been open under. Raises RefCollision."""
        await queries.add_matter(
            self._connection, ref=ref, account=account, patient=patient, kind=kind, now=seconds(now)
        )
        row = await queries.find_open_matter(self._connection, account=account, patient=patient, kind=kind)
        if row is None:
            raise RefCollision
        return Ref(row["ref"])

    async def close(self, ref: Ref, kind: DeskMatter, now: datetime) -> tuple[AccountId, PatientId] | None:
        """Whose open matter of that kind it was; None where there is none under this Ref."""
        row = await queries.close_matter(self._connection, ref=ref, kind=kind, now=seconds(now))
        return None if row is None else (AccountId(row["account_id"]), PatientId(row["patient_id"]))
