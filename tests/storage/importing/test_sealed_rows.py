"""Rows on their way into the registry: none is lost, and a long list comes in the order of the database's index."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from storage.registry.importing.people import AT_ONCE, LONG, SealedRows


def rows_of(count: int) -> list[dict[str, Any]]:
    return [{"number": sha256(str(place).encode()).digest(), "place": place} for place in range(count)]


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, LONG + 7])
def test_every_row_comes_back_once(count: int) -> None:
    sealed, rows = SealedRows(), rows_of(count)
    for row in rows:
        sealed.add(row)
    sealed.arrange()
    came = list(sealed)
    sealed.close()
    assert len(sealed) == count
    assert came == (rows if count < LONG else sorted(rows, key=lambda row: row["number"]))
