"""The rows of desk matters, which a clinic's desk settles with papers; each has a Ref."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import RefCollision
from bot.glossary import AccountId, MatterId, PatientId, Ref
from bot.patients.records import DeskMatter, Matter, MatterOutcome
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

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

    async def find(self, ref: Ref) -> Matter | None:
        """Return the open matter with this Ref."""
        return _read_matter(await queries.find_matter_by_ref(self._connection, ref=ref))

    async def get(self, matter: MatterId) -> Matter | None:
        """Return the matter if it is open."""
        return _read_matter(await queries.find_matter(self._connection, matter=matter))

    async def close(self, matter: MatterId, outcome: MatterOutcome, now: datetime) -> None:
        await queries.close_matter(self._connection, matter=matter, outcome=outcome, now=seconds(now))


def _read_matter(row: Row | None) -> Matter | None:
    if row is None:
        return None
    return Matter(
        id=MatterId(row["id"]),
        ref=Ref(row["ref"]),
        kind=DeskMatter(row["kind"]),
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        opened_at=moment(row["opened_at"]),
    )
