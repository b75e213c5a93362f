"""Faults of Telegram: what was done stays done, it is confirmed once, and the chat works afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import outbox
from storage.database.connection import Connection
from tests.chat.actions import MARIA, MENU, data_of, link, review, say, settle_in
from tests.chat.message import PressAnswer
from tests.chat.town import Town, town as open_town

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"kind": "429", "retry_after": 1},
    "403": {"kind": "403"},
    "400 chat": {"kind": "400"},
    "400 edit": {"kind": "400", "description": "Bad Request: message can't be edited"},
    "400 gone": {"kind": "400", "description": "Bad Request: message to edit not found"},
    "400 entities": {"kind": "400", "description": "Bad Request: can't parse entities: Unmatched end tag"},
    "400 old": {"kind": "400", "description": "Bad Request: query is too old and response timeout expired"},
    "500": {"kind": "500"},
    "502": {"kind": "502"},
    "cut before": {"kind": "cut_before"},
    "cut after": {"kind": "cut_after"},
    "slow": {"kind": "slow", "seconds": 0.4},
    "hang": {"kind": "hang"},
}
LASTING = ("429", "500", "502", "cut before", "cut after", "hang")
"""Faults that last longer than any retry."""

LIVE = "SELECT count(*) FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"


HUNG_WITHIN = 2.0
"""seconds after which a request that hangs is given up"""


@asynccontextmanager
async def failing(town: Town, fault: str, method: str, times: int) -> AsyncIterator[None]:
    """Let Telegram fail until the end. Only where it hangs is the limit short, which a busy machine reaches too."""
    session = town.app.bot.session
    usual = session.timeout
    if fault == "hang":
        session.timeout = HUNG_WITHIN
    await town.chat.fault(**FAULTS[fault], method=method, times=times)
    try:
        yield
        await town.settled()
    finally:
        await town.chat.clear_faults()
        session.timeout = usual


@pytest.fixture
async def town(template: Path, tmp_path: Path, long_limits: None) -> AsyncIterator[Town]:
    """A town whose bot calls Telegram over HTTP, for some faults are those of a connection."""
    async with open_town(template, tmp_path, over_http=True) as everything:
        yield everything


@pytest.fixture(autouse=True)
def real_chat_gap(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the real pause between messages of one chat: retry_after of Telegram is real time too."""
    monkeypatch.setattr(outbox, "CHAT_GAP", 1.1)


async def count(town: Town, sql: str) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(sql, {}))[0][0])

    return await town.app.store.database.read(look)


async def messages_with(town: Town, text: str) -> list[int]:
    return [message.id for message in await town.mother.messages() if message.bot and text in message.text]


@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery"])
@pytest.mark.parametrize(("fault", "times"), [*((name, 1) for name in FAULTS), *((name, 4) for name in LASTING)])
async def test_visit_is_booked_and_confirmed_once_despite_a_fault(
    town: Town, fault: str, method: str, times: int
) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    await town.chat.settings(callback_life=1)
    async with failing(town, fault, method, times):
        await town.mother.press_data(seen.id, data_of(seen, "Записаться"))
    assert await count(town, LIVE) == 1
    for _minute in range(3):
        await town.pass_time(seconds=20)
    assert len(await messages_with(town, "записан")) == 1
    await chat_works(town)


async def chat_works(town: Town) -> None:
    assert MENU in (await say(town.mother, "/menu")).labels
    answer: PressAnswer = await town.mother.press("Мои записи")
    assert answer.answered
    assert "Запись" in (await town.mother.screen()).text


@pytest.mark.parametrize("fault", FAULTS)
async def test_command_works_again_after_its_answer_was_lost(town: Town, fault: str) -> None:
    await settle_in(town.mother, MARIA)
    async with failing(town, fault, "sendMessage", times=1):
        await town.mother.say("/menu")
    assert MENU in (await say(town.mother, "/menu")).labels
    assert (await town.mother.press("Мои записи")).answered


@pytest.mark.parametrize("fault", FAULTS)
async def test_typed_name_is_accepted_if_its_deletion_fails(town: Town, fault: str) -> None:
    await settle_in(town.mother)
    async with failing(town, fault, "deleteMessage", times=3):
        await link(town.mother, MARIA)
    assert await count(town, "SELECT count(*) FROM patients") == 1
    assert MENU in (await say(town.mother, "/menu")).labels
