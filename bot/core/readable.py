"""Rows of a list that could be read: a damaged one is left out and counted, so that it does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


class CannotOpen(Exception):
    """A value was not sealed by these keys for this row and column. The message never contains the text."""


class Readable(list[T]):
    """``unreadable`` is the number of items that no key opens."""

    def __init__(self, items: Iterable[T] = (), unreadable: int = 0) -> None:
        super().__init__(items)
        self.unreadable = unreadable


def read_each(rows: Iterable[R], read: Callable[[R], T]) -> Readable[T]:
    """Read the rows one by one."""
    found: Readable[T] = Readable()
    for row in rows:
        try:
            found.append(read(row))
        except CannotOpen:
            found.unreadable += 1
    return found
