"""The smallest file of a clinic, as sheets of cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bot.clinic_file.parsing import parse
from bot.clinic_file.problems import Problems
from bot.clinic_file.records import ClinicFile
from bot.clinic_file.tables import OpenTable, Table, open_tables

Sheets = dict[str, list[list[Any]]]


def smallest() -> Sheets:
    return {
        "Клиники": [
            ["код*", "название*", "вид*", "адрес*", "часовой пояс*", "телефон*"],
            ["д12", "Детская № 12", "детская", "Садовая, 5", "Europe/Moscow", "+7 000 000-12-12"],
        ],
        "Специальности": [["код*", "название*"], ["пед", "Педиатр"]],
        "Врачи": [["код", "фамилия", "имя", "отчество"], ["п", "Петрова", "Анна", "Сергеевна"]],
        "Приёмы": [["код", "врач", "клиника", "специальность", "кабинет"], ["п1", "п", "д12", "пед", "101"]],
        "Расписание": [["приём", "день", "с", "до", "минут"], ["п1", "пн", "8:00", "14:00", 15]],
    }


def parsed(sheets: Mapping[str, list[list[Any]]]) -> tuple[ClinicFile, Problems]:
    tables = [Table(name, lambda rows=rows: OpenTable(iter(rows))) for name, rows in sheets.items()]  # type: ignore[misc]  # a default of a lambda
    file, problems = parse(tables)
    return with_lists(file), problems


def read(path: Path) -> tuple[ClinicFile, Problems]:
    problems = Problems()
    file, problems = parse(open_tables(path, problems), problems)
    return with_lists(file), problems


def with_lists(file: ClinicFile) -> ClinicFile:
    """Return the file with its patients in memory, so that it can be compared."""
    return replace(file, patients=None if file.patients is None else [*file.patients])


def workbook(sheets: Mapping[str, list[list[Any]]]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    return book
