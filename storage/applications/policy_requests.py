"""The rows of applications for a policy, whose form is sealed, and their history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.applications.records import (
    ApplicationStatus,
    ApplicationStep,
    Decision,
    PolicyRequest,
    RefusalReason,
    StepTaken,
    Verdict,
)
from bot.core.errors import RefCollision
from bot.core.policy_form import PolicyForm, PolicyReady, read_form, written_form
from bot.core.readable import read_each
from bot.glossary import AccountId, ClinicId, PolicyRequestId, Ref
from storage.applications.applications import read_fields, write_fields
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("policy_requests")

TABLE, FORM = "policy_requests", "sealed_form"


class SqlPolicyRequests:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    def _one(self, row: Row | None) -> PolicyRequest | None:
        return None if row is None else _read(self._cipher, row)

    def _all(self, rows: Sequence[Row]) -> Sequence[PolicyRequest]:
        return read_each(rows, lambda row: _read(self._cipher, row))

    # --- reading ------------------------------------------------------------------------------------------------------

    async def get(self, request: PolicyRequestId) -> PolicyRequest | None:
        return self._one(await queries.find_policy_request(self._connection, request=request))

    async def find(self, ref: Ref) -> PolicyRequest | None:
        return self._one(await queries.find_policy_request_by_ref(self._connection, ref=ref))

    async def list_of(self, account: AccountId) -> Sequence[PolicyRequest]:
        """List the applications of an account: open ones first, then the newest."""
        return self._all(await queries.list_policy_requests_of_account(self._connection, account=account))

    async def at_desk(self, clinic: ClinicId) -> Sequence[PolicyRequest]:
        """List what a clinic's desk has to decide, the one that is due first at the top."""
        return self._all(await queries.list_policy_requests_at_desk(self._connection, clinic=clinic))

    async def steps(self, request: PolicyRequestId) -> Sequence[StepTaken]:
        """Return the history of an application, the first step first."""
        rows = await queries.list_policy_request_steps(self._connection, request=request)
        return [StepTaken(ApplicationStep(row["step"]), moment(row["at"]), row["detail"]) for row in rows]

    # --- the parent ---------------------------------------------------------------------------------------------------

    async def file(
        self,
        ref: Ref,
        account: AccountId,
        clinic: ClinicId,
        form: PolicyForm,
        consent: tuple[str, str],
        now: datetime,
        due_at: datetime,
    ) -> PolicyRequestId:
        """Add an application; ``consent`` is the version and the digest of its text. Raises RefCollision."""
        uid = make_uid()
        row = await queries.add_policy_request(
            self._connection,
            ref=ref,
            account=account,
            clinic=clinic,
            uid=uid,
            form=self._seal(uid, form),
            version=consent[0],
            digest=consent[1],
            now=seconds(now),
            due=seconds(due_at),
        )
        if row is None:
            raise RefCollision
        return PolicyRequestId(row["id"])

    async def resend(self, request: PolicyRequestId, form: PolicyForm, due_at: datetime) -> None:
        """Put an application that was to be corrected before the desk again."""
        row = await queries.find_policy_request(self._connection, request=request)
        if row is None:
            return
        sealed = self._seal(row["uid"], form)
        await queries.request_policy_again(self._connection, request=request, form=sealed, due=seconds(due_at))

    async def add_step(self, request: PolicyRequestId, step: ApplicationStep, now: datetime, detail: str = "") -> None:
        await queries.add_policy_request_step(
            self._connection, request=request, now=seconds(now), step=step, detail=detail
        )

    # --- the desk -----------------------------------------------------------------------------------------------------

    async def claim(self, request: PolicyRequestId, member: AccountId, now: datetime, until: datetime) -> bool:
        """Let a member decide until that moment; False if somebody else does, or if it is not waiting."""
        row = await queries.claim_policy_request(
            self._connection, request=request, member=member, now=seconds(now), until=seconds(until)
        )
        return row is not None

    async def decide(
        self, request: PolicyRequestId, decision: Decision, member: AccountId, now: datetime, final_at: datetime
    ) -> bool:
        """Store what the member decides who has claimed it; False if it is another's or not waiting."""
        row = await queries.save_policy_verdict(
            self._connection,
            request=request,
            verdict=decision.verdict,
            reason=decision.reason,
            fields=write_fields(decision.fields),
            days=decision.days,
            ready=decision.ready,
            member=member,
            now=seconds(now),
            final_at=seconds(final_at),
        )
        return row is not None

    async def reopen(self, request: PolicyRequestId) -> None:
        """Take a decision back."""
        await queries.restore_policy_request(self._connection, request=request)

    async def close(self, request: PolicyRequestId, status: ApplicationStatus, now: datetime) -> None:
        await queries.close_policy_request(self._connection, request=request, status=status, now=seconds(now))

    async def give_back(self, request: PolicyRequestId, until: datetime) -> None:
        """Give an application back to be corrected until that moment."""
        await queries.set_policy_request_to_correct(self._connection, request=request, until=seconds(until))

    # --- the job ------------------------------------------------------------------------------------------------------

    async def final(self, now: datetime, limit: int) -> Sequence[PolicyRequest]:
        """List those whose decision cannot be undone any more."""
        return self._all(await queries.list_final_policy_requests(self._connection, now=seconds(now), limit=limit))

    async def claim_late(self, now: datetime, limit: int) -> Sequence[PolicyRequest]:
        """Return those that are late and of which nobody was told, each once."""
        return self._all(await queries.claim_late_policy_requests(self._connection, now=seconds(now), limit=limit))

    async def uncorrected(self, now: datetime, limit: int) -> Sequence[PolicyRequest]:
        """List those that were to be corrected until now."""
        rows = await queries.list_uncorrected_policy_requests(self._connection, now=seconds(now), limit=limit)
        return self._all(rows)

    async def forget(self, before: datetime) -> None:
        """Delete applications that were closed before that moment."""
        await queries.delete_old_policy_requests(self._connection, before=seconds(before))

    def _seal(self, uid: bytes, form: PolicyForm) -> bytes:
        return self._cipher.seal(TABLE, FORM, uid, json.dumps(written_form(form), ensure_ascii=False))


def open_form(cipher: Cipher, row: Row) -> dict[str, str]:
    """Return the stored fields of a form. Raises CannotOpen if no key opens them."""
    fields: dict[str, str] = json.loads(cipher.open(TABLE, FORM, row["uid"], row["sealed_form"]))
    return fields


def _read(cipher: Cipher, row: Row) -> PolicyRequest:
    return PolicyRequest(
        id=PolicyRequestId(row["id"]),
        ref=Ref(row["ref"]),
        account=AccountId(row["account_id"]),
        clinic=ClinicId(row["clinic_id"]),
        status=ApplicationStatus(row["status"]),
        form=read_form(open_form(cipher, row)),
        filed_at=moment(row["filed_at"]),
        due_at=moment(row["due_at"]),
        claimed_by=row["claimed_by"],
        claimed_until=moment(row["claimed_until"]),
        decision=_read_decision(row),
        decided_by=row["decided_by"],
        final_at=moment(row["final_at"]),
        correct_until=moment(row["correct_until"]),
        closed_at=moment(row["closed_at"]),
    )


def _read_decision(row: Row) -> Decision | None:
    if row["verdict"] is None:
        return None
    return Decision(
        Verdict(row["verdict"]),
        None if row["verdict_reason"] is None else RefusalReason(row["verdict_reason"]),
        read_fields(row["verdict_fields"]),
        row["verdict_days"],
        ready=None if row["ready"] is None else PolicyReady(row["ready"]),
    )
