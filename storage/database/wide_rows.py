"""Rows of many columns, which find a column by its name at once.

sqlite3.Row compares a wanted name with its columns one after another. A visit's row has seventy, and most are read:
that was a twelfth of the instructions of a tap on the menu.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from storage.database.connection import Row

WIDE = 16
"""columns from which a table of the values is worth its making"""


class WideRow(dict[Any, Any]):
    """The values by column name; by position and in a loop as those of sqlite3.Row."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values())

    def __missing__(self, position: int) -> Any:
        return list(self.values())[position]


def all_rows(cursor: sqlite3.Cursor) -> list[Row]:
    """Return the rows of a statement that has run."""
    rows = cursor.fetchall()
    if not rows or len(names := rows[0].keys()) < WIDE or len(set(names)) < len(names):
        return rows
    return [WideRow(zip(names, row, strict=True)) for row in rows]
