"""Fixtures of the tests of delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.delivery import outbox as delivery
from bot.telegram import pace
from tests.app.post import Post


@pytest.fixture(autouse=True)
def _long_limits(long_limits: None) -> None:
    """Also for tests that open a town of their own."""


@pytest.fixture
async def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setattr(delivery, "CHAT_GAP", 0.05)
    monkeypatch.setattr(pace, "RETRIES", (0.01, 0.02))
    async with AsyncExitStack() as stack:
        post = Post(stack)
        await post.open(tmp_path)
        yield post
