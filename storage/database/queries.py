"""SQL statements of ``storage/queries``, loaded by name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import aiosql

from storage.database.connection import Connection


class _Adapter:
    """Run aiosql's methods on a Connection, one call for each query.

    It registers as a synchronous driver, so aiosql returns what these methods return: an awaitable. The asynchronous
    form of aiosql is slower: a select is a generator there that resumes once for each row.
    """

    is_aio_driver = False

    def process_sql(self, _name: str, _operation: object, sql: str) -> str:
        return sql

    def select(self, connection: Connection, _name: str, sql: str, values: Any, _record: object) -> Any:
        return connection.fetch(sql, values)

    async def select_one(self, connection: Connection, _name: str, sql: str, values: Any, _record: object) -> Any:
        rows = await connection.fetch(sql, values)
        return rows[0] if rows else None

    def insert_update_delete(self, connection: Connection, _name: str, sql: str, values: Any) -> Any:
        return connection.execute(sql, values)

    def insert_update_delete_many(self, connection: Connection, _name: str, sql: str, rows: Any) -> Any:
        return connection.execute_many(sql, rows)


aiosql.register_adapter("registratura", _Adapter)  # type: ignore[arg-type]  # the forms of aiosql that we do not use are left out

QUERIES = Path(__file__).resolve().parents[1] / "queries"


@cache
def load_queries(name: str) -> Any:
    """Return the queries of ``queries/<name>.sql`` as methods: ``await queries.find_order(connection, order=1)``.

    ``-- name: find_order`` returns a list of rows, ``find_order^`` one row or None, ``find_order!`` nothing. ``*!``
    runs the statement once for each mapping of a list.
    """
    return aiosql.from_path(QUERIES / f"{name}.sql", "registratura", mandatory_parameters=False, attribute=None)
