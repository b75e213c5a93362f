"""Give the values of a list to a query: portable SQL has no lists, so the query has a number of places for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

PLACES = 50
"""places of a query: ``IN (:v0, …, :v49)``"""


def in_places(values: Iterable[object]) -> Iterator[dict[str, object]]:
    """Yield the parameters for each part of a list without doubles; a place that is left is NULL, which equals nothing.

    An empty list yields nothing.
    """
    left = iter(dict.fromkeys(values))
    while part := [*islice(left, PLACES)]:
        yield dict.fromkeys((f"v{place}" for place in range(PLACES)), None) | {
            f"v{place}": value for place, value in enumerate(part)
        }
