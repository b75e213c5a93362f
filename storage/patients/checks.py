"""Checks: how often the register has said no, what has been told of a patient, and when to look at a policy again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.glossary import AccountId, PatientId
from bot.patients.records import Watched
from storage.database.connection import Connection
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("patients")

NUMBER = "checked"
MOST_READ = 20
"""failures of an hour: a handful of them decides"""


class SqlChecks:
    """What the register has refused, what has been told of a patient, and when a policy is looked at again."""

    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- failures ---

    async def failures(
        self, account: AccountId, number: str, since: datetime
    ) -> tuple[Sequence[datetime], Sequence[datetime]]:
        """Moments of refusals after ``since``: the account's, and the number's whoever asked; newest first."""
        of_account = await queries.list_failed_checks_of_account(
            self._connection, account=account, since=seconds(since), limit=MOST_READ
        )
        of_number = await queries.list_failed_checks_of_number(
            self._connection, number=self._index.of(NUMBER, number), since=seconds(since), limit=MOST_READ
        )
        return [moment(row["at"]) for row in of_account], [moment(row["at"]) for row in of_number]

    async def note_failure(self, account: AccountId, number: str, now: datetime) -> None:
        index = self._index.of(NUMBER, number)
        await queries.add_failed_check(self._connection, account=account, number=index, now=seconds(now))

    async def forget_failures(self, before: datetime) -> None:
        await queries.delete_old_failed_checks(self._connection, before=seconds(before))

    # --- what has been told ---

    async def told(self, patient: PatientId) -> Mapping[str, datetime]:
        """Every matter that has been told of a patient, and when."""
        return {
            row["matter"]: moment(row["at"])
            for row in await queries.list_recorded_matters(self._connection, patient=patient)
        }

    async def tell(self, patient: PatientId, matter: str, at: datetime) -> None:
        await queries.record_matter(self._connection, patient=patient, matter=matter, at=seconds(at))

    # --- watching ---

    async def watched(self, patient: PatientId) -> Watched:
        row = await queries.find_watched_policy(self._connection, patient=patient)
        until = row and row["valid_until"]
        return Watched(date.fromisoformat(until) if until else None, moment(row["closed_at"]) if row else None)

    async def set_next_look(self, patient: PatientId, next_look: datetime | None) -> None:
        """None: nobody looks at this policy any more."""
        await queries.set_next_look(self._connection, patient=patient, next_look=seconds(next_look))

    async def set_valid_until(self, patient: PatientId, day: date | None) -> None:
        until = None if day is None else day.isoformat()
        await queries.set_valid_until(self._connection, patient=patient, valid_until=until)

    async def close(self, patient: PatientId, now: datetime) -> None:
        await queries.close_card(self._connection, patient=patient, now=seconds(now))

    async def claim_looks(self, now: datetime, until: datetime, limit: int) -> Sequence[PatientId]:
        """Patients due for a look, each put off to ``until`` so that nobody else takes it meanwhile."""
        rows = await queries.claim_due_looks(self._connection, now=seconds(now), until=seconds(until), limit=limit)
        return sorted(PatientId(row["id"]) for row in rows)
