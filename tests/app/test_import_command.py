"""Tests of `registratura import` as the operator runs it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import cli
from bot.clinic_file.columns import HELP_SHEET, Sheet
from bot.clinic_file.parsing import parse
from bot.clinic_file.problems import Problems
from bot.clinic_file.tables import open_tables
from bot.clinic_file.template import write_folder, write_workbook
from storage.registry.seed.example import example_file
from storage.registry.seed.file import small_town_file

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    key = base64.b64encode(bytes(32)).decode()
    settings = {
        "BOT_TOKEN": "1:token",
        "DATABASE_URL": f"sqlite:///{tmp_path}/registratura.sqlite3",
        "SECRET_KEYS": f"1:{key}",
        "INDEX_KEYS": f"1:{key}",
        "OPERATOR_NAME": "Тестовая клиника",
        "OPERATOR_ADDRESS": "Речная, 1",
        "SUPPORT_PHONE": "+7 000 000-00-00",
        "SUPPORT_EMAIL": "help@example.org",
        "SUPPORT_HOURS": "всегда",
        "COLUMNS": "200",
    }
    return lambda *words: CliRunner().invoke(cli, ["import", *map(str, words)], env=settings)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    file = tmp_path / "clinic.xlsx"
    write_workbook(file, small_town_file())
    file.chmod(0o600)
    return file


def test_dry_run_then_import_then_nothing(run: Run, workbook: Path) -> None:
    shown = run(workbook)
    assert (shown.exit_code, "Это проверка: ничего не изменено" in shown.output) == (0, True), shown.output
    applied = run(workbook, "--apply")
    assert (applied.exit_code, "Готово: всё записано" in applied.output) == (0, True), applied.output
    assert "Теперь удалите файл" in applied.output
    assert "Изменений нет" in run(workbook, "--apply").output


def test_file_with_patients_that_others_can_read_is_refused(run: Run, workbook: Path) -> None:
    workbook.chmod(0o644)
    refused = run(workbook, "--apply")
    assert refused.exit_code == 1
    assert "chmod 600" in refused.output
    assert "others" not in refused.output, "the command speaks Russian"


def test_file_with_a_mistake_changes_nothing(run: Run, tmp_path: Path) -> None:
    town = small_town_file()
    folder = tmp_path / "csv"
    write_folder(folder, replace(town, practices=[replace(town.practices[0], doctor="x9")], patients=None))
    refused = run(folder, "--apply")
    assert refused.exit_code == 1
    assert "ничего не изменено" in refused.output


def test_output_names_no_patient(run: Run, workbook: Path) -> None:
    output = run(workbook).output + run(workbook, "--apply").output
    patients = small_town_file().patients or ()
    assert patients
    assert not [each for each in patients if each.name.family in output or each.policy_number in output]


def test_retired_practice_is_named(run: Run, tmp_path: Path) -> None:
    town = replace(small_town_file(), patients=None)
    write_folder(tmp_path / "one", town)
    first = town.practices[0].code
    fewer = replace(
        town,
        practices=[row for row in town.practices if row.code != first],
        timetable=[row for row in town.timetable if row.practice != first],
    )
    write_folder(tmp_path / "two", fewer)
    assert run(tmp_path / "one", "--apply").exit_code == 0
    assert "добавьте --retire" in run(tmp_path / "two").output
    assert "больше не предлагается" in run(tmp_path / "two", "--apply", "--retire").output


@pytest.mark.parametrize("name", ["template.xlsx", "template"])
def test_template_has_an_example_of_each_sheet_and_names_nothing(run: Run, tmp_path: Path, name: str) -> None:
    written = run("--template", tmp_path / name)
    assert written.exit_code == 0, written.output
    problems = Problems()
    tables = open_tables(tmp_path / name, problems)
    assert {table.name for table in tables} - {HELP_SHEET} == set(Sheet)
    file, problems = parse(tables, problems)
    assert problems.count == 0
    assert f"слова «пример»: {problems.examples}" in run(tmp_path / name).output.replace("\n", " ")
    assert not [*file.clinics, *file.doctors, *file.practices, *file.timetable, *(file.patients or ())]


def test_rows_of_the_template_are_right(run: Run, tmp_path: Path) -> None:
    write_folder(tmp_path / "filled", example_file())
    for file in (tmp_path / "filled").iterdir():
        file.chmod(0o600)
    shown = run(tmp_path / "filled")
    assert (shown.exit_code, "Это проверка" in shown.output) == (0, True), shown.output
