"""Takeovers: their state, and moving everything of one account to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.account.records import Takeover, TakeoverStatus
from bot.core.readable import read_each
from bot.glossary import AccountId, PatientId, TakeoverId
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

TABLE, PHONE = "takeovers", "sealed_phone"


class SqlTakeovers:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def offer(self, old: AccountId, new: AccountId, phone: str, due_at: datetime) -> TakeoverId:
        """Add an offer to ``new``, in place of its earlier one."""
        await queries.delete_takeover_offer(self._connection, account=new)
        uid = make_uid()
        sealed = self._cipher.seal(TABLE, PHONE, uid, phone)
        row = await queries.add_takeover(
            self._connection, uid=uid, phone=sealed, old=old, new=new, due_at=seconds(due_at)
        )
        return TakeoverId(row["id"])

    async def find(self, takeover: TakeoverId) -> Takeover | None:
        return self._read(await queries.find_takeover(self._connection, takeover=takeover))

    async def find_by_new(self, account: AccountId) -> Takeover | None:
        """Return the takeover that is offered to this new account or requested by it."""
        return self._read(await queries.find_takeover_of_new(self._connection, account=account))

    async def find_by_old(self, account: AccountId) -> Takeover | None:
        """Return the takeover that this old account has to answer, else the one that it refused last."""
        return self._read(await queries.find_takeover_of_old(self._connection, account=account))

    async def due(self, now: datetime, limit: int) -> Sequence[Takeover]:
        """Return takeovers past their ``due_at``, and those whose old account was erased."""
        rows = await queries.list_due_takeovers(self._connection, now=seconds(now), limit=limit)
        return [found for found in read_each(rows, self._read) if found is not None]

    async def set_status(self, takeover: TakeoverId, status: TakeoverStatus, due_at: datetime) -> None:
        await queries.set_takeover_status(self._connection, takeover=takeover, status=status, due_at=seconds(due_at))

    async def drop(self, takeover: TakeoverId) -> None:
        await queries.delete_takeover(self._connection, takeover=takeover)

    async def list_duplicates(self, loser: AccountId, keeper: AccountId) -> Sequence[tuple[PatientId, PatientId]]:
        """Return unverified cards of ``loser``, each with the ``keeper``'s card of the same policy."""
        rows = await queries.list_duplicate_cards(self._connection, loser=loser, keeper=keeper)
        return [(PatientId(row["card"]), PatientId(row["kept"])) for row in rows]

    async def move(self, old: AccountId, new: AccountId) -> None:
        """Move everything but consents, journal, contacts and access code; the dialog state of ``old`` is deleted."""
        both, connection = {"old": old, "new": new}, self._connection
        await self._move_patients(old, new)
        for statement in (
            queries.move_orders,
            queries.move_appointments,
            queries.move_drafts,
            queries.move_failed_checks,
            queries.delete_duplicate_requests,
            queries.move_requests,
            queries.move_invitations,
            queries.move_opened_invitations,
            queries.delete_duplicate_matters,
            queries.move_matters,
        ):
            await statement(connection, **both)
        await queries.delete_needless_requests(connection, new=new)
        await queries.delete_own_invitations(connection, new=new)
        await self._move_messages(old, new)
        await queries.delete_dialogs(connection, account=old)
        await queries.delete_takeovers_of_new(connection, account=old)

    async def _move_patients(self, old: AccountId, new: AccountId) -> None:
        """Move the representations. If both accounts have one, keep the owner's, with the papers of either."""
        await queries.copy_papers(self._connection, giver=old, taker=new)
        await queries.copy_papers(self._connection, giver=new, taker=old)
        await queries.delete_weaker_representations(self._connection, loser=old, keeper=new)
        await queries.delete_duplicate_representations(self._connection, loser=new, keeper=old)
        await queries.move_representations(self._connection, old=old, new=new)

    async def _move_messages(self, old: AccountId, new: AccountId) -> None:
        """Move the live messages. One being sent to the old chat is copied: the new chat has not received it."""
        await queries.withdraw_duplicate_messages(self._connection, old=old, new=new)
        await queries.move_queued_messages(self._connection, old=old, new=new)
        claimed = await queries.list_claimed_messages(self._connection, old=old)
        await queries.withdraw_claimed_messages(self._connection, old=old)
        for row in claimed:
            await queries.copy_message(self._connection, message=row["id"], new=new)

    def _read(self, row: Row | None) -> Takeover | None:
        if row is None:
            return None
        return Takeover(
            id=TakeoverId(row["id"]),
            old=None if row["old_id"] is None else AccountId(row["old_id"]),
            new=AccountId(row["new_id"]),
            phone=self._cipher.open(TABLE, PHONE, row["uid"], row["sealed_phone"]),
            status=TakeoverStatus(row["status"]),
            due_at=moment(row["due_at"]),
        )
