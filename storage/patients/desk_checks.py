"""The rows of policy checks at a clinic's desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.glossary import AccountId, ClinicId, DeskCheckId, PatientId
from bot.patients.records import DeskCheck, DeskDecision
from storage.database.connection import Connection, Row
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("desk_checks")


class SqlDeskChecks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def open(
        self, account: AccountId, patient: PatientId, clinic: ClinicId, now: datetime, due_at: datetime
    ) -> DeskCheckId | None:
        """Add a check and return its id, or None if one of this patient is open."""
        row = await queries.open_desk_check(
            self._connection, account=account, patient=patient, clinic=clinic, now=seconds(now), due=seconds(due_at)
        )
        return None if row is None else DeskCheckId(row["id"])

    async def get(self, check: DeskCheckId) -> DeskCheck | None:
        return _read(await queries.find_desk_check(self._connection, check=check))

    async def last_of(self, patient: PatientId) -> DeskCheck | None:
        """Return the open check of a patient, else the last one that a desk has answered."""
        return _read(await queries.find_last_desk_check(self._connection, patient=patient))

    async def waiting(self, clinic: ClinicId) -> Sequence[DeskCheck]:
        """List what a clinic's desk has to decide, urgent ones first, then the oldest."""
        return _read_all(await queries.list_waiting_desk_checks(self._connection, clinic=clinic))

    async def count_open(self, account: AccountId) -> int:
        row = await queries.count_open_desk_checks(self._connection, account=account)
        return int(row["open"])

    async def count_of(self, patient: PatientId) -> int:
        """Return how often this card was sent to a desk."""
        row = await queries.count_desk_checks_of(self._connection, patient=patient)
        return int(row["sent"])

    async def lifted_at(self, account: AccountId) -> datetime | None:
        """Return when the account has last called a check urgent."""
        row = await queries.find_last_urgent(self._connection, account=account)
        return None if row is None else moment(row["urgent_at"])

    async def lift(self, check: DeskCheckId, now: datetime) -> None:
        await queries.hasten_desk_check(self._connection, check=check, now=seconds(now))

    async def postpone(self, check: DeskCheckId, due_at: datetime) -> None:
        """Let the desk answer until that moment, if it had to earlier."""
        await queries.set_due_of_desk_check(self._connection, check=check, due=seconds(due_at))

    async def withdraw(self, patient: PatientId, now: datetime) -> None:
        """Close the open check of a patient without a decision."""
        await queries.withdraw_desk_check(self._connection, patient=patient, now=seconds(now))

    async def claim(self, check: DeskCheckId, member: AccountId, now: datetime, until: datetime) -> bool:
        """Let a member decide until that moment; False if somebody else does, or if it is not waiting."""
        row = await queries.claim_desk_check(
            self._connection, check=check, member=member, now=seconds(now), until=seconds(until)
        )
        return row is not None

    async def release(self, check: DeskCheckId) -> None:
        await queries.release_desk_check(self._connection, check=check)

    async def count_wrong_digits(self, check: DeskCheckId) -> int:
        """Count digits that were wrong; return how many there were."""
        row = await queries.count_wrong_digits(self._connection, check=check)
        return int(row["wrong_digits"])

    async def bar(self, check: DeskCheckId, member: AccountId) -> None:
        """Release a check that this member may not claim again."""
        await queries.mark_barred_from_desk_check(self._connection, check=check, member=member)

    async def decide(
        self, check: DeskCheckId, decision: DeskDecision, member: AccountId, now: datetime, final_at: datetime
    ) -> bool:
        """Store a decision of the member who has claimed the check; False if it is another's or not waiting."""
        row = await queries.save_desk_decision(
            self._connection,
            check=check,
            decision=decision,
            member=member,
            now=seconds(now),
            final_at=seconds(final_at),
        )
        return row is not None

    async def reopen(self, check: DeskCheckId) -> None:
        """Take a decision back."""
        await queries.restore_desk_check(self._connection, check=check)

    async def close(self, check: DeskCheckId, now: datetime, ask_again_at: datetime | None) -> None:
        again = seconds(ask_again_at)
        await queries.close_desk_check(self._connection, check=check, now=seconds(now), ask_again_at=again)

    async def final(self, now: datetime, limit: int) -> Sequence[DeskCheck]:
        """List decisions whose minute is over."""
        return _read_all(await queries.list_final_desk_checks(self._connection, now=seconds(now), limit=limit))

    async def claim_late(self, now: datetime, limit: int) -> Sequence[DeskCheck]:
        """Return checks that are late and of which nobody was told, each once."""
        return _read_all(await queries.claim_late_desk_checks(self._connection, now=seconds(now), limit=limit))

    async def claim_again(self, now: datetime, limit: int) -> Sequence[DeskCheck]:
        """Return confirmed checks that are to be asked again, each once."""
        return _read_all(await queries.claim_desk_checks_again(self._connection, now=seconds(now), limit=limit))

    async def forget(self, before: datetime) -> None:
        """Delete checks that were opened before that moment."""
        await queries.delete_old_desk_checks(self._connection, before=seconds(before))


def _read_all(rows: Sequence[Row]) -> list[DeskCheck]:
    return [each for row in rows if (each := _read(row)) is not None]


def _read(row: Row | None) -> DeskCheck | None:
    if row is None:
        return None
    return DeskCheck(
        id=DeskCheckId(row["id"]),
        account=AccountId(row["account_id"]),
        patient=PatientId(row["patient_id"]),
        clinic=ClinicId(row["clinic_id"]),
        opened_at=moment(row["opened_at"]),
        due_at=moment(row["due_at"]),
        urgent_at=moment(row["urgent_at"]),
        claimed_by=row["claimed_by"],
        claimed_until=moment(row["claimed_until"]),
        barred=row["barred_id"],
        decision=None if row["decision"] is None else DeskDecision(row["decision"]),
        decided_by=row["decided_by"],
        final_at=moment(row["final_at"]),
        closed_at=moment(row["closed_at"]),
    )
