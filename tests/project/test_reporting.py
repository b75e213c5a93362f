"""The lines at the end of a test run, and the imports of a run of rules tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project_files import ROOT
from tests.reporting import SHOWN, group_of, seconds_line

SETTINGS = """[pytest]
testpaths = cases
markers = requirement
"""
CONFTEST = """
from tests.reporting import FolderTimes, Requirements

def pytest_configure(config):
    config.pluginmanager.register(Requirements(config), Requirements.NAME)
    config.pluginmanager.register(FolderTimes())
"""
TEST = """
import pytest

@pytest.mark.requirement("{id}")
def test_it(): pass
"""


def run(*arguments: str | Path, folder: Path = ROOT) -> str:
    """Run pytest in another process; return its output."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *map(str, arguments)]
    paths = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=paths, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Write a project with two tests in two folders; each proves one row."""
    cases = tmp_path / "cases"
    for folder, id in (("chat", "A6"), ("rules", "A7")):
        (cases / folder).mkdir(parents=True)
        (cases / folder / f"test_{folder}.py").write_text(TEST.format(id=id))
    (cases / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    return tmp_path


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "a worker"])
def test_whole_run_prints_proven_rows_and_seconds(project: Path, workers: list[str]) -> None:
    output = run(*workers, folder=project)
    assert "requirements: 2 of " in output
    assert re.search(r"^seconds of tests: (chat|rules) 0, (chat|rules) 0$", output, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments",
    [["-k", "it"], ["cases/chat"], ["-n", "1", "--deselect", "cases/rules/test_rules.py::test_it"]],
    ids=["names", "files", "deselected"],
)
def test_partial_run_prints_no_rows(project: Path, arguments: list[str]) -> None:
    assert "requirements:" not in run(*arguments, folder=project)


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/rules/test_names.py::test_it[1]", "rules"),
        ("tests/chat/booking/test_hold.py::TestHold::test_it", "chat"),
        ("tests/storage/test_booking.py::test_it", "storage"),
        ("tests/app/test_cli.py::test_it", "app"),
    ],
)
def test_group_is_the_folder_or_first_word_of_the_file(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_seconds_line_has_the_slowest_first_and_adds_up_the_rest() -> None:
    seconds = {f"f{number}": float(number) for number in range(SHOWN + 2)}
    line = seconds_line(seconds)
    assert line.startswith(f"seconds of tests: f{SHOWN + 1} {SHOWN + 1}, ")
    assert line.endswith("f2 2, others 1")


LOADED = """
import sys, pytest
status = pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *sys.argv[1:]])
heavy = {"aiogram", "aiosqlite"} & set(sys.modules)
sys.exit(int(status) or (f"imported: {sorted(heavy)}" if heavy else 0))
"""


def test_rules_tests_import_neither_aiogram_nor_aiosqlite() -> None:
    """They are collected by a fresh Python, and import nothing later than that."""
    files = sorted(ROOT.glob("tests/rules/**/test_*.py"))
    assert len(files) > 5
    command = [sys.executable, "-c", LOADED, *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    late = [
        f"{file.relative_to(ROOT)}:{found.lineno}"
        for file in ROOT.glob("tests/rules/**/*.py")
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for found in ast.walk(function)
        if isinstance(found, ast.Import | ast.ImportFrom)
    ]
    assert late == []
