"""The requirement rows, and the marks of the tests that prove them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement; an ``open`` row needs no proof yet."""

    id: str
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One id in one ``@pytest.mark.requirement``; "" if the mark has no plain string."""

    id: str
    place: str


def read_rows(table: Path = TESTS / "requirements.toml") -> dict[str, Row]:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))
    return {id: Row(id, row["text"], row.get("open", False)) for id, row in rows.items()}


def marks_of(items: Iterable[pytest.Item]) -> list[Mark]:
    """Return the marks of tests, their classes and modules; a parametrized test counts once."""
    places = {item.nodeid.partition("[")[0]: item for item in items}
    marks = [(mark, place) for place, item in places.items() for mark in item.iter_markers("requirement")]
    return [read for mark, place in marks for read in _read(mark, place)]


def _read(mark: pytest.Mark, place: str) -> list[Mark]:
    if mark.kwargs or not mark.args:
        return [Mark("", place)]
    return [Mark(id if isinstance(id, str) else "", place) for id in mark.args]


def unproven(rows: dict[str, Row], proven: set[str]) -> list[Row]:
    return [row for row in rows.values() if row.id not in proven]


def summary(rows: dict[str, Row], proven: set[str]) -> str:
    return f"requirements: {len(rows) - len(unproven(rows, proven))} of {len(rows)} rows proven"
