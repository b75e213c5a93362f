"""Rows of many columns: a name, a position and a loop give the same as in sqlite3.Row."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from storage.database.wide_rows import WIDE, WideRow, all_rows

NAMES = [f"column{number}" for number in range(WIDE)]


def rows_of(columns: str) -> tuple[list[sqlite3.Row], list[object]]:
    """Return the rows of a SELECT as sqlite3 has them and as ``all_rows`` has them."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        sql = f"SELECT {columns} UNION ALL SELECT {columns}"
        return connection.execute(sql).fetchall(), list(all_rows(connection.execute(sql)))


def test_wide_row_reads_as_a_row_of_sqlite() -> None:
    plain, wide = rows_of(", ".join(f"{number} AS {name}" for number, name in enumerate(NAMES)))
    assert len(wide) == 2
    for theirs, ours in zip(plain, wide, strict=True):
        assert isinstance(ours, WideRow)
        assert [ours[name] for name in NAMES] == [theirs[name] for name in NAMES] == list(ours)
        assert [ours[place] for place in (0, 3, -1)] == [theirs[place] for place in (0, 3, -1)]
        assert dict(ours) == dict(theirs) == {**ours}
        assert list(ours.keys()) == theirs.keys()
        assert (len(ours), tuple(ours)[:2]) == (len(theirs), tuple(theirs)[:2])


def test_narrow_rows_and_repeated_names_stay_rows_of_sqlite() -> None:
    for columns in ("1 AS one", ", ".join(f"{number} AS twice" for number in range(WIDE))):
        plain, rows = rows_of(columns)
        assert rows == plain
        assert all(isinstance(row, sqlite3.Row) for row in rows)
