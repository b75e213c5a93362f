"""Access codes: a slow hash of each, sealed with the server's key, so that the file alone tells no code."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from bot.account.records import Hashed, StoredPin
from bot.core.people import Lock
from bot.glossary import AccountId
from storage.database.connection import Connection, Row
from storage.database.crypto import BlindIndex
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("account")

KIND = "pin"
KEEP_DROPPED = timedelta(days=7)
"""By then it has been told that the code is off."""


class SqlPins:
    """Access codes; none of them is ever kept itself."""

    def __init__(self, connection: Connection, index: BlindIndex) -> None:
        self._connection, self._index = connection, index

    async def find(self, account: AccountId) -> StoredPin | None:
        row = await queries.find_code(self._connection, account=account)
        return None if row is None else StoredPin(row["salt"], row["digest"], row["tries"], read_lock(row))

    def is_right(self, digest: bytes, hashed: bytes) -> bool:
        """Whether a hash is of the code that ``digest`` was made of."""
        return hmac.compare_digest(digest, self._sealed(hashed))

    async def set(self, account: AccountId, code: Hashed, until: datetime) -> None:
        """Put a code, open ``until`` then, in place of any other."""
        digest = self._sealed(code.hashed)
        await queries.set_code(self._connection, account=account, salt=code.salt, digest=digest, until=seconds(until))

    async def open(self, account: AccountId, until: datetime) -> None:
        """The right code was typed: no wrong try counts any more, and a forgotten code is not dropped."""
        await queries.unlock_account(self._connection, account=account, until=seconds(until))

    async def close(self, account: AccountId) -> None:
        await queries.lock_account(self._connection, account=account)

    async def note_wrong(self, account: AccountId) -> None:
        await queries.count_wrong_code(self._connection, account=account)

    async def pause(self, account: AccountId, until: datetime) -> None:
        await queries.pause_code(self._connection, account=account, until=seconds(until))

    async def drop_at(self, account: AccountId, moment: datetime) -> None:
        await queries.schedule_code_removal(self._connection, account=account, moment=seconds(moment))

    async def remove(self, account: AccountId) -> None:
        await queries.delete_code(self._connection, account=account)

    async def offer(self, account: AccountId, code: Hashed, until: datetime) -> None:
        """Keep what was typed once for a new code."""
        digest = self._sealed(code.hashed)
        await queries.offer_code(self._connection, account=account, salt=code.salt, digest=digest, until=seconds(until))

    async def offered(self, account: AccountId, now: datetime) -> tuple[bytes, bytes] | None:
        """Salt and digest of what was typed once."""
        row = await queries.find_offered_code(self._connection, account=account, now=seconds(now))
        return None if row is None else (row["salt"], row["digest"])

    async def take_offer(self, account: AccountId) -> None:
        await queries.delete_offered_code(self._connection, account=account)

    async def forget(self, now: datetime) -> None:
        """Drop offers that are over and codes that were dropped long ago."""
        await queries.delete_expired_code_offers(self._connection, now=seconds(now))
        await queries.delete_removed_codes(self._connection, before=seconds(now - KEEP_DROPPED))

    def _sealed(self, hashed: bytes) -> bytes:
        return self._index.of(KIND, hashed.hex())


def read_lock(row: Row) -> Lock:
    return Lock(moment(row["open_until"]), moment(row["paused_until"]), moment(row["drops_at"]))
