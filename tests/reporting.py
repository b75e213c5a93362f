"""Lines at the end of a test run: proven requirements (of a whole run) and seconds of each folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.requirements import Mark, marks_of, read_rows, summary

SHOWN = 12
"""groups that the line of seconds names; the others are added up"""


def is_whole(config: pytest.Config) -> bool:
    """Return whether the command line selects all tests."""
    narrows = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly")
    every_path = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return every_path and not any(config.getoption(option, None) for option in narrows)


class Requirements:
    """A pytest plugin that collects requirement marks and prints how many rows a whole run proves.

    With xdist, workers collect the tests and the controller adds up their results.
    """

    NAME = "requirements"

    def __init__(self, config: pytest.Config) -> None:
        given: Mapping[str, Any] = getattr(config, "workerinput", {})
        self.whole = bool(given["whole"]) if given else is_whole(config)
        self.marks: Sequence[Mark] = ()
        self._proven: set[str] = set()
        self._config = config

    @property
    def proven(self) -> set[str]:
        return self._proven | {mark.id for mark in self.marks}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.marks = marks_of(session.items)

    def pytest_deselected(self) -> None:
        self.whole = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["whole"] = self.whole

    def pytest_sessionfinish(self) -> None:
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[self.NAME] = {"whole": self.whole, "proven": sorted(self.proven)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        output = getattr(node, "workeroutput", {}).get(self.NAME)
        if output:
            self.whole = self.whole and output["whole"]
            self._proven.update(output["proven"])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
        if self.whole and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            terminalreporter.write_line(summary(read_rows(), self.proven))


class FolderTimes:
    """A pytest plugin that adds up the seconds of the tests in each folder, over all workers."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[group_of(report.nodeid)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self._seconds) > 1:
            terminalreporter.write_line(seconds_line(self._seconds))


def group_of(nodeid: str) -> str:
    """Return the folder of a test under tests/, or the first word of the file's name if it is in none."""
    path = PurePosixPath(nodeid.partition("::")[0])
    folders = path.parts[1:-1]
    return folders[0] if folders else path.stem.removeprefix("test_").partition("_")[0]


def seconds_line(seconds: Mapping[str, float]) -> str:
    """Return the line with the slowest groups first."""
    ordered = sorted(seconds.items(), key=lambda group: -group[1])
    named = [f"{name} {spent:.0f}" for name, spent in ordered[:SHOWN]]
    others = [f"others {sum(spent for _, spent in ordered[SHOWN:]):.0f}"] if ordered[SHOWN:] else []
    return f"seconds of tests: {', '.join(named + others)}"
