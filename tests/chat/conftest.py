"""Fixtures of the tests of the chat."""

from __future__ import annotations

import pytest

from bot.telegram import pace


@pytest.fixture(autouse=True)
def _no_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn of an answer is real time; only tests of the pace wait for it."""
    monkeypatch.setattr(pace, "FASTEST", 1000.0)


@pytest.fixture(autouse=True)
def _long_limits(long_limits: None) -> None:
    """Also for tests that open a town of their own."""
