"""SQL statements by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiosql

from storage.database.connection import Connection


class _Adapter:
    """Lets aiosql's methods speak to a Connection, one call a query.

    aiosql takes it for a synchronous driver and hands back what these methods return: something to await. Its own
    asynchronous form of a plain select is a generator, which resumes once a row.
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


aiosql.register_adapter("registratura", _Adapter)  # type: ignore[arg-type]  # fewer methods: the other forms are not used

QUERIES = Path(__file__).resolve().parents[1] / "queries"


def load_queries(name: str) -> Any:
    """The queries of ``queries/<name>.sql`` as methods: ``await queries.some_name(connection, value=1)``.

    A plain name answers a list of rows, ``name^`` one row or None, ``name!`` nothing; ``name*!`` takes many values.
    """
    return aiosql.from_path(QUERIES / f"{name}.sql", "registratura", mandatory_parameters=False, attribute=None)
