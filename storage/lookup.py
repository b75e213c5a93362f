"""Find whom a number belongs to that the bot has told, for the operator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.glossary import AccountId, AppointmentId, PatientId, Ref, TakeoverId
from bot.privacy.records import Holdings, Source, Trace, UndoableMove
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds
from storage.patients.cards import POLICY

queries = load_queries("lookup")


class SqlLookup:
    """Representatives whose rights are suspended are found too. Nothing is decrypted, so damaged rows are found."""

    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    async def of_ref(self, ref: Ref) -> Sequence[Trace]:
        """Return what has this Ref; kinds of Refs are drawn apart, so it may be more than one thing."""
        found = []
        of_patients = (
            (Source.VISIT, queries.find_visit_of_ref),
            (Source.REQUEST, queries.find_request_of_ref),
            (Source.APPLICATION, queries.find_application_of_ref),
        )
        for source, find in of_patients:
            if row := await find(self._connection, ref=ref):
                found.append(await self._trace(source, ref, row, row["status"]))
        found += await self._without_card(ref)
        if row := await queries.find_matter_of_ref(self._connection, ref=ref):
            state = "OPEN" if row["closed_at"] is None else "CLOSED"
            found.append(Trace(Source.MATTER, [row["account_id"]], ref, f"{row['kind']} {state}", moment(row["at"])))
        if row := await queries.find_move_of_ref(self._connection, ref=ref):
            found.append(Trace(Source.TAKEOVER, _old_and_new(row), ref, "MADE", moment(row["at"])))
        elif row := await queries.find_takeover_of_ref(self._connection, ref=ref):
            found.append(Trace(Source.TAKEOVER, _old_and_new(row), ref, row["status"]))
        if row := await queries.find_erasure(self._connection, ref=ref):
            found.append(Trace(Source.ERASURE, (), ref, row["actor"], moment(row["at"]), row["operator"] or ""))
        return found

    async def _without_card(self, ref: Ref) -> Sequence[Trace]:
        """Return what has this Ref and is about no card of the bot."""
        found = []
        if row := await queries.find_kept_visit_of_ref(self._connection, ref=ref):
            found.append(Trace(Source.KEPT_VISIT, (), ref, row["clinic"]))
        if row := await queries.find_policy_request_of_ref(self._connection, ref=ref):
            found.append(Trace(Source.POLICY_REQUEST, [row["account_id"]], ref, row["status"], moment(row["at"])))
        return found

    async def of_policy(self, number: str) -> Sequence[AccountId]:
        """Return the accounts that act for a patient with this policy, verified or not."""
        policy = self._index.of(POLICY, number)
        return [row["account_id"] for row in await queries.list_people_of_policy(self._connection, policy=policy)]

    async def of_card(self, patient: PatientId) -> Sequence[AccountId]:
        return [row["account_id"] for row in await queries.list_people_of_patient(self._connection, patient=patient)]

    async def count(self, account: AccountId, now: datetime) -> Holdings:
        row = await queries.count_holdings(self._connection, account=account, now=seconds(now))
        return Holdings(row["patients"], row["shared"], row["visits"], row["unshared_visits"])

    async def moves_of(self, account: AccountId, now: datetime) -> Sequence[UndoableMove]:
        """Return the takeovers by which this account has given or got what can still be returned."""
        rows = await queries.list_moves_of_account(self._connection, account=account, now=seconds(now))
        return [
            UndoableMove(
                TakeoverId(row["takeover_id"]),
                Ref(row["ref"]),
                row["old_id"],
                row["new_id"],
                moment(row["moved_at"]),
                moment(row["until"]),
            )
            for row in rows
        ]

    async def of_visit(self, appointment: AppointmentId) -> Trace | None:
        row = await queries.find_visit(self._connection, appointment=appointment)
        return None if row is None else await self._trace(Source.VISIT, Ref(row["ref"]), row, row["status"])

    async def _trace(self, source: Source, ref: Ref, row: Row, status: str) -> Trace:
        """Return the trace of a row that names an account and a patient: the account first, then the others."""
        others = await self.of_card(row["patient_id"])
        return Trace(source, list(dict.fromkeys([row["account_id"], *others])), ref, status, moment(row["at"]))


def _old_and_new(row: Row) -> list[AccountId]:
    """Leave out an account that is erased."""
    return [account for account in (row["old_id"], row["new_id"]) if account is not None]
