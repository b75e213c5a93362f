"""The rows of applications for a policy, whose form is sealed, and their history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.applications.records import (
    Decision,
    PolicyRequest,
)
from bot.core.errors import RefCollision
from bot.core.policy_form import PolicyForm, PolicyReady, read_form, written_form
from bot.glossary import AccountId, ClinicId, PolicyRequestId, Ref
from storage.applications.filed import FiledStatements, SqlFiled, read_filed
from storage.database.connection import Row
from storage.database.crypto import Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("policy_requests")

TABLE, FORM = "policy_requests", "sealed_form"


class SqlPolicyRequests(SqlFiled[PolicyRequestId, PolicyRequest]):
    """Applications for a policy, which are about no card."""

    statements = FiledStatements(
        find=queries.find_policy_request,
        find_by_ref=queries.find_policy_request_by_ref,
        list_of_account=queries.list_policy_requests_of_account,
        list_at_desk=queries.list_policy_requests_at_desk,
        claim=queries.claim_policy_request,
        save_verdict=queries.save_policy_verdict,
        restore=queries.restore_policy_request,
        close=queries.close_policy_request,
        set_to_correct=queries.set_policy_request_to_correct,
        list_final=queries.list_final_policy_requests,
        claim_late=queries.claim_late_policy_requests,
        list_uncorrected=queries.list_uncorrected_policy_requests,
        delete_old=queries.delete_old_policy_requests,
        add_step=queries.add_policy_request_step,
        list_steps=queries.list_policy_request_steps,
    )

    def read(self, row: Row) -> PolicyRequest:
        ready = None if row["ready"] is None else PolicyReady(row["ready"])
        return PolicyRequest(
            **read_filed(row, ready=ready),
            id=PolicyRequestId(row["id"]),
            form=read_form(open_form(self._cipher, row)),
        )

    def decided(self, decision: Decision) -> Mapping[str, object]:
        return {"ready": decision.ready}

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
        row = await queries.find_policy_request(self._connection, number=request)
        if row is None:
            return
        sealed = self._seal(row["uid"], form)
        await queries.request_policy_again(self._connection, request=request, form=sealed, due=seconds(due_at))

    def _seal(self, uid: bytes, form: PolicyForm) -> bytes:
        return self._cipher.seal(TABLE, FORM, uid, json.dumps(written_form(form), ensure_ascii=False))


def open_form(cipher: Cipher, row: Row) -> dict[str, str]:
    """Return the stored fields of a form. Raises CannotOpen if no key opens them."""
    fields: dict[str, str] = json.loads(cipher.open(TABLE, FORM, row["uid"], row["sealed_form"]))
    return fields
