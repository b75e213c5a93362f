"""Parts of the slice."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

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
