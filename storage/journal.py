"""The journal in the database: who did what to whom and when; it outlives the account without naming it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.deeds import Actor, ActorKind, AuditEntry, Deed, Subject, VisitOfEntry, WrittenEntry
from bot.glossary import AccountId, ClinicId, PatientId, Ref
from storage.database.connection import Connection, Row
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("journal")

LAST = (1 << 63) - 1
"""more than any id"""


class SqlAudit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, actor: Actor, deed: Deed, subject: Subject, now: datetime) -> None:
        await self.add_each(actor, deed, [subject], now)

    async def add_each(self, actor: Actor, deed: Deed, subjects: Collection[Subject], now: datetime) -> None:
        """Add the same entry for each subject, in one statement."""
        who = {"account": actor.id, "actor": actor.kind, "clinic": actor.clinic, "operator": actor.name or None}
        rows = [who | {"deed": deed, "subject": str(subject), "now": seconds(now)} for subject in subjects]
        if rows:
            await queries.add_entries(self._connection, rows)

    async def deeds_since(
        self, actor: Actor, subjects: Collection[Subject], since: datetime
    ) -> Mapping[Subject, frozenset[Deed]]:
        """Return what a staff member has done to each of the subjects since that moment."""
        found: dict[str, set[Deed]] = {str(subject): set() for subject in subjects}
        for some in in_places(found):
            rows = await queries.list_deeds_of_staff(self._connection, account=actor.id, since=seconds(since), **some)
            for row in rows:
                found[row["subject"]].add(Deed.read(row["action"]))
        return {subject: frozenset(found[str(subject)]) for subject in subjects}

    async def count_names_read(
        self, clinic: ClinicId, since: datetime, until: datetime
    ) -> Mapping[AccountId | None, int]:
        """Return how many names each member of a clinic's staff has read in [since, until), by account."""
        rows = await queries.count_names_read(
            self._connection, clinic=clinic, since=seconds(since), until=seconds(until)
        )
        return {row["account_id"]: row["names"] for row in rows}

    async def forget(self, before: datetime) -> None:
        """Delete the entries before that moment."""
        await queries.delete_old_entries(self._connection, before=seconds(before))

    async def count_of(self, account: AccountId) -> int:
        """Return how many entries ``list_of`` lists without a limit."""
        return int((await queries.count_entries_of_account(self._connection, account=account))["n"])

    async def list_of(self, account: AccountId, limit: int, skip: int = 0) -> Sequence[AuditEntry]:
        """List the entries of an account, the newest first."""
        rows = await queries.list_entries_of_account(self._connection, account=account, limit=limit, skip=skip)
        return [_entry(row) for row in rows]

    async def list_of_operators(self, account: AccountId, limit: int) -> Sequence[AuditEntry]:
        """List what operators have done to an account, the newest first."""
        rows = await queries.list_entries_of_operators(self._connection, account=account, limit=limit)
        return [_entry(row, operator=row["operator"] or "") for row in rows]

    async def count_of_patient(self, patient: PatientId) -> int:
        """Return how many entries ``list_of_patient`` lists without a limit."""
        subject = str(Subject.patient(patient))
        return int((await queries.count_entries_of_patient(self._connection, subject=subject, patient=patient))["n"])

    async def list_of_patient(self, patient: PatientId, limit: int, skip: int = 0) -> Sequence[AuditEntry]:
        """List the entries about a patient and the patient's visits, one for each act, the newest first."""
        rows = await queries.list_entries_of_patient(
            self._connection, subject=str(Subject.patient(patient)), patient=patient, limit=limit, skip=skip
        )
        return [replace(_entry(row, Ref(row["ref"]) if row["ref"] else None), visit=_visit(row)) for row in rows]

    async def page_of_account(self, account: AccountId, after: int | None, limit: int) -> Sequence[WrittenEntry]:
        """List entries of an account, the oldest first, from the one after that id on."""
        rows = await queries.list_entries_of_account_after(
            self._connection, account=account, after=after or 0, limit=limit
        )
        return [
            WrittenEntry(row["id"], moment(row["at"]), ActorKind(row["actor"]), row["action"], row["subject"])
            for row in rows
        ]

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


def _visit(row: Row) -> VisitOfEntry | None:
    if row["starts_at"] is None:
        return None
    zone, moved_to = ZoneInfo(row["zone"]), moment(row["moved_to"])
    return VisitOfEntry(row["specialty"], moment(row["starts_at"]), zone, moved_to, row["specialty_code"])


def _entry(row: Row, ref: Ref | None = None, operator: str = "") -> AuditEntry:
    return AuditEntry(
        moment(row["at"]),
        Actor(ActorKind(row["actor"]), row["account_id"], row["clinic_id"], operator),
        Deed.read(row["action"]),
        Subject.read(row["subject"]),
        ref,
        row["clinic"] or "",
    )
