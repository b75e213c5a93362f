"""The budgets of accounts: one row for each bucket that is not full."""

from __future__ import annotations

from datetime import datetime

from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.glossary import AccountId
from storage.database.connection import Connection
from storage.database.queries import load_queries
from storage.database.rows import moment, seconds

queries = load_queries("budgets")


class SqlBudgets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def spend(self, account: AccountId, budget: Budget, now: datetime, amount: int = 1) -> int:
        """Take tokens out of a bucket in one statement; return how many are missing then. Raises OverBudget.

        A unit that raises later gives them back, because it is rolled back.
        """
        bucket = BUCKETS[budget]
        key = {"account": account, "budget": budget}
        cost, latest = bucket.cost(amount), now + bucket.cost(bucket.size)
        if amount <= bucket.size:
            row = await queries.take_tokens(
                self._connection, **key, now=seconds(now), cost=int(cost.total_seconds()), latest=seconds(latest)
            )
            if row is not None:
                return bucket.used(moment(row["full_at"]), now)
        row = await queries.find_budget(self._connection, **key)
        raise OverBudget(budget, bucket.possible_at(now if row is None else moment(row["full_at"]), amount))

    async def forget(self, now: datetime) -> None:
        """Delete the rows of buckets that are full."""
        await queries.delete_full_budgets(self._connection, now=seconds(now))
