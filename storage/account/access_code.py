"""Access codes: a slow hash of each, keyed and sealed, so that neither the database nor one key alone tries a code."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import NamedTuple

import structlog

from bot.account.records import HashedCode, StoredCode
from bot.core.people import Lock
from bot.glossary import AccountId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

CODES, PROPOSALS, DIGEST = "pins", "offered_pins", "sealed_digest"
"""The salt of a row is its uid: it changes with the code, and so does the sealed digest."""
INDEX_KIND = "pin"

log = structlog.get_logger(__name__)


class ProposedCode(NamedTuple):
    """A new code that was typed once."""

    salt: bytes
    sealed: bytes
    """a keyed hash of the digest; empty if no key opens it"""


class SqlAccessCodes:
    """The codes of the accounts, and the new codes that were typed once. No code itself is stored.

    What is stored is the slow hash of a code, hashed with the index key and sealed with the secret key. Rows of earlier
    releases are not sealed yet; they are at their next use.
    """

    def __init__(self, connection: Connection, cipher: Cipher, index: BlindIndex) -> None:
        self._connection, self._cipher, self._index = connection, cipher, index

    async def find(self, account: AccountId) -> StoredCode | None:
        row = await queries.find_code(self._connection, account=account)
        return None if row is None else StoredCode(row["salt"], self._keyed(CODES, row), row["tries"], read_lock(row))

    def matches(self, sealed: bytes, digest: bytes) -> bool:
        """Return whether the stored ``sealed`` was made from this digest, with any of the known keys."""
        return any(hmac.compare_digest(sealed, known) for known in self._index.all_of(INDEX_KIND, digest.hex()))

    async def set(self, account: AccountId, code: HashedCode, until: datetime) -> None:
        """Store a code in place of the old one; the account is unlocked until that moment."""
        await queries.set_code(self._connection, **self._row(CODES, account, code), until=seconds(until))

    async def renew(self, account: AccountId, code: HashedCode) -> None:
        """Seal and key the digest of an unchanged code anew, with the keys that are active now."""
        values = self._row(CODES, account, code)
        del values["salt"]
        await queries.restore_code(self._connection, **values)

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
        values = self._row(PROPOSALS, account, code)
        await queries.propose_code(self._connection, **values, until=seconds(expires_at))

    async def find_proposed(self, account: AccountId, now: datetime) -> ProposedCode | None:
        row = await queries.find_proposed_code(self._connection, account=account, now=seconds(now))
        return None if row is None else ProposedCode(row["salt"], self._keyed(PROPOSALS, row))

    async def drop_proposed(self, account: AccountId) -> None:
        await queries.delete_proposed_code(self._connection, account=account)

    async def forget_proposals(self, now: datetime) -> None:
        """Delete new codes that were typed once and have expired."""
        await queries.delete_expired_proposals(self._connection, now=seconds(now))

    async def forget(self, before: datetime) -> None:
        """Delete codes that were dropped by that moment."""
        await queries.delete_removed_codes(self._connection, before=seconds(before))

    def _keyed(self, table: str, row: Row) -> bytes:
        sealed = row[DIGEST]
        if sealed is None:
            return bytes(row["digest"])
        try:
            return bytes.fromhex(self._cipher.open(table, DIGEST, row["salt"], sealed))
        except CannotOpen:
            log.error("no key opens an access code")
            return b""

    def _row(self, table: str, account: AccountId, code: HashedCode) -> dict[str, object]:
        keyed = self._index.of(INDEX_KIND, code.digest.hex())
        sealed = self._cipher.seal(table, DIGEST, code.salt, keyed.hex())
        return {"account": account, "salt": code.salt, "bare": b"", "sealed": sealed, "by": self._index.marks[0]}


async def seal_bare_codes(connection: Connection, cipher: Cipher, limit: int) -> int:
    """Seal codes that an earlier release has stored without; return how many there were, at most ``limit``."""
    rows = await queries.list_bare_codes(connection, limit=limit)
    for row in rows:
        sealed = cipher.seal(CODES, DIGEST, row["salt"], bytes(row["digest"]).hex())
        values = {"account": row["account_id"], "salt": row["salt"], "bare": b"", "sealed": sealed}
        await queries.set_sealed_code(connection, **values)
    return len(rows)


def read_lock(row: Row) -> Lock:
    return Lock(moment(row["open_until"]), moment(row["paused_until"]), moment(row["drops_at"]))
