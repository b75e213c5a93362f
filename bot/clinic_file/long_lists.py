"""A sheet too long for the memory: its rows are read when they are wanted, and its keys are kept as fingerprints."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


class RowsOnDemand(Collection[T]):
    """Rows whose number is known; going through them reads the file anew."""

    def __init__(self, count: int, read: Callable[[], Iterator[T]]) -> None:
        self._count, self._read = count, read

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return self._read()

    def __contains__(self, row: object) -> bool:
        return any(each == row for each in self)


class Fingerprints:
    """Which keys a sheet has, in eight bytes each. ``sort`` ends the adding.

    Two keys may have one fingerprint, so a key that seems to be there twice has to be looked at.
    """

    def __init__(self) -> None:
        self._values = array("q")

    def add(self, key: str) -> None:
        self._values.append(hash(key))

    def sort(self) -> None:
        self._values = array("q", sorted(self._values))

    def twice(self) -> set[int]:
        """Return the fingerprints that more than one key has."""
        return {one for one, other in pairwise(self._values) if one == other}

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: str) -> bool:
        at = bisect_left(self._values, hash(key))
        return at < len(self._values) and self._values[at] == hash(key)
