"""Fixtures of the stress tests."""

from __future__ import annotations

import pytest

from bot.delivery import outbox


@pytest.fixture(autouse=True)
def _no_chat_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second between two messages in a chat is real time."""
    monkeypatch.setattr(outbox, "CHAT_GAP", 0)
