"""The journal: who did what to whom and when, for the account to read; it outlives the account namelessly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.models import AccountId, AuditEntry, PatientId, Ref
from storage.database import Connection, load_queries
from storage.rows import moment, seconds

queries = load_queries("audit")


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, account: AccountId, action: str, subject: str, now: datetime) -> None:
        await queries.add(self._connection, account=account, action=action, subject=subject, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        await queries.forget(self._connection, before=seconds(before))

    async def list_of(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        """The newest first."""
        rows = await queries.list_of(self._connection, account=account, limit=limit)
        return [AuditEntry(moment(row["at"]), row["account_id"], row["action"], row["subject"]) for row in rows]

    async def list_of_patient(self, patient: PatientId, limit: int, skip: int = 0) -> Sequence[AuditEntry]:
        """What anybody did with a patient and with the patient's visits, the newest first."""
        rows = await queries.list_of_patient(
            self._connection, subject=f"patient {patient}", patient=patient, limit=limit, skip=skip
        )
        return [
            AuditEntry(
                moment(row["at"]),
                row["account_id"],
                row["action"],
                row["subject"],
                Ref(row["ref"]) if row["ref"] else None,
            )
            for row in rows
        ]
