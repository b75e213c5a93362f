"""The journal in the database: who did what to whom and when; it outlives the account without naming it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.core.deeds import Actor, ActorKind, AuditEntry, Deed, Subject, WrittenEntry
from bot.glossary import AccountId, PatientId, Ref
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("journal")

LAST = (1 << 63) - 1
"""more than any id"""


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, actor: Actor, deed: Deed, subject: Subject, now: datetime) -> None:
        await queries.add_entry(
            self._connection, account=actor.id, actor=actor.kind, deed=deed, subject=str(subject), now=seconds(now)
        )

    async def forget(self, before: datetime) -> None:
        """Delete the entries before that moment."""
        await queries.delete_old_entries(self._connection, before=seconds(before))

    async def list_of(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        """List the entries of an account, the newest first."""
        rows = await queries.list_entries_of_account(self._connection, account=account, limit=limit)
        return [_entry(row) for row in rows]

    async def list_of_patient(self, patient: PatientId, limit: int, skip: int = 0) -> Sequence[AuditEntry]:
        """List all entries about a patient and the patient's visits, the newest first."""
        rows = await queries.list_entries_of_patient(
            self._connection, subject=str(Subject.patient(patient)), patient=patient, limit=limit, skip=skip
        )
        return [_entry(row, Ref(row["ref"]) if row["ref"] else None) for row in rows]

    async def page_of_account(self, account: AccountId, after: int | None, limit: int) -> Sequence[WrittenEntry]:
        """List entries of an account, the oldest first, from the one after that id on."""
        rows = await queries.list_entries_of_account_after(
            self._connection, account=account, after=after or 0, limit=limit
        )
        return [WrittenEntry(row["id"], moment(row["at"]), row["action"], row["subject"]) for row in rows]

    async def page_of_patient(
        self, patient: PatientId, before: int | None, limit: int
    ) -> Sequence[tuple[int, AuditEntry]]:
        """List entries about a patient with their ids, the newest first, from the one before that id on."""
        rows = await queries.list_entries_of_patient_before(
            self._connection,
            subject=str(Subject.patient(patient)),
            patient=patient,
            before=LAST if before is None else before,
            limit=limit,
        )
        return [(row["id"], _entry(row)) for row in rows]


def _entry(row: Row, ref: Ref | None = None) -> AuditEntry:
    return AuditEntry(
        moment(row["at"]),
        Actor(ActorKind(row["actor"]), row["account_id"]),
        Deed.read(row["action"]),
        Subject.read(row["subject"]),
        ref,
    )
