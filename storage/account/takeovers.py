"""Takeovers: the wishes of accounts to get what an older account with the same phone has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.account.records import Takeover, TakeoverStatus
from bot.core.errors import RefCollision
from bot.core.readable import read_each
from bot.glossary import AccountId, ClinicId, Ref, TakeoverId
from storage.account.contacts import INDEX_KIND
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

TABLE, PHONE = "takeovers", "sealed_phone"


class SqlTakeovers:
    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index

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

    async def find_by_ref(self, ref: Ref) -> Takeover | None:
        return self._read(await queries.find_takeover_by_ref(self._connection, ref=ref))

    async def at_desk(self, clinic: ClinicId, limit: int) -> Sequence[Takeover]:
        """Return the takeovers with a number that a clinic's desk may settle: of its own children, or of no clinic's.

        One whose phone the old account has given up is left out.
        """
        rows = await queries.list_takeovers_at_desk(self._connection, clinic=clinic, limit=limit)
        return [found for found in read_each(rows, self._read_with_phone) if found is not None]

    def _read_with_phone(self, row: Row) -> Takeover | None:
        found = self._read(row)
        is_its_phone = found is not None and self._index.of(INDEX_KIND, found.phone) == row["phone_index"]
        return found if is_its_phone else None

    async def ask(self, takeover: TakeoverId, ref: Ref, due_at: datetime) -> None:
        """Set the status ASKED, with the number for the desk. Raises RefCollision."""
        row = await queries.set_takeover_asked(self._connection, takeover=takeover, ref=ref, due_at=seconds(due_at))
        if row is None:
            raise RefCollision

    async def set_status(self, takeover: TakeoverId, status: TakeoverStatus, due_at: datetime) -> None:
        await queries.set_takeover_status(self._connection, takeover=takeover, status=status, due_at=seconds(due_at))

    async def drop(self, takeover: TakeoverId) -> None:
        await queries.delete_takeover(self._connection, takeover=takeover)

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
            ref=None if row["ref"] is None else Ref(row["ref"]),
        )
