"""The rows about checks: failed ones, notices that a patient's representatives got, the next look at a policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.glossary import AccountId, PatientId
from bot.patients.records import Tries, Watched
from storage.database.connection import Connection
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("patients")

INDEX_KIND = "checked"
MOST_READ = 20
"""failures that are read at most; five in an hour pause the checks"""


class SqlChecks:
    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    # --- failures ---

    async def tries(self, account: AccountId, since: datetime, but_for: PatientId | None = None) -> Tries:
        """Return the refusals to an account after ``since``, and its questions that are open, but for one patient's."""
        rows = await queries.list_tries(
            self._connection, account=account, since=seconds(since), patient=but_for or 0, limit=MOST_READ
        )
        failures = [moment(row["at"]) for row in rows if row["subject"] == "FAILED"]
        return Tries(failures, len(rows) - len(failures))

    async def failures_about(self, number: str, since: datetime) -> Sequence[datetime]:
        """Return the moments of refusals about a number to any account after ``since``, the newest first."""
        found: list[datetime] = []
        for index in self._index.all_of(INDEX_KIND, number):
            rows = await queries.list_failed_checks_of_number(
                self._connection, number=index, since=seconds(since), limit=MOST_READ
            )
            found += [moment(row["at"]) for row in rows]
        return sorted(found, reverse=True)

    async def count_failures(self, since: datetime) -> int:
        """Return how many refusals there were after ``since``, to all accounts."""
        row = await queries.count_failed_checks(self._connection, since=seconds(since))
        return int(row["failed"])

    async def has_card_older_than(self, account: AccountId, before: datetime) -> bool:
        """Return whether the account acts for a card that holds a policy and was added before that moment."""
        row = await queries.find_card_older_than(self._connection, account=account, before=seconds(before))
        return row is not None

    async def note_failure(self, account: AccountId, number: str, now: datetime) -> None:
        index = self._index.of(INDEX_KIND, number)
        await queries.add_failed_check(self._connection, account=account, number=index, now=seconds(now))

    async def forget_failures(self, before: datetime) -> None:
        await queries.delete_old_failed_checks(self._connection, before=seconds(before))

    # --- recorded matters ---

    async def recorded_matters(self, patient: PatientId) -> Mapping[str, datetime]:
        """Return the matters about which notices were sent, with the moment of the last one."""
        rows = await queries.list_recorded_matters(self._connection, patient=patient)
        return {row["matter"]: moment(row["at"]) for row in rows}

    async def record_matter(self, patient: PatientId, matter: str, at: datetime) -> None:
        await queries.record_matter(self._connection, patient=patient, matter=matter, at=seconds(at))

    # --- watching ---

    async def watched(self, patient: PatientId) -> Watched:
        row = await queries.find_watched_policy(self._connection, patient=patient)
        until = row and row["valid_until"]
        return Watched(date.fromisoformat(until) if until else None, moment(row["closed_at"]) if row else None)

    async def set_next_look(self, patient: PatientId, next_look: datetime | None) -> None:
        """Store when the policy is checked again; None: it is no longer watched."""
        await queries.set_next_look(self._connection, patient=patient, next_look=seconds(next_look))

    async def set_valid_until(self, patient: PatientId, day: date | None) -> None:
        until = None if day is None else day.isoformat()
        await queries.set_valid_until(self._connection, patient=patient, valid_until=until)

    async def close(self, patient: PatientId, now: datetime) -> None:
        await queries.close_card(self._connection, patient=patient, now=seconds(now))

    async def claim_looks(self, now: datetime, until: datetime, limit: int) -> Sequence[PatientId]:
        """Claim the patients who are due for a look, with a lease until ``until``."""
        rows = await queries.claim_due_looks(self._connection, now=seconds(now), until=seconds(until), limit=limit)
        return sorted(PatientId(row["id"]) for row in rows)
