"""One small interface to the database: read(work) for answers, write(work) for what is durable once it returns."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import aiosql

T = TypeVar("T")

Probe = Callable[[int, str], None]
"""Called before every statement with its number since the start and its text; what it raises, the statement raises."""


class Conflict(Exception):
    """A unique index refused a row. The unit of work it happened in is left by this very exception."""


class NotCommitted(Exception):
    """The transaction could not be made durable: nothing of this unit of work may be relied on."""


class Row(Protocol):
    """One row of an answer, indexed by column name and by position."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Iterable[str]: ...


class Connection(Protocol):
    """SQL with ``:name`` parameters. Raises Conflict where a unique index refuses."""

    async def fetch(self, sql: str, values: Mapping[str, object]) -> list[Row]: ...
    async def execute(self, sql: str, values: Mapping[str, object]) -> None: ...
    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None: ...


Work = Callable[[Connection], Coroutine[Any, Any, T]]


class Database(Protocol):
    """Runs work on one connection: one trip there and back, however many statements.

    The work awaits nothing but its connection and changes nothing but the database. It runs on another thread, and may
    run twice.
    """

    async def read(self, work: Work[T]) -> T:
        """Return what ``work`` found in what is committed; each of its queries stands alone."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Return what ``work`` returned once that is durable. What it raises is raised, and it never happened.

        Raises NotCommitted where the database could not keep it. Cancelled before its turn it never runs; later its
        outcome is not known.
        """
        ...

    async def close(self) -> None: ...


async def open_database(url: str, probe: Probe | None = None) -> Database:
    """Open ``sqlite:///path``; ``probe`` lets a test fail any statement."""
    scheme, separator, path = url.partition(":///")
    if scheme != "sqlite" or not separator or not path:
        raise ValueError("the database URL must look like sqlite:///path/to/file.sqlite3")
    from storage.sqlite import open_sqlite  # a database that is not used is not imported

    return await open_sqlite(path, probe)


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

QUERIES = Path(__file__).with_name("queries")


def load_queries(name: str) -> Any:
    """The queries of ``queries/<name>.sql`` as methods: ``await queries.some_name(connection, value=1)``.

    A plain name answers a list of rows, ``name^`` one row or None, ``name!`` nothing; ``name*!`` takes many values.
    """
    return aiosql.from_path(QUERIES / f"{name}.sql", "registratura", mandatory_parameters=False, attribute=None)
