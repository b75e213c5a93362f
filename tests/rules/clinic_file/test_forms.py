"""The forms in which a clinic's file is read and written."""

from __future__ import annotations

import csv
from datetime import date, time
from pathlib import Path

import pytest

from bot.clinic_file.records import ClinicFile
from bot.clinic_file.template import write_folder, write_workbook
from tests.rules.clinic_file.files import parsed, read, smallest, workbook
from tests.rules.clinic_file.test_bad_rows import patients

FULL = smallest() | {"Пациенты": patients(СНИЛС="112-233-445 95", прикреплён="д12")}


def full() -> ClinicFile:
    file, problems = parsed(FULL)
    assert problems.count == 0
    return file


def test_smallest_file_needs_few_cells() -> None:
    sheets = smallest()
    file, problems = parsed(sheets)
    assert problems.count == 0
    assert (len(file.clinics), len(file.doctors), len(file.practices), len(file.timetable)) == (1, 1, 1, 1)
    assert file.patients is None
    assert sum(len(rows[1]) for rows in sheets.values()) <= 25


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_csv_is_read_in_each_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    for name, rows in FULL.items():
        with (tmp_path / f"{name}.csv").open("w", encoding=encoding, newline="") as text:
            csv.writer(text, delimiter=delimiter).writerows(rows)
    file, problems = read(tmp_path)
    assert problems.count == 0
    assert file == full()


def test_columns_stand_in_any_order() -> None:
    assert parsed({name: [row[::-1] for row in rows] for name, rows in FULL.items()})[0] == full()


def test_examples_and_empty_rows_are_skipped() -> None:
    sheets = {name: [rows[0], ["Пример: x", "?"], [""], *rows[1:]] for name, rows in FULL.items()}
    assert parsed(sheets)[0] == full()


def test_workbook_reads_dates_and_times_of_cells(tmp_path: Path) -> None:
    sheets = smallest()
    sheets["Расписание"][1][2:4] = [time(8), time(14)]
    sheets["Пациенты"] = patients(рождение=date(2018, 3, 15), СНИЛС="112-233-445 95", прикреплён="д12")
    workbook(sheets).save(tmp_path / "file.xlsx")
    file, problems = read(tmp_path / "file.xlsx")
    assert problems.count == 0
    assert file == full()


def test_table_that_begins_below_and_to_the_right_is_read(tmp_path: Path) -> None:
    sheets = {name: [[], *([None, *row] for row in rows)] for name, rows in FULL.items()}
    workbook(sheets).save(tmp_path / "file.xlsx")
    assert read(tmp_path / "file.xlsx")[0] == full()


@pytest.mark.parametrize("as_examples", [False, True])
def test_what_is_written_is_read_back(tmp_path: Path, as_examples: bool) -> None:
    write_workbook(tmp_path / "file.xlsx", full(), as_examples=as_examples)
    write_folder(tmp_path / "folder", full(), as_examples=as_examples)
    for path in (tmp_path / "file.xlsx", tmp_path / "folder"):
        file, problems = read(path)
        assert problems.count == 0
        expected = ClinicFile(clinics=[], doctors=[], practices=[], timetable=[])
        assert file == (expected if as_examples else full())
