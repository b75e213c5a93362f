"""Another program has locked the database: a tap and a typed text are told so, and work again later."""

from __future__ import annotations

import sqlite3

import pytest
from structlog.testing import capture_logs

from bot.core import limits
from tests.chat.actions import say, settle_in
from tests.chat.town import Town


async def test_person_is_told_that_it_is_busy(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await settle_in(town.mother)
    monkeypatch.setattr(limits, "LOCK_TIMEOUT", 0.1)
    other = sqlite3.connect(town.folder / "registratura.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with capture_logs() as lines:
        await town.stranger.start()
        assert "Сейчас занято" in (await town.stranger.screen()).text
    assert "an update found the database locked" in [line["event"] for line in lines]
    other.execute("ROLLBACK")
    other.close()
    assert "Здравствуйте" in (await say(town.stranger, "/start")).text
