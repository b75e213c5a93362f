"""Consents that are in force or revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.account.records import Consent
from bot.core.people import Purpose
from bot.glossary import AccountId
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")


class SqlConsents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def give(self, account: AccountId, purpose: Purpose, version: str, digest: str, now: datetime) -> None:
        await queries.add_consent(
            self._connection, account=account, purpose=purpose, version=version, digest=digest, now=seconds(now)
        )

    async def revoke(self, account: AccountId, purpose: Purpose, now: datetime) -> None:
        await queries.revoke_consents(self._connection, account=account, purpose=purpose, now=seconds(now))

    async def list_of(self, account: AccountId) -> Sequence[Consent]:
        """Return the newest consent of each purpose, revoked ones included."""
        rows = await queries.list_consents(self._connection, account=account)
        return [Consent(Purpose(p), version, moment(given), moment(revoked)) for p, version, given, revoked in rows]

    async def forget(self, before: datetime) -> None:
        """Delete consents that were revoked before that moment."""
        await queries.delete_old_consents(self._connection, before=seconds(before))

    async def withdrawn_before(self, before: datetime, limit: int) -> Sequence[AccountId]:
        """Return accounts that revoked a required consent before that moment and have not given it again."""
        rows = await queries.list_withdrawn_accounts(self._connection, before=seconds(before), limit=limit)
        return [AccountId(row["account_id"]) for row in rows]
