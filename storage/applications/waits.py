"""The rows of those who ask to be told when a clinic enrolls again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.applications.records import EnrollmentWait
from bot.glossary import AccountId, ClinicId, PatientId
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("waits")


class SqlEnrollmentWaits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, now: datetime, until: datetime
    ) -> None:
        """Let an account wait; one that waits already goes on until then."""
        which = {"account": account, "patient": patient, "clinic": clinic}
        await queries.upsert_enrollment_wait(self._connection, **which, now=seconds(now), until=seconds(until))

    async def find(self, account: AccountId, patient: PatientId, clinic: ClinicId, now: datetime) -> datetime | None:
        """Return until when an account waits, None if it does not."""
        which = {"account": account, "patient": patient, "clinic": clinic}
        row = await queries.find_enrollment_wait(self._connection, **which, now=seconds(now))
        return None if row is None else moment(row["until"])

    async def list_of(self, account: AccountId, now: datetime) -> Sequence[EnrollmentWait]:
        """List what an account waits for, for patients for whom it acts; the first wish first."""
        rows = await queries.list_enrollment_waits_of_account(self._connection, account=account, now=seconds(now))
        return [_read(row) for row in rows]

    async def drop(self, account: AccountId, patient: PatientId, clinic: ClinicId) -> None:
        which = {"account": account, "patient": patient, "clinic": clinic}
        await queries.delete_enrollment_wait(self._connection, **which)

    async def take_answered(self, now: datetime, limit: int) -> Sequence[EnrollmentWait]:
        """Remove and return those whose clinic has taken up enrollment since they asked; each is returned once."""
        rows = await queries.delete_answered_enrollment_waits(self._connection, now=seconds(now), limit=limit)
        return [_read(row) for row in rows]

    async def forget(self, before: datetime) -> None:
        """Delete those that have expired before that moment."""
        await queries.delete_old_enrollment_waits(self._connection, before=seconds(before))


def _read(row: Row) -> EnrollmentWait:
    return EnrollmentWait(
        row["id"],
        AccountId(row["account_id"]),
        PatientId(row["patient_id"]),
        ClinicId(row["clinic_id"]),
        moment(row["until"]),
    )
