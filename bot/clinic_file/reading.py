"""Read the rows of a sheet as values by field; what does not parse becomes a problem of its cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.clinic_file.cells import Cell, is_empty
from bot.clinic_file.columns import EXAMPLE, SHEETS, Column, Sheet
from bot.clinic_file.problems import CellRefused, FileFault, Problems
from bot.clinic_file.tables import Place, Table
from bot.core.typed_text import visible

UNREADABLE = (csv.Error, OSError, UnicodeError, ValueError)


@dataclass(slots=True)
class FoundRow:
    """A row: its number as a spreadsheet shows it, and the values of its filled cells by field."""

    sheet: Sheet
    number: int
    values: dict[str, Any]
    problems: Problems
    is_whole: bool = True
    """no problem was found in it"""

    def refuse(self, field: str, fault: FileFault, **facts: int | str) -> None:
        self.is_whole = False
        self.problems.add(self.sheet, self.number, header_of(self.sheet, field), fault, **facts)

    def get(self, field: str, default: Any = None) -> Any:
        return self.values.get(field, default)


def header_of(sheet: Sheet, field: str) -> str:
    return next((column.header for column in SHEETS[sheet] if column.field == field), "")


def plain(text: str) -> str:
    """Return a header or a sheet's name as it is compared."""
    return visible(text).rstrip("* ").casefold().replace("ё", "е")


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the known name that is most like this one, or ""."""
    by_plain = {plain(each): each for each in known}
    found = get_close_matches(plain(name), list(by_plain), n=1)
    return by_plain[found[0]] if found else ""


def read_rows(sheet: Sheet, table: Table, problems: Problems) -> Iterator[FoundRow]:
    """Yield every filled row that is not an example; a row with problems has ``is_whole`` false."""
    try:
        opened = table.open()
    except UNREADABLE:
        problems.add(sheet, 0, "", FileFault.UNREADABLE, found=table.name)
        return
    rows = _numbered(sheet, opened.rows, problems)
    head = next(rows, None)
    if head is None:
        return
    columns = _columns(sheet, head, problems)
    if columns is None:
        return
    merged, errors, first = _by_row(opened.merged), _by_row(opened.errors), opened.first_column
    for number, cells in rows:
        filled = [cell for cell in cells if not is_empty(cell)]
        broken = errors.get(number, frozenset())
        if not filled and not broken:
            continue
        if filled and plain(str(filled[0])).startswith(EXAMPLE):
            problems.examples += 1
            continue
        row = FoundRow(sheet, number, {}, problems)
        _refuse_places(row, columns, first, merged.get(number, frozenset()), FileFault.MERGED_CELLS)
        _refuse_places(row, columns, first, broken, FileFault.ERROR_CELL)
        _read_cells(row, columns, cells, {at - first for at in broken})
        yield row


def _numbered(sheet: Sheet, rows: Iterator[Sequence[Cell]], problems: Problems) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows with their numbers, from the first that is filled."""
    has_begun = False
    try:
        for number, cells in enumerate(rows, start=1):
            has_begun = has_begun or not all(map(is_empty, cells))
            if has_begun:
                yield number, cells
    except UNREADABLE:
        problems.add(sheet, 0, "", FileFault.UNREADABLE, found=sheet)


def _by_row(places: Sequence[Place]) -> Mapping[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for row, column in places:
        found[row] = found.get(row, frozenset()) | {column}
    return found


def _columns(sheet: Sheet, head: tuple[int, Sequence[Cell]], problems: Problems) -> list[Column | None] | None:
    """Return the column of each place of the header, or None if a required one is missing."""
    number, cells = head
    known = {plain(column.header): column for column in SHEETS[sheet]}
    columns: list[Column | None] = []
    for cell in cells:
        header = visible(str(cell))
        column = known.get(plain(header))
        if header and column is None:
            hint = nearest(header, [each.header for each in SHEETS[sheet]])
            problems.add(sheet, number, header[:60], FileFault.UNKNOWN_HEADER, hint=hint)
        if column is not None and column in columns:
            problems.add(sheet, number, column.header, FileFault.HEADER_TWICE)
            column = None
        columns.append(column)
    missing = [column for column in SHEETS[sheet] if column.required and column not in columns]
    for column in missing:
        problems.add(sheet, number, column.header, FileFault.MISSING_HEADER)
    return None if missing else columns


def _refuse_places(
    row: FoundRow, columns: Sequence[Column | None], first: int, places: frozenset[int], fault: FileFault
) -> None:
    for place in sorted(places):
        at = place - first
        column = columns[at] if 0 <= at < len(columns) else None
        row.refuse(column.field if column else "", fault)


def _read_cells(row: FoundRow, columns: Sequence[Column | None], cells: Sequence[Cell], broken: set[int]) -> None:
    for at, column in enumerate(columns):
        cell = cells[at] if at < len(cells) else ""
        if column is None or at in broken:
            continue
        if is_empty(cell):
            if column.required:
                row.refuse(column.field, FileFault.MISSING)
            continue
        try:
            row.values[column.field] = column.kind.read(cell)
        except CellRefused as refused:
            row.refuse(column.field, refused.fault, **refused.facts)
    if any(not is_empty(cell) for cell in cells[len(columns) :]):
        row.refuse("", FileFault.BEYOND_HEADERS)
