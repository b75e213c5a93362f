"""What the rows of applications of every kind have in common: claim, decision, undo, correction, end and history."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from bot.applications.records import (
    ApplicationStatus,
    ApplicationStep,
    Decision,
    Filed,
    RefusalReason,
    StepTaken,
    ToCorrect,
    Verdict,
)
from bot.core.readable import read_each
from bot.glossary import AccountId, ClinicId, Ref
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher
from storage.database.rows import moment, seconds

Number = TypeVar("Number", bound=int)
Found = TypeVar("Found", bound=Filed)


class FiledStatements(NamedTuple):
    """The queries of one table; each takes the id of its row as ``number``."""

    find: Any
    find_by_ref: Any
    list_of_account: Any
    list_at_desk: Any
    claim: Any
    save_verdict: Any
    restore: Any
    close: Any
    set_to_correct: Any
    list_final: Any
    claim_late: Any
    list_uncorrected: Any
    delete_old: Any
    add_step: Any
    list_steps: Any


class SqlFiled(ABC, Generic[Number, Found]):
    """The rows of one table of applications."""

    statements: ClassVar[FiledStatements]

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    @abstractmethod
    def read(self, row: Row) -> Found:
        """Return the record of a row. Raises CannotOpen."""

    @abstractmethod
    def decided(self, decision: Decision) -> Mapping[str, object]:
        """Return what only this kind of decision has, by the names of the parameters."""

    def _one(self, row: Row | None) -> Found | None:
        return None if row is None else self.read(row)

    def _all(self, rows: Sequence[Row]) -> Sequence[Found]:
        return read_each(rows, self.read)

    # --- reading ------------------------------------------------------------------------------------------------------

    async def get(self, number: Number) -> Found | None:
        return self._one(await self.statements.find(self._connection, number=number))

    async def find(self, ref: Ref) -> Found | None:
        return self._one(await self.statements.find_by_ref(self._connection, ref=ref))

    async def list_of(self, account: AccountId) -> Sequence[Found]:
        """List the applications of an account or of its patients: open ones first, then the newest."""
        return self._all(await self.statements.list_of_account(self._connection, account=account))

    async def at_desk(self, clinic: ClinicId) -> Sequence[Found]:
        """List what a clinic's desk has to decide, the one that is due first at the top."""
        return self._all(await self.statements.list_at_desk(self._connection, clinic=clinic))

    async def steps(self, number: Number) -> Sequence[StepTaken]:
        """Return the history of an application, the first step first."""
        rows = await self.statements.list_steps(self._connection, number=number)
        return [StepTaken(ApplicationStep(row["step"]), moment(row["at"]), row["detail"]) for row in rows]

    async def add_step(self, number: Number, step: ApplicationStep, now: datetime, detail: str = "") -> None:
        await self.statements.add_step(self._connection, number=number, now=seconds(now), step=step, detail=detail)

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def claim(self, number: Number, member: AccountId, now: datetime, until: datetime) -> bool:
        """Let a member decide until that moment; False if somebody else does, or if it is not waiting."""
        row = await self.statements.claim(
            self._connection, number=number, member=member, now=seconds(now), until=seconds(until)
        )
        return row is not None

    async def decide(
        self, number: Number, decision: Decision, member: AccountId, now: datetime, final_at: datetime
    ) -> bool:
        """Store what the member decides who has claimed it; False if it is another's or not waiting."""
        row = await self.statements.save_verdict(
            self._connection,
            number=number,
            verdict=decision.verdict,
            reason=decision.reason,
            fields=",".join(decision.fields),
            days=decision.days,
            member=member,
            now=seconds(now),
            final_at=seconds(final_at),
            **self.decided(decision),
        )
        return row is not None

    async def reopen(self, number: Number) -> None:
        """Take a decision back."""
        await self.statements.restore(self._connection, number=number)

    async def close(self, number: Number, status: ApplicationStatus, now: datetime) -> None:
        await self.statements.close(self._connection, number=number, status=status, now=seconds(now))

    async def give_back(self, number: Number, until: datetime) -> None:
        """Give an application back to be corrected until that moment."""
        await self.statements.set_to_correct(self._connection, number=number, until=seconds(until))

    # --- the job ------------------------------------------------------------------------------------------------------

    async def final(self, now: datetime, limit: int) -> Sequence[Found]:
        """List those whose decision cannot be undone any more."""
        return self._all(await self.statements.list_final(self._connection, now=seconds(now), limit=limit))

    async def claim_late(self, now: datetime, limit: int) -> Sequence[Found]:
        """Return those that are late and of which nobody was told, each once."""
        return self._all(await self.statements.claim_late(self._connection, now=seconds(now), limit=limit))

    async def uncorrected(self, now: datetime, limit: int) -> Sequence[Found]:
        """List those that were to be corrected until now."""
        return self._all(await self.statements.list_uncorrected(self._connection, now=seconds(now), limit=limit))

    async def forget(self, before: datetime) -> None:
        """Delete applications that were closed before that moment."""
        await self.statements.delete_old(self._connection, before=seconds(before))


def read_filed(row: Row, **decided: object) -> dict[str, Any]:
    """Return the fields of ``Filed`` but the kind; ``decided`` is what only this kind of decision has."""
    return {
        "ref": Ref(row["ref"]),
        "account": AccountId(row["account_id"]),
        "clinic": ClinicId(row["clinic_id"]),
        "status": ApplicationStatus(row["status"]),
        "filed_at": moment(row["filed_at"]),
        "due_at": moment(row["due_at"]),
        "claimed_by": row["claimed_by"],
        "claimed_until": moment(row["claimed_until"]),
        "decision": _read_decision(row, decided),
        "decided_by": row["decided_by"],
        "final_at": moment(row["final_at"]),
        "correct_until": moment(row["correct_until"]),
        "closed_at": moment(row["closed_at"]),
    }


def _read_decision(row: Row, decided: Mapping[str, Any]) -> Decision | None:
    if row["verdict"] is None:
        return None
    return Decision(
        Verdict(row["verdict"]),
        None if row["verdict_reason"] is None else RefusalReason(row["verdict_reason"]),
        tuple(ToCorrect(each) for each in row["verdict_fields"].split(",") if each),
        row["verdict_days"],
        **decided,
    )
