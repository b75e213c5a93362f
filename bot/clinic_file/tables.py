"""Open a clinic's file: a workbook, or a folder with one CSV file per sheet; rows are read one by one."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from bot.clinic_file.cells import Cell
from bot.clinic_file.problems import FileFault, Problems

_CHUNK = 1 << 20
_OVERLAP = 1 << 10
_CELL = re.compile(rb"<c\b([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_SHEET = re.compile(r"<sheet\b([^>]*)>")
_RELATION = re.compile(r"<Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')

Place = tuple[int, int]
"""row and column, both from 1"""


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A sheet that is read: ``rows`` are the cells of each row, the first of them in the column ``first_column``."""

    rows: Iterator[Sequence[Cell]]
    merged: Sequence[Place] = ()
    errors: Sequence[Place] = ()
    first_column: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet. ``open`` reads it from its beginning; nothing of it stays in memory after its last row."""

    name: str
    open: Callable[[], OpenTable]


def open_tables(path: Path, problems: Problems) -> list[Table]:
    """Return the sheets of a workbook or of a folder. A file that cannot be read is a problem."""
    try:
        return _folder(path) if path.is_dir() else list(_workbook(path, problems))
    except (OSError, CalamineError, zipfile.BadZipFile, UnicodeError, ValueError):
        problems.add("", 0, "", FileFault.UNREADABLE, found=path.name)
        return []


# --- workbooks --------------------------------------------------------------------------------------------------------


def _workbook(path: Path, problems: Problems) -> Iterator[Table]:
    book = CalamineWorkbook.from_path(path)
    parts = _parts_of(path)
    for sheet in book.sheets_metadata:
        if sheet.visible is SheetVisibleEnum.Visible:
            yield Table(sheet.name, partial(_open_sheet, book, path, sheet.name, parts.get(sheet.name)))
        else:
            problems.remark(sheet.name, FileFault.HIDDEN_SHEET)


def _open_sheet(book: CalamineWorkbook, path: Path, name: str, part: str | None) -> OpenTable:
    """Raises ValueError if the sheet cannot be read."""
    try:
        sheet = book.get_sheet_by_name(name)
        merged = [(top + 1, left + 1) for (top, left), _ in sheet.merged_cell_ranges or ()]
        errors = _error_cells(path, part) if part else ()
    except (CalamineError, zipfile.BadZipFile) as error:
        raise ValueError(str(error)) from error
    return OpenTable(iter(sheet.iter_rows()), merged, errors, sheet.start[1] + 1 if sheet.start else 1)


def _parts_of(path: Path) -> dict[str, str]:
    """Return the file inside an XLSX that has each sheet; of another workbook nothing."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {
        found["Id"]: found["Target"] for found in _attributes(_RELATION, links) if {"Id", "Target"} <= set(found)
    }
    parts = {}
    for sheet in _attributes(_SHEET, book):
        target = targets.get(sheet.get("r:id", ""), "")
        part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[sheet.get("name", "")] = part
    return parts


def _attributes(tag: re.Pattern[str], text: str) -> Iterator[dict[str, str]]:
    for found in tag.finditer(text):
        yield {name: unescape(value) for name, value in _ATTRIBUTE.findall(found[1])}


def _error_cells(path: Path, part: str) -> list[Place]:
    """Return the cells whose formula failed: the reader shows them as empty."""
    found: dict[Place, None] = {}
    with zipfile.ZipFile(path) as archive, archive.open(part) as file:
        rest = b""
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            if b't="e"' in text:
                found.update(dict.fromkeys(_errors_in(text)))
            rest = text[-_OVERLAP:]
    return list(found)


def _errors_in(text: bytes) -> Iterator[Place]:
    for cell in _CELL.finditer(text):
        place = _PLACE.search(cell[1])
        if b't="e"' in cell[1] and place:
            yield int(place[2]), _column_number(place[1].decode())


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


# --- CSV --------------------------------------------------------------------------------------------------------------


def _folder(path: Path) -> list[Table]:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv" and not file.name.startswith("."))
    return [Table(file.stem, partial(_open_csv, file)) for file in files]


def _open_csv(file: Path) -> OpenTable:
    return OpenTable(_csv_rows(file))


def _csv_rows(file: Path) -> Iterator[Sequence[Cell]]:
    with file.open(encoding=_encoding(file), newline="") as text:
        head = text.readline()
        delimiter = ";" if head.count(";") >= head.count(",") else ","
        # Not strict: a quotation mark inside a cell is read as it stands.
        yield from csv.reader(chain([head], text), delimiter=delimiter)


def _encoding(file: Path) -> str:
    """UTF-8, with or without a mark at its beginning, if the whole file is; else cp1251."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open("rb") as source:
        try:
            for chunk in _chunks(source):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk
