"""Write a clinic's file: a workbook that explains its columns, or a folder with one CSV file per sheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.clinic_file.cells import Cell, Day, OneOf, TimeOfDay
from bot.clinic_file.columns import EXAMPLE, HELP_SHEET, REQUIRED_SHEETS, SHEETS, Column, Sheet
from bot.clinic_file.records import ClinicFile, ClinicRow

LAST_ROW = 2000
"""down to which cells have their format and their list of values"""

LOOKED_AT = 20
"""rows by which the width of a column is chosen"""

HELP = (
    "Заполните листы этой книги и отдайте её тому, кто загрузит её командой registratura import.",
    f"Для начала хватит по одной строке на листах: {', '.join(REQUIRED_SHEETS)}. Пустой лист ничего не меняет.",
    "Только на листе «Исключения» пустота значит, что исключений больше нет; чтобы их оставить, удалите лист.",
    "Пустой лист «Специальности»: на листе «Приёмы» пишите обычное название, например «педиатр».",
    "Если про направление не сказано, его просят узкие специалисты (невролог, кардиолог). К педиатру идут без него.",
    "Чтобы записывать не к врачу, а в кабинет (прививки, регистратура), заведите его на листе «Врачи» без имени.",
    "Столбцы со звёздочкой обязательны. Порядок столбцов любой. Пояснение — в примечании к заголовку.",
    "Листы связаны кодами. Код вы придумываете сами; потом его не меняют.",
    "Строки, которые начинаются со слова «пример», не загружаются: их можно оставить или удалить.",
    "Полис, СНИЛС и телефон — текст, а не число: иначе Excel потеряет последние цифры.",
    "Дата: 31.12.2026. Время: 8:00. Часы работы: 8:00–20:00.",
    "В файле есть личные данные. После загрузки удалите его.",
)


def write_workbook(path: Path, file: ClinicFile, *, as_examples: bool = False) -> None:
    """Write all sheets; ``as_examples`` marks every row, so that reading skips it."""
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has a sheet")
    _help(first)
    for sheet, (_headers, *rows) in rows_by_sheet(file, as_examples=as_examples).items():
        _sheet(book.create_sheet(sheet), sheet, rows)
    book.save(path)


def write_folder(path: Path, file: ClinicFile, *, as_examples: bool = False) -> None:
    """Write each sheet as CSV with a byte order mark and semicolons, as Excel opens it."""
    path.mkdir(parents=True, exist_ok=True)
    for sheet, rows in rows_by_sheet(file, as_examples=as_examples).items():
        with (path / f"{sheet}.csv").open("w", encoding="utf-8-sig", newline="") as text:
            writer = csv.writer(text, delimiter=";")
            writer.writerows([*map(_written, cells)] for cells in rows)


def rows_by_sheet(file: ClinicFile, *, as_examples: bool = False) -> dict[Sheet, list[list[Cell]]]:
    """Return the cells of each sheet that the file has, the headers first."""
    found = ((sheet, _records(file, sheet)) for sheet in Sheet)
    return {
        sheet: [[_header(column) for column in SHEETS[sheet]], *_rows(sheet, records, as_examples=as_examples)]
        for sheet, records in found
        if records is not None
    }


def _records(file: ClinicFile, sheet: Sheet) -> Sequence[Any] | None:
    found: Sequence[Any] | None = getattr(file, sheet.name.lower())
    return found


def _header(column: Column) -> str:
    return f"{column.header}*" if column.required else column.header


def _rows(sheet: Sheet, records: Sequence[Any], *, as_examples: bool) -> Iterator[list[Cell]]:
    for record in records:
        cells = [_cell(column, record) for column in SHEETS[sheet]]
        if as_examples:
            cells[0] = f"{EXAMPLE}: {cells[0]}" if cells[0] != "" else EXAMPLE
        yield cells


def _cell(column: Column, record: Any) -> Cell:
    value = _value(column.field, record)
    return "" if value is None or value == "" else column.kind.write(value)


def _value(field: str, record: Any) -> Any:
    if field in ("family", "given", "patronymic"):
        return getattr(record.name, field)
    if isinstance(record, ClinicRow):
        if field.startswith("hours") and field != "hours":
            return record.hours.get(int(field.removeprefix("hours")))
        if field in record.details:
            return record.details[field]
    return getattr(record, field, None)


def _written(cell: Cell) -> str:
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return f"{cell:%d.%m.%Y}" if isinstance(cell, date) else str(cell)


# --- the look of the workbook -----------------------------------------------------------------------------------------

_HEAD = Font(bold=True, color="FFFFFF")
_REQUIRED, _OPTIONAL = PatternFill("solid", fgColor="1F4E79"), PatternFill("solid", fgColor="6B8CAE")


def _help(sheet: Worksheet) -> None:
    sheet.title = HELP_SHEET
    sheet.column_dimensions["A"].width = 110
    for number, line in enumerate(HELP, start=1):
        sheet.cell(number, 1, line).alignment = Alignment(wrap_text=True, vertical="top")


def _sheet(page: Worksheet, sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> None:
    page.freeze_panes = "A2"
    for at, column in enumerate(SHEETS[sheet], start=1):
        _head(page, at, column, max((len(_written(row[at - 1])) for row in rows[:LOOKED_AT]), default=0))
    for number, cells in enumerate(rows, start=2):
        for at, (column, cell) in enumerate(zip(SHEETS[sheet], cells, strict=True), start=1):
            _fill(page.cell(number, at), column, cell)


def _head(page: Worksheet, at: int, column: Column, longest: int) -> None:
    letter = get_column_letter(at)
    head = page.cell(1, at, _header(column))
    head.font, head.fill = _HEAD, _REQUIRED if column.required else _OPTIONAL
    note = f"{column.note}\nНапример: {column.example}" if column.example else column.note
    head.comment = Comment(note, "Регистратура", height=90, width=260)
    page.column_dimensions[letter].width = max(12, len(column.header) + 4, min(longest + 3, 36))
    # A whole column's format costs nothing and holds for rows that are added.
    page.column_dimensions[letter].number_format = _format(column)
    if isinstance(column.kind, OneOf):
        words = DataValidation(type="list", formula1=f'"{",".join(column.kind.values)}"', allow_blank=True)
        words.error, words.errorTitle = "Выберите из списка.", "Такого значения нет"
        words.add(f"{letter}2:{letter}{LAST_ROW}")
        page.add_data_validation(words)


def _format(column: Column) -> str:
    if isinstance(column.kind, Day):
        return "DD.MM.YYYY"
    return "H:MM" if isinstance(column.kind, TimeOfDay) else "@"


def _fill(place: SheetCell | Any, column: Column, cell: Cell) -> None:
    if cell == "":
        return
    place.value = cell
    if isinstance(cell, str):
        place.data_type = "s"  # a text that begins with «=» is no formula
    place.number_format = "General" if isinstance(cell, (int, float)) else _format(column)
