"""Access codes: a slow hash of each, sealed with the server's key, so that the database file alone reveals no code."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import NamedTuple

from bot.account.records import HashedCode, StoredCode
from bot.core.people import Lock
from bot.glossary import AccountId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

INDEX_KIND = "pin"


class ProposedCode(NamedTuple):
    """A new code that was typed once, hashed and sealed."""

    salt: bytes
    sealed: bytes


class SqlAccessCodes:
    """The codes of the accounts, and the new codes that were typed once. No code itself is stored."""

    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    async def find(self, account: AccountId) -> StoredCode | None:
        row = await queries.find_code(self._connection, account=account)
        return None if row is None else StoredCode(row["salt"], row["digest"], row["tries"], read_lock(row))

    def matches(self, sealed: bytes, digest: bytes) -> bool:
        """Return whether the stored ``sealed`` was made from this digest."""
        return hmac.compare_digest(sealed, self._seal(digest))

    async def set(self, account: AccountId, code: HashedCode, until: datetime) -> None:
        """Store a code in place of the old one; the account is unlocked until that moment."""
        sealed = self._seal(code.digest)
        await queries.set_code(self._connection, account=account, salt=code.salt, digest=sealed, until=seconds(until))

    async def unlock(self, account: AccountId, until: datetime) -> None:
        """Unlock the account until that moment; reset the wrong tries and cancel a planned drop."""
        await queries.unlock_account(self._connection, account=account, until=seconds(until))

    async def lock(self, account: AccountId) -> None:
        await queries.lock_account(self._connection, account=account)

    async def count_wrong_try(self, account: AccountId) -> None:
        await queries.count_wrong_code(self._connection, account=account)

    async def pause(self, account: AccountId, until: datetime) -> None:
        """Refuse any code until that moment, and lock the account."""
        await queries.pause_code(self._connection, account=account, until=seconds(until))

    async def drop_at(self, account: AccountId, drops_at: datetime) -> None:
        await queries.schedule_code_removal(self._connection, account=account, drops_at=seconds(drops_at))

    async def remove(self, account: AccountId) -> None:
        await queries.delete_code(self._connection, account=account)

    async def propose(self, account: AccountId, code: HashedCode, expires_at: datetime) -> None:
        """Keep a new code that was typed once, in place of an earlier one."""
        sealed, until = self._seal(code.digest), seconds(expires_at)
        await queries.propose_code(self._connection, account=account, salt=code.salt, digest=sealed, until=until)

    async def find_proposed(self, account: AccountId, now: datetime) -> ProposedCode | None:
        row = await queries.find_proposed_code(self._connection, account=account, now=seconds(now))
        return None if row is None else ProposedCode(row["salt"], row["digest"])

    async def drop_proposed(self, account: AccountId) -> None:
        await queries.delete_proposed_code(self._connection, account=account)

    async def forget_proposals(self, now: datetime) -> None:
        """Delete new codes that were typed once and have expired."""
        await queries.delete_expired_proposals(self._connection, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete codes that were dropped by that moment."""
        await queries.delete_removed_codes(self._connection, before=seconds(before))

    def _seal(self, digest: bytes) -> bytes:
        return self._index.of(INDEX_KIND, digest.hex())


def read_lock(row: Row) -> Lock:
    return Lock(moment(row["open_until"]), moment(row["paused_until"]), moment(row["drops_at"]))
