"""Drafts: what a person has typed so far, sealed, for its owner alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.models import AccountId, Draft, DraftId
from storage.crypto import Cipher, make_uid
from storage.database import Connection, Row, load_queries
from storage.rows import seconds

queries = load_queries("drafts")

TABLE, FIELDS = "drafts", "sealed_fields"


class SqlDrafts:
    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection, self._cipher = connection, cipher

    async def add(self, account: AccountId, kind: str, fields: Mapping[str, str], now: datetime) -> DraftId:
        uid = make_uid()
        row = await queries.add(
            self._connection, uid=uid, account=account, kind=kind, fields=self._seal(uid, fields), now=seconds(now)
        )
        return DraftId(row["id"])

    async def find(self, account: AccountId, draft: DraftId) -> Draft | None:
        return self._read(await queries.find(self._connection, account=account, draft=draft))

    async def newest(self, account: AccountId) -> Draft | None:
        return self._read(await queries.newest(self._connection, account=account))

    async def save(self, draft: DraftId, fields: Mapping[str, str], now: datetime) -> None:
        row = await queries.uid(self._connection, draft=draft)
        if row is not None:
            sealed = self._seal(row["uid"], fields)
            await queries.save(self._connection, draft=draft, fields=sealed, now=seconds(now))

    async def drop(self, account: AccountId, draft: DraftId) -> None:
        await queries.remove(self._connection, account=account, draft=draft)

    async def forget(self, before: datetime) -> None:
        await queries.forget(self._connection, before=seconds(before))

    def _seal(self, uid: bytes, fields: Mapping[str, str]) -> bytes:
        return self._cipher.seal(TABLE, FIELDS, uid, json.dumps(dict(fields), ensure_ascii=False))

    def _read(self, row: Row | None) -> Draft | None:
        if row is None:
            return None
        fields = json.loads(self._cipher.open(TABLE, FIELDS, row["uid"], row["sealed_fields"]))
        return Draft(DraftId(row["id"]), row["kind"], fields)
