"""Transactions: decorators that run a method as one unit of work, in one trip to the database.

A unit awaits nothing but its unit of work, changes nothing but the database, may run twice, and does nothing after a
Conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from storage.unit import Storage as Storage, UnitOfWork as UnitOfWork


class Stored(Protocol):
    """A service whose methods may be units of work."""

    _storage: Storage


Service = TypeVar("Service", bound=Stored)
P = ParamSpec("P")
T = TypeVar("T")

Unit = Callable[Concatenate[Service, UnitOfWork, P], Coroutine[Any, Any, T]]
Method = Callable[Concatenate[Service, P], Coroutine[Any, Any, T]]


def reads(unit: Unit[Service, P, T]) -> Method[Service, P, T]:
    """Turn a reading unit into a method without ``uow``. Each query sees what was committed before that query."""

    @wraps(unit)
    async def method(self: Service, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._storage.read(lambda uow: unit(self, uow, *args, **kwargs))

    return method


def writes(unit: Unit[Service, P, T]) -> Method[Service, P, T]:
    """Turn a writing unit into a method without ``uow`` that returns after the commit. Raises NotCommitted."""

    @wraps(unit)
    async def method(self: Service, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._storage.write(lambda uow: unit(self, uow, *args, **kwargs))

    return method
