"""What every database offers: connections for units of work, and the errors of a write."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Probe = Callable[[int, str], None]
"""Called before each statement with its number since the start and its SQL; an exception from it fails the statement.
Tests use it to count statements and to inject faults."""


class Conflict(Exception):
    """A unique index refused a row. The unit of work must let this exception pass: it can do nothing after it."""


class NotCommitted(Exception):
    """The transaction could not be made durable: nothing of the unit of work can be relied on."""


class Row(Protocol):
    """One row of a result, indexed by column name and by position."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Iterable[str]: ...


class Connection(Protocol):
    """Runs SQL with ``:name`` parameters. Raises Conflict if a unique index refuses a row."""

    async def fetch(self, sql: str, values: Mapping[str, object]) -> list[Row]: ...
    async def execute(self, sql: str, values: Mapping[str, object]) -> None: ...
    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None: ...


Work = Callable[[Connection], Coroutine[Any, Any, T]]


class Database(Protocol):
    """Runs each unit of work without a pause, in at most one hop to a database thread, however many statements it has.

    The work awaits nothing but its connection and changes nothing but the database: it may run on another thread, and
    it may run twice.
    """

    async def read(self, work: Work[T]) -> T:
        """Return the result of ``work``. Each of its queries sees the data committed by then."""
        ...

    async def read_long(self, work: Work[T]) -> T:
        """Do the same for work that takes long outside the database: it holds up nothing and does not begin twice."""
        ...

    async def write(self, work: Work[T]) -> T:
        """Return the result of ``work`` once its changes are durable. An exception from ``work`` rolls it back.

        Raises NotCommitted if the transaction cannot be made durable, and StorageBusy if another program has locked
        the database for too long. If the caller is cancelled before the work has
        started, the work never runs; if later, it may have been committed.
        """
        ...

    async def rebuild(self) -> None:
        """Write the file anew, without free pages. It needs as much free space as the database takes."""
        ...

    async def clear_log(self) -> bool:
        """Move the log of committed changes into the database and empty it: deleted rows are in no file then.

        Returns False if another user of the database has prevented it. Where another program streams the log, only that
        one empties it: nothing is done.
        """
        ...

    async def close(self) -> None: ...
