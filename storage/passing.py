"""Messages that are deleted from their chat at a certain moment, in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.glossary import AccountId
from storage.database.connection import Connection
from storage.database.places import in_places
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("passing")


class SqlPassing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, account: AccountId, message: int, now: datetime, until: datetime) -> None:
        """Note a message of the account's chat that is to be deleted at ``until``."""
        await queries.add_passing(
            self._connection, account=account, message=message, now=seconds(now), until=seconds(until)
        )

    async def end(self, account: AccountId, now: datetime, beside: Collection[int] = ()) -> None:
        """Let the messages of an account be deleted now, but for those that stay until their time."""
        if not beside:
            await queries.hasten_passing(self._connection, account=account, now=seconds(now))
            return
        rows = await queries.list_passing(self._connection, account=account, now=seconds(now))
        for some in in_places(row["message_id"] for row in rows if row["message_id"] not in beside):
            await queries.hasten_some_passing(self._connection, account=account, now=seconds(now), **some)

    async def list_due(self, now: datetime, limit: int) -> Sequence[tuple[AccountId, int]]:
        """List the accounts and messages that are to be deleted, the longest due first."""
        rows = await queries.list_due_passing(self._connection, now=seconds(now), limit=limit)
        return [(AccountId(row["account_id"]), int(row["message_id"])) for row in rows]

    async def postpone(self, account: AccountId, message: int, until: datetime) -> None:
        await queries.pause_passing(self._connection, account=account, message=message, until=seconds(until))

    async def drop(self, account: AccountId, message: int) -> None:
        """Forget a message that is deleted or cannot be deleted any more."""
        await queries.delete_passing(self._connection, account=account, message=message)

    async def forget(self, before: datetime) -> None:
        """Forget messages that were shown before that moment."""
        await queries.delete_old_passing(self._connection, before=seconds(before))
