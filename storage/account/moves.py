"""Moves: give an account's patients to another account, so that it can be undone until the suspension ends.

A move adds representations of the new account, with the wishes to be told of an opening, and suspends the old one's.
Rows that have one owner (visits, drafts, open requests and questions, applications for a policy) change it, and where
they were is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.account.records import Move, Takeover
from bot.delivery.news import Fact, OutboxStatus
from bot.glossary import AccountId, PatientId, Ref, TakeoverId
from storage.database.connection import Connection, Row
from storage.database.crypto import CannotOpen, Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("moves")

TABLE, PHONE = "moves", "sealed_phone"
OWNER = "OWNER"


class Content(NamedTuple):
    """What a message of the outbox says."""

    kind: str
    facts: Mapping[str, Fact]


def _names(content: Content, subjects: Collection[tuple[str, int]]) -> bool:
    """Return whether a message names one of these; the number of an application for a policy is called request too."""
    if content.kind.startswith("POLICY_REQUEST"):
        return False
    return any(content.facts.get(fact) == number for fact, number in subjects)


class SqlMoves:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    # --- the moves ----------------------------------------------------------------------------------------------------

    async def add(self, takeover: Takeover, old: AccountId, now: datetime, until: datetime) -> None:
        """Record that this takeover is being made; again for the patients that it moves later."""
        uid = make_uid()
        await queries.add_move(
            self._connection,
            takeover=takeover.id,
            uid=uid,
            ref=takeover.ref,
            phone=self._cipher.seal(TABLE, PHONE, uid, takeover.phone),
            old=old,
            new=takeover.new,
            now=seconds(now),
            until=seconds(until),
        )

    async def find(self, takeover: TakeoverId) -> Move | None:
        return self._read(await queries.find_move(self._connection, takeover=takeover))

    async def find_by_ref(self, ref: Ref) -> Move | None:
        return self._read(await queries.find_move_by_ref(self._connection, ref=ref))

    async def list_of_old(self, account: AccountId, now: datetime) -> Sequence[Move]:
        """Return the moves that this account may still undo, the newest first."""
        rows = await queries.list_moves_of_old(self._connection, account=account, now=seconds(now))
        return [move for row in rows if (move := self._read(row))]

    async def drop(self, takeover: TakeoverId) -> None:
        await queries.delete_move(self._connection, takeover=takeover)

    # --- giving -------------------------------------------------------------------------------------------------------

    async def give_patient(self, move: Move, new: AccountId, patient: PatientId, now: datetime) -> None:
        """Let the new account act for a patient in place of the old one, whose representation is suspended."""
        both = {"takeover": move.takeover, "old": move.old, "new": new, "patient": patient}
        until = seconds(move.until)
        was_owner = await self._is_owner(move.old, patient)
        await queries.add_successor(self._connection, **both, now=seconds(now))
        await queries.set_suspended(
            self._connection, account=move.old, patient=patient, takeover=move.takeover, until=until
        )
        if was_owner:
            await queries.promote_successor(self._connection, account=new, patient=patient)
        await self._give_visits(both)
        await queries.add_successor_waits(self._connection, account=move.old, new=new, card=patient, patient=patient)
        for statement in (queries.record_matters, queries.record_requests):
            await statement(self._connection, **both)
        await self.give_news(move.old, new, patient)
        await self._put_twins_aside(move, new, patient)

    async def give_news(self, old: AccountId, new: AccountId, patient: PatientId) -> None:
        """Move the live news about a patient that is about no visit."""
        subjects = {("patient", patient)}
        for row in await queries.list_subjects(self._connection, patient=patient):
            subjects.add((row["fact"], row["id"]))
        await self._give_messages(old, new, subjects)

    async def give_the_rest(self, move: Move, new: AccountId) -> None:
        """Move drafts, applications for a policy, and the queued news that is about no visit."""
        both = {"takeover": move.takeover, "old": move.old, "new": new}
        for statement in (
            queries.record_drafts,
            queries.move_recorded_drafts,
            queries.record_policy_requests,
            queries.move_recorded_policy_requests,
        ):
            await statement(self._connection, **both)
        await self._give_messages(move.old, new)

    async def give_recorded(self, move: Move, new: AccountId) -> None:
        """Move the recorded questions for the desk and requests for access."""
        both = {"takeover": move.takeover, "old": move.old, "new": new}
        await queries.move_recorded_matters(self._connection, **both)
        await queries.move_recorded_requests(self._connection, **both)

    async def _is_owner(self, account: AccountId, patient: PatientId) -> bool:
        row = await queries.find_rights(self._connection, account=account, patient=patient)
        return row is not None and row["rights"] == OWNER

    async def _give_visits(self, both: dict[str, int]) -> None:
        """Move the visits with their live news; news being sent to the old chat is copied for the new one."""
        await queries.record_visits(
            self._connection, takeover=both["takeover"], patient=both["patient"], account=both["old"]
        )
        await queries.withdraw_duplicate_messages(self._connection, **both)
        await queries.move_queued_messages(self._connection, **both)
        for row in await queries.list_claimed_messages(self._connection, **both):
            await self._copy_message(row, both["new"])
        await queries.move_visits(self._connection, **both)

    async def _give_messages(
        self, old: AccountId, new: AccountId, subjects: Collection[tuple[str, int]] | None = None
    ) -> None:
        """Move live news about no visit, with a fact among these, or all; what the new account gets too is withdrawn.

        News being sent to the old chat is copied for the new one. What no key opens moves with all news only.
        """
        known = [self._content(row) for row in await queries.list_other_messages(self._connection, account=new)]
        for row in await queries.list_other_messages(self._connection, account=old):
            content = self._content(row)
            if subjects is not None and (content is None or not _names(content, subjects)):
                continue
            if content is not None and content in known:
                await queries.withdraw_moved_message(self._connection, message=row["id"])
            elif row["status"] == OutboxStatus.CLAIMED:
                await self._copy_message(row, new)
            else:
                await queries.move_message(self._connection, message=row["id"], new=new)

    async def _copy_message(self, row: Row, new: int) -> None:
        await queries.withdraw_moved_message(self._connection, message=row["id"])
        await queries.copy_message(self._connection, message=row["id"], new=new)

    def _content(self, row: Row) -> Content | None:
        """Return what a message says, None if no key opens it."""
        try:
            facts = json.loads(self._cipher.open("outbox", "sealed_facts", row["uid"], row["sealed_facts"]))
        except CannotOpen:
            return None
        return Content(row["kind"], facts)

    async def _put_twins_aside(self, move: Move, new: AccountId, patient: PatientId) -> None:
        """Suspend the cards that the new account alone has of the same policy; their visits join the moved card."""
        twins = await queries.list_twins(self._connection, new=new, patient=patient)
        for twin in [row["id"] for row in twins]:
            await queries.record_visits(self._connection, takeover=move.takeover, patient=twin, account=new)
            await queries.move_twins_visits(self._connection, twin=twin, patient=patient)
            await queries.add_successor_waits(self._connection, account=new, new=new, card=twin, patient=patient)
            await queries.set_suspended(
                self._connection, account=new, patient=twin, takeover=move.takeover, until=seconds(move.until)
            )

    # --- giving back --------------------------------------------------------------------------------------------------

    async def list_suspended(self, takeover: TakeoverId, account: AccountId) -> Sequence[PatientId]:
        """Return the patients for whom this takeover has suspended the account."""
        rows = await queries.list_suspended(self._connection, takeover=takeover, account=account)
        return [PatientId(row["patient_id"]) for row in rows]

    async def list_let_in(self, move: Move, patient: PatientId) -> Sequence[AccountId]:
        """Return who acts for the patient only since the move, suspended ones too.

        Of a patient that another account owns: only those who came by a takeover, for the owner has let in the others.
        """
        rows = await queries.list_let_in_since(
            self._connection,
            patient=patient,
            account=move.old,
            since=seconds(move.moved_at),
            everybody=int(await self._is_owner(move.old, patient)),
        )
        return [AccountId(row["account_id"]) for row in rows]

    async def end_sharing(self, move: Move, patient: PatientId) -> None:
        """End the sharing of an owned patient's visits with other cards that was begun since the move."""
        if await self._is_owner(move.old, patient):
            await queries.delete_shared_since(self._connection, patient=patient, since=seconds(move.moved_at))

    async def end(self, account: AccountId, patient: PatientId) -> None:
        """Remove a representation, suspended or not, with what the account has begun for the patient."""
        await queries.delete_let_in(self._connection, account=account, patient=patient)
        await self._delete_begun(account, patient)

    async def restore(self, account: AccountId, patient: PatientId) -> None:
        """Let a suspended representation act again, with the rights that it had."""
        if await self._is_owner(account, patient):
            await queries.demote_present_owner(self._connection, patient=patient)
        await queries.restore_representation(self._connection, account=account, patient=patient)

    async def restore_rows(self, move: Move) -> None:
        """Return the recorded rows to where they were before the move."""
        back = {"takeover": move.takeover, "old": move.new, "new": move.old}
        await queries.restore_news(self._connection, takeover=move.takeover, old=move.old, new=move.new)
        await queries.restore_visits(self._connection, takeover=move.takeover)
        for statement in (
            queries.move_recorded_drafts,
            queries.move_recorded_matters,
            queries.move_recorded_requests,
            queries.move_recorded_policy_requests,
        ):
            await statement(self._connection, **back)

    # --- the end of a suspension --------------------------------------------------------------------------------------

    async def delete_lapsed(self, now: datetime, limit: int) -> Sequence[AccountId]:
        """Delete representations whose suspension has ended, and patients without any; return the accounts of them."""
        rows = await queries.list_lapsed_suspensions(self._connection, now=seconds(now), limit=limit)
        for row in rows:
            account, patient = AccountId(row["account_id"]), PatientId(row["patient_id"])
            await queries.delete_lapsed_suspension(self._connection, account=account, patient=patient, now=seconds(now))
            await self._delete_begun(account, patient)
            await queries.delete_lapsed_patient(self._connection, patient=patient)
        await queries.delete_old_moves(self._connection, now=seconds(now))
        return sorted({AccountId(row["account_id"]) for row in rows})

    async def _delete_begun(self, account: AccountId, patient: PatientId) -> None:
        await queries.delete_orders_of(self._connection, account=account, patient=patient)
        await queries.delete_matters_of(self._connection, account=account, patient=patient)
        await queries.delete_waits_of(self._connection, account=account, patient=patient)

    def _read(self, row: Row | None) -> Move | None:
        if row is None:
            return None
        return Move(
            takeover=TakeoverId(row["takeover_id"]),
            ref=Ref(row["ref"]),
            old=AccountId(row["old_id"]),
            new=None if row["new_id"] is None else AccountId(row["new_id"]),
            phone=self._cipher.open(TABLE, PHONE, row["uid"], row["sealed_phone"]),
            moved_at=moment(row["moved_at"]),
            until=moment(row["until"]),
        )
