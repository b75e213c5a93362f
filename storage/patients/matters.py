"""The rows of desk matters, which a clinic's desk settles with papers; each has a Ref."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.errors import RefCollision
from bot.glossary import AccountId, ClinicId, MatterId, PatientId, Ref
from bot.patients.records import DeskMatter, Matter, MatterOutcome
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("patients")


class SqlMatters:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(
        self,
        ref: Ref,
        account: AccountId,
        patient: PatientId,
        kind: DeskMatter,
        now: datetime,
        clinic: ClinicId | None = None,
    ) -> Ref:
        """Return the Ref of the matter: ``ref``, or the one under which it is open already; ``clinic`` is the newest.

        Raises RefCollision.
        """
        which = {"account": account, "patient": patient, "kind": kind}
        await queries.add_matter(self._connection, ref=ref, **which, clinic=clinic, now=seconds(now))
        row = await queries.find_open_matter(self._connection, **which)
        if row is not None and clinic is not None:
            await queries.set_clinic_of_open_matter(self._connection, **which, clinic=clinic)
        if row is None:
            raise RefCollision
        return Ref(row["ref"])

    async def find(self, ref: Ref) -> Matter | None:
        """Return the open matter with this Ref."""
        return _read_matter(await queries.find_matter_by_ref(self._connection, ref=ref))

    async def get(self, matter: MatterId) -> Matter | None:
        """Return the matter if it is open."""
        return _read_matter(await queries.find_matter(self._connection, matter=matter))

    async def list_open(self, clinic: ClinicId) -> Sequence[Matter]:
        """List the open matters of the children of a clinic, and those that it has asked for, the oldest first."""
        rows = await queries.list_open_matters(self._connection, clinic=clinic)
        return [found for row in rows if (found := _read_matter(row)) is not None]

    async def close(self, matter: MatterId, outcome: MatterOutcome, now: datetime) -> None:
        await queries.close_matter(self._connection, matter=matter, outcome=outcome, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete matters that were opened before that moment."""
        await queries.delete_old_matters(self._connection, before=seconds(before))


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
        clinic=row["clinic_id"],
    )
