"""Each kind of mistake in a clinic's file is found, with its sheet, row and column."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from bot.clinic_file.problems import SHOWN, FileFault, RowProblem
from bot.clinic_file.wording import sentence_for, sentences_for
from bot.core.i18n import speak
from tests.rules.clinic_file.files import Sheets, parsed, read, smallest, workbook

POLICY = "7796189784000014"
PATIENT_HEAD = ["полис", "фамилия", "имя", "рождение", "пол"]
PATIENT = [POLICY, "Иванова", "Мария", "15.03.2018", "ж"]


def patients(**changed: Any) -> list[list[Any]]:
    """A sheet with one patient; a changed column is appended or replaced."""
    cells = dict(zip(PATIENT_HEAD, PATIENT, strict=True)) | changed
    return [list(cells), list(cells.values())]


def found(sheets: Sheets) -> list[tuple[str, int, str, FileFault]]:
    problems = parsed(sheets)[1]
    assert all(sentences_for(problems))
    return [(each.sheet, each.row, each.column, each.fault) for each in problems.shown]


def with_column(sheet: str, header: str, value: Any) -> Sheets:
    sheets = smallest()
    head, row = sheets[sheet]
    plain = [each.rstrip("*") for each in head]
    if header in plain:
        row[plain.index(header)] = value
    else:
        head.append(header)
        row.append(value)
    return sheets


@pytest.mark.parametrize(
    ("sheet", "header", "value", "fault"),
    [
        ("Клиники", "вид", "ветеринарная", FileFault.UNKNOWN_VALUE),
        ("Клиники", "часовой пояс", "Москва", FileFault.ZONE),
        ("Клиники", "часовой пояс", "Europe/Moskva", FileFault.ZONE),
        ("Клиники", "название", "", FileFault.MISSING),
        ("Клиники", "название", "Д" * 61, FileFault.TOO_LONG),
        ("Клиники", "пн", "с восьми", FileFault.HOURS),
        ("Клиники", "пн", "20:00–8:00", FileFault.END_BEFORE_START),
        ("Клиники", "широта", "91", FileFault.COORDINATE),
        ("Клиники", "открывать в", "7.30", FileFault.TIME),
        ("Клиники", "горизонт дн", "две недели", FileFault.NUMBER),
        ("Врачи", "имя", "", FileFault.MISSING),
        ("Приёмы", "врач", "п9", FileFault.UNKNOWN_CODE),
        ("Приёмы", "клиника", "д13", FileFault.UNKNOWN_CODE),
        ("Приёмы", "специальность", "лор", FileFault.UNKNOWN_CODE),
        ("Приёмы", "кабинет", date(2026, 1, 10), FileFault.NOT_TEXT),
        ("Приёмы", "с", "2026-12-31", FileFault.DATE),
        ("Приёмы", "с", "31.02.2026", FileFault.DATE),
        ("Расписание", "приём", "п9", FileFault.UNKNOWN_CODE),
        ("Расписание", "день", "понедельник", FileFault.UNKNOWN_VALUE),
        ("Расписание", "с", "8 утра", FileFault.TIME),
        ("Расписание", "с", "25:00", FileFault.TIME),
        ("Расписание", "до", "7:00", FileFault.END_BEFORE_START),
        ("Расписание", "минут", 400, FileFault.LENGTH),
        ("Расписание", "минут", 0, FileFault.NUMBER),
    ],
)
def test_bad_cell_is_named(sheet: str, header: str, value: Any, fault: FileFault) -> None:
    assert found(with_column(sheet, header, value)) == [(sheet, 2, header, fault)]


@pytest.mark.parametrize(
    ("header", "value", "fault"),
    [
        ("полис", 7796189784000014.0, FileFault.NUMBER_CELL),
        ("полис", "7796189784000015", FileFault.CHECK_DIGIT),
        ("полис", "1234567890", FileFault.POLICY),
        ("полис", "7786189784000016", FileFault.POLICY),
        ("вид полиса", "временный", FileFault.POLICY),
        ("фамилия", "Ivanova", FileFault.NAME),
        ("рождение", "15/03/18", FileFault.DATE),
        ("пол", "д", FileFault.UNKNOWN_VALUE),
        ("СНИЛС", "112-233-445 96", FileFault.SNILS),
        ("СНИЛС", 11223344595, FileFault.NUMBER_CELL),
        ("телефон", "+375 29 123-45-67", FileFault.PHONE),
        ("прикреплён", "д13", FileFault.UNKNOWN_CODE),
    ],
)
def test_bad_cell_of_patient_is_named(header: str, value: Any, fault: FileFault) -> None:
    sheets = smallest() | {"Пациенты": patients(**{header: value})}
    assert found(sheets) == [("Пациенты", 2, header, fault)]


@pytest.mark.parametrize(
    ("sheet", "row", "expected"),
    [
        ("Клиники", None, ("Клиники", 3, "код", FileFault.TWICE)),
        ("Врачи", None, ("Врачи", 3, "код", FileFault.TWICE)),
        ("Приёмы", ["п2", "п", "д12", "пед", "102"], ("Приёмы", 3, "врач", FileFault.DOCTOR_TWICE)),
        ("Расписание", ["п1", "пн", "13:00", "15:00", 15], ("Расписание", 3, "с", FileFault.OVERLAP)),
    ],
)
def test_second_row_that_cannot_be_is_named(
    sheet: str, row: list[Any] | None, expected: tuple[str, int, str, FileFault]
) -> None:
    sheets = smallest()
    sheets[sheet].append(row or list(sheets[sheet][1]))
    assert found(sheets) == [expected]


def test_patient_who_is_named_twice_is_named() -> None:
    sheets = smallest() | {"Пациенты": [*patients(), [*PATIENT[:1], "Петрова", *PATIENT[2:]]]}
    assert found(sheets) == [("Пациенты", 3, "полис", FileFault.TWICE)]


def test_sheet_that_is_unknown_or_there_twice_is_named() -> None:
    sheets = smallest() | {"Пацеинты": patients(), "врачи ": smallest()["Врачи"]}
    assert found(sheets) == [("Пацеинты", 0, "", FileFault.UNKNOWN_SHEET), ("врачи ", 0, "", FileFault.SHEET_TWICE)]


def test_unknown_header_is_named() -> None:
    assert found(with_column("Врачи", "учёная степень", "нет")) == [
        ("Врачи", 1, "учёная степень", FileFault.UNKNOWN_HEADER)
    ]


def test_district_of_a_doctor_at_another_clinic_is_named() -> None:
    sheets = smallest()
    sheets["Клиники"].append(["д7", "Детская № 7", *sheets["Клиники"][1][2:]])
    sheets["Участки"] = [["клиника", "участок", "приём", "улица"], ["д7", "4", "п1", "Садовая"]]
    assert found(sheets) == [("Участки", 2, "приём", FileFault.OTHER_CLINIC)]


def test_each_kind_of_mistake_has_a_test() -> None:
    text = Path(__file__).read_text()
    assert [fault for fault in FileFault if f"FileFault.{fault}" not in text] == []


def test_doctor_in_two_places_at_once_is_named() -> None:
    sheets = smallest()
    sheets["Специальности"].append(["лор", "ЛОР"])
    sheets["Приёмы"].append(["п2", "п", "д12", "лор", "102"])
    sheets["Расписание"].append(["п2", "пн", "13:00", "15:00", 15])
    assert found(sheets) == [("Расписание", 3, "с", FileFault.TWO_PLACES)]


def test_rows_of_other_weeks_or_days_do_not_overlap() -> None:
    sheets = smallest()
    sheets["Расписание"] = [
        ["приём", "день", "с", "до", "минут", "недели", "действует с", "действует по"],
        ["п1", "пн", time(8), time(14), 15, "чётные", "", "31.12.2026"],
        ["п1", "пн", time(8), time(14), 15, "нечетные", "", "31.12.2026"],
        ["п1", "пн", time(8), time(14), 15, "", "01.01.2027", ""],
    ]
    assert found(sheets) == []


def test_swapped_coordinates_are_named() -> None:
    sheets = with_column("Клиники", "широта", "37.6184")
    sheets["Клиники"][0].append("долгота")
    sheets["Клиники"][1].append("55.7512")
    assert found(sheets) == [("Клиники", 2, "широта", FileFault.SWAPPED)]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (["", "", "11.01.2027", "", "закрыто", ""], "приём", FileFault.ONE_OF_TWO),
        (["д12", "п1", "11.01.2027", "", "закрыто", ""], "приём", FileFault.ONE_OF_TWO),
        (["д12", "", "11.01.2027", "10.01.2027", "закрыто", ""], "по", FileFault.END_BEFORE_START),
        (["", "п1", "11.01.2027", "", "замена", ""], "замещает", FileFault.NEEDED_FOR),
        (["", "п1", "11.01.2027", "", "кабинет", ""], "кабинет", FileFault.NEEDED_FOR),
    ],
)
def test_bad_exception_is_named(row: list[Any], column: str, fault: FileFault) -> None:
    head = ["клиника", "приём", "дата с", "по", "что", "замещает"]
    assert found(smallest() | {"Исключения": [head, row]}) == [("Исключения", 2, column, fault)]


def test_referral_without_patient_is_named() -> None:
    referrals = [["номер", "полис", "специальность", "выдано"], ["Н-1", "5092879719000999", "пед", "11.01.2027"]]
    sheets = smallest() | {"Пациенты": patients(), "Направления": referrals}
    assert found(sheets) == [("Направления", 2, "полис", FileFault.NO_PATIENT)]


def test_unknown_names_get_the_nearest_known_one() -> None:
    sheets = smallest() | {"Пацеинты": patients()}
    sheets["Врачи"][0].append("отчеcтво ")
    sheets["Врачи"][0][3] = "отчествоо"
    with speak("ru"):
        said = sentences_for(parsed(sheets)[1])
    assert any("Может быть, «Пациенты»?" in line for line in said)
    assert any("Может быть, «отчество»?" in line for line in said)


def test_missing_sheet_and_column_are_named() -> None:
    sheets = smallest()
    del sheets["Расписание"]
    sheets["Врачи"] = [["код"], ["п"]]
    assert ("Расписание", 0, "", FileFault.MISSING_SHEET) in found(sheets)
    assert ("Врачи", 1, "фамилия", FileFault.MISSING_HEADER) in found(sheets)


def test_cell_beyond_the_headers_and_header_twice_are_named() -> None:
    sheets = smallest()
    sheets["Врачи"][0].append("код")
    sheets["Врачи"][1] += ["x", "y"]
    assert [each[3] for each in found(sheets)][:2] == [FileFault.HEADER_TWICE, FileFault.BEYOND_HEADERS]


def test_error_merged_and_hidden_of_workbook_are_named(tmp_path: Path) -> None:
    book = workbook(smallest())
    book["Врачи"]["D2"] = "#DIV/0!"
    book["Приёмы"].merge_cells("E2:E3")
    book.create_sheet("Пациенты").sheet_state = "hidden"
    book.save(tmp_path / "file.xlsx")
    file, problems = read(tmp_path / "file.xlsx")
    assert [(each.sheet, each.row, each.column, each.fault) for each in problems.shown[:2]] == [
        ("Врачи", 2, "отчество", FileFault.ERROR_CELL),
        ("Приёмы", 2, "кабинет", FileFault.MERGED_CELLS),
    ]
    assert [(each.sheet, each.fault) for each in problems.remarks] == [("Пациенты", FileFault.HIDDEN_SHEET)]
    assert file.patients is None


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_file_that_is_no_workbook_is_a_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.xlsx").write_bytes(content)
    assert read(tmp_path / "file.xlsx")[1].shown[0].fault is FileFault.UNREADABLE
    assert read(tmp_path / "none.xlsx")[1].shown[0].fault is FileFault.UNREADABLE


def test_only_the_first_problems_are_kept_and_the_rest_is_counted() -> None:
    sheets = smallest()
    sheets["Расписание"] += [["п1", "пн", "?", "9:00", 15]] * (SHOWN + 5)
    problems = parsed(sheets)[1]
    assert (len(problems.shown), problems.unshown) == (SHOWN, 5)
    with speak("ru"):
        assert sentences_for(problems)[-1] == "и ещё 5 ошибок"


def test_sentence_names_sheet_row_and_column() -> None:
    problem = RowProblem("Пациенты", 7, "полис", FileFault.NUMBER_CELL)
    with speak("ru"):
        assert sentence_for(problem) == (
            "Пациенты, строка 7, «полис»: в ячейке число, и последние цифры могли потеряться: "
            "сделайте столбец текстовым"
        )
