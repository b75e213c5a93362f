"""Which requirement rows there are, and which of them the tests say they prove."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that people expect; ``open`` while nothing is required to prove it yet."""

    id: str
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One id in one ``@pytest.mark.requirement``; "" where the mark has none that can be read without running it."""

    id: str
    place: str


def read_rows(table: Path = TESTS / "requirements.toml") -> dict[str, Row]:
    rows = tomllib.loads(table.read_text(encoding="utf-8"))
    return {id: Row(id, row["text"], row.get("open", False)) for id, row in rows.items()}


def read_marks(folder: Path = TESTS) -> list[Mark]:
    """The marks of every test file, run or not: one file's run still knows what the others prove."""
    files = sorted(folder.rglob("*.py"))
    return [mark for file in files for mark in marks_in(file.read_text(encoding="utf-8"), file.name)]


def marks_in(source: str, name: str) -> Iterator[Mark]:
    for node in ast.walk(ast.parse(source, name)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.requirement"):
            place = f"{name}:{node.lineno}"
            ids = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from (Mark(id, place) for id in ids)
            if not node.args or len(ids) < len(node.args) or node.keywords:
                yield Mark("", place)


def unproven(rows: dict[str, Row], marks: list[Mark]) -> list[Row]:
    proven = {mark.id for mark in marks}
    return [row for row in rows.values() if row.id not in proven]


def summary(rows: dict[str, Row], marks: list[Mark]) -> str:
    return f"requirements: {len(rows) - len(unproven(rows, marks))} of {len(rows)} rows proven"
