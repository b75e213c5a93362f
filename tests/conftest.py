"""What every test has around it."""

from __future__ import annotations

import pytest

from tests.requirements import read_marks, read_rows, summary


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(summary(read_rows(), read_marks()))
