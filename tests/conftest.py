"""What every test has around it."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import bot.outbox
from tests.requirements import read_marks, read_rows, summary
from tests.town import Town, make_template
from tests.town import town as open_town

# Every bot reads the trusted certificates anew, 30 ms each; the bots here all speak plain HTTP.
ssl.create_default_context = functools.cache(ssl.create_default_context)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(make_template(tmp_path_factory.mktemp("template")))


@pytest.fixture
async def town(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    # The second between two messages in a chat is real time; the outbox's own tests wait for it.
    monkeypatch.setattr(bot.outbox, "CHAT_GAP", 0.0)
    async with open_town(template, tmp_path) as everything:
        yield everything


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(summary(read_rows(), read_marks()))
