"""Steps that a migration or a restore leaves to the next start: a row each until the step is done."""

from __future__ import annotations

from storage.database.connection import Connection
from storage.database.queries import load_queries

queries = load_queries("steps")

COMPARE_VISITS = "compare_visits"
"""after a restore: ask the clinics what has become of the visits"""


class SqlSteps:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def must_compare_visits(self) -> bool:
        return await queries.find_step(self._connection, step=COMPARE_VISITS) is not None

    async def leave_comparison(self) -> None:
        await queries.add_step(self._connection, step=COMPARE_VISITS)

    async def finish_comparison(self) -> None:
        await queries.delete_step(self._connection, step=COMPARE_VISITS)
