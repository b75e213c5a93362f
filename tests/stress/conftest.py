"""Fixtures of the stress tests."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.telegram import pace
from tests.chat.large_town import enlarge
from tests.chat.town import make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database file to copy; with ``TOWN=large`` it has as many clinics and doctors as the large town."""
    folder = tmp_path_factory.mktemp("template")

    async def make() -> Path:
        path = await make_template(folder)
        if os.environ.get("TOWN") == "large":
            await enlarge(path)
        return path

    return asyncio.run(make())


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn of an answer is real time."""
    monkeypatch.setattr(pace, "FASTEST", 1000.0)


@pytest.fixture(autouse=True)
def _long_limits(long_limits: None) -> None:
    """Also for tests that open a town of their own."""
