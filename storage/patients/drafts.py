"""The rows of drafts: what a person has typed so far, encrypted, readable for one account."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.readable import read_each
from bot.glossary import AccountId, DraftId
from bot.patients.records import Draft
from storage.database.connection import Connection, Row
from storage.database.crypto import Cipher, make_uid
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("patients")

TABLE, FIELDS = "drafts", "sealed_fields"


class SqlDrafts:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher
        # The uid of a row never changes, so a unit of work that has read the row does not read it again to seal.
        self._uids: dict[DraftId, bytes] = {}

    async def add(self, account: AccountId, kind: str, fields: Mapping[str, str], now: datetime) -> DraftId:
        uid = make_uid()
        row = await queries.add_draft(
            self._connection, uid=uid, account=account, kind=kind, fields=self._seal(uid, fields), now=seconds(now)
        )
        return DraftId(row["id"])

    async def find(self, account: AccountId, draft: DraftId) -> Draft | None:
        row = await queries.find_draft(self._connection, account=account, draft=draft)
        return None if row is None else self._read(row)

    async def list_of(self, account: AccountId, kind: str, limit: int) -> Sequence[Draft]:
        """Return the drafts of one kind, the newest first."""
        rows = await queries.list_drafts(self._connection, account=account, kind=kind, limit=limit)
        return read_each(rows, self._read)

    async def save(self, draft: DraftId, fields: Mapping[str, str], now: datetime) -> None:
        uid = await self._uid(draft)
        if uid is not None:
            await queries.save_draft(self._connection, draft=draft, fields=self._seal(uid, fields), now=seconds(now))

    async def drop(self, account: AccountId, draft: DraftId) -> None:
        await queries.delete_draft(self._connection, account=account, draft=draft)

    async def keep_newest(self, account: AccountId, keep: int) -> None:
        """Drop the drafts of an account but for the last changed ones."""
        await queries.delete_all_but_newest_drafts(self._connection, account=account, keep=keep)

    async def forget(self, before: datetime) -> None:
        await queries.delete_old_drafts(self._connection, before=seconds(before))

    def _seal(self, uid: bytes, fields: Mapping[str, str]) -> bytes:
        return self._cipher.seal(TABLE, FIELDS, uid, json.dumps(dict(fields), ensure_ascii=False))

    def _read(self, row: Row) -> Draft:
        draft = DraftId(row["id"])
        self._uids[draft] = row["uid"]
        fields = json.loads(self._cipher.open(TABLE, FIELDS, row["uid"], row["sealed_fields"]))
        return Draft(draft, row["kind"], fields)

    async def _uid(self, draft: DraftId) -> bytes | None:
        """Return the uid that the fields of a draft are sealed with, None if there is no such draft."""
        if draft not in self._uids:
            row = await queries.find_draft_uid(self._connection, draft=draft)
            if row is None:
                return None
            self._uids[draft] = row["uid"]
        return self._uids[draft]
