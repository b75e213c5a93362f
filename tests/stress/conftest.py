"""Fixtures of the stress tests."""

from __future__ import annotations

import pytest

from bot.delivery import outbox
from bot.telegram import pace


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second between two messages in a chat, and the turn of an answer, are real time."""
    monkeypatch.setattr(outbox, "CHAT_GAP", 0)
    monkeypatch.setattr(pace, "FASTEST", 1000.0)
