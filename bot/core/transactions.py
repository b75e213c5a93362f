"""Transactions: a use case that is one unit of work is a method of it, run in one trip to the database.

A unit awaits nothing but its unit of work, changes nothing but the database, may run twice, and does nothing after a
Conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from storage.unit import Storage as Storage
from storage.unit import UnitOfWork as UnitOfWork


class Stored(Protocol):
    """An object whose methods may be units of work."""

    _storage: Storage


Service = TypeVar("Service", bound=Stored)
P = ParamSpec("P")
T = TypeVar("T")

Unit = Callable[Concatenate[Service, UnitOfWork, P], Coroutine[Any, Any, T]]
Method = Callable[Concatenate[Service, P], Coroutine[Any, Any, T]]


def reads(unit: Unit[Service, P, T]) -> Method[Service, P, T]:
    """Make a unit that only reads a method without ``uow``. Each of its queries sees what is committed by then."""

    @wraps(unit)
    async def method(self: Service, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._storage.read(lambda uow: unit(self, uow, *args, **kwargs))

    return method


def writes(unit: Unit[Service, P, T]) -> Method[Service, P, T]:
    """Make a unit a method without ``uow`` that returns once it is durable. Raises NotCommitted."""

    @wraps(unit)
    async def method(self: Service, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._storage.write(lambda uow: unit(self, uow, *args, **kwargs))

    return method
