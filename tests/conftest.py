"""Settings and fixtures of all tests.

Tests of pure rules must not import the bot, so fixtures import what they need.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import shutil
import signal
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.reporting import FolderTimes, Requirements

if TYPE_CHECKING:
    from tests.chat.town import Town

RAM_DISK, RAM_NEEDED = "/dev/shm", 1 << 30  # noqa: S108 - nothing else is as fast

# Reading the trusted certificates takes 30 ms for each bot, and the bots of the tests use plain HTTP.
ssl.create_default_context = functools.cache(ssl.create_default_context)  # type: ignore[assignment]  # the cache has the same signature

# The time of one example depends on the machine.
settings.register_profile("tests", deadline=None)
settings.register_profile("brief", deadline=None, max_examples=1)
settings.load_profile("tests")


def use_ram_disk() -> None:
    """Put temporary files on a RAM disk: tests commit many thousand times, and benchmarks measure the disk."""
    if "TMPDIR" not in os.environ and os.access(RAM_DISK, os.W_OK) and shutil.disk_usage(RAM_DISK).free > RAM_NEEDED:
        os.environ["TMPDIR"] = tempfile.tempdir = RAM_DISK


def hear_interrupts() -> None:
    """A shell starts what runs in the background with SIGINT ignored; the programs of the tests would not hear it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    use_ram_disk()
    hear_interrupts()
    config.pluginmanager.register(Requirements(config), Requirements.NAME)
    config.pluginmanager.register(FolderTimes())


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Undo what a command of the bot does to the logs: they would go on to its stream, which ends with its test."""
    logger, structlog = logging.getLogger(), sys.modules.get("structlog")
    level, handlers, ours = logger.level, logger.handlers[:], structlog and structlog.get_config()
    yield
    logger.setLevel(level)
    for handler in logger.handlers[:]:
        if type(handler) is logging.StreamHandler and handler not in handlers:
            logger.removeHandler(handler)
    if structlog is not None and ours is not None:
        structlog.configure(**ours)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database file to copy."""
    from tests.chat.town import make_template

    return asyncio.run(make_template(tmp_path_factory.mktemp("template")))


@pytest.fixture
def long_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a busy machine does not reach; used by every test that runs the bot."""
    from tests.time_limits import relax

    relax(monkeypatch)


@pytest.fixture
async def town(
    template: Path, tmp_path: Path, long_limits: None, request: pytest.FixtureRequest
) -> AsyncIterator[Town]:
    """The whole bot with a copy of the seeded database; it calls Telegram over HTTP for tests marked so."""
    from tests.chat.town import town as open_town

    over_http = request.node.get_closest_marker("over_http") is not None
    async with open_town(template, tmp_path, over_http=over_http) as everything:
        yield everything
