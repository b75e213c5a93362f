"""Telegram failing in every way it knows: what was done stays done, people hear of it once, the chat goes on."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core import limits
from bot.delivery import outbox
from storage.database.connection import Connection
from tests.chat.actions import MARIA, MENU, data_of, link, review, say, settle_in
from tests.chat.message import PressAnswer
from tests.chat.town import Town

TROUBLES: dict[str, dict[str, Any]] = {
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
"""These are met again and again, more often than anything is repeated."""

LIVE = "SELECT count(*) FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that hangs is given up in a moment."""
    monkeypatch.setattr(limits, "REQUEST_TIMEOUT", 0.7)


@pytest.fixture(autouse=True)
def unhurried(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seconds for which Telegram asks to be left alone are real ones."""
    monkeypatch.setattr(outbox, "CHAT_GAP", 1.1)


async def count(town: Town, sql: str) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(sql, {}))[0][0])

    return await town.app.store.database.read(look)


async def told(town: Town, text: str) -> list[int]:
    return [message.id for message in await town.mother.messages() if message.bot and text in message.text]


@pytest.mark.parametrize("method", ["editMessageText", "answerCallbackQuery"])
@pytest.mark.parametrize(("trouble", "times"), [*((name, 1) for name in TROUBLES), *((name, 4) for name in LASTING)])
async def test_a_visit_is_booked_and_told_once_whatever_befalls_its_screen(
    town: Town, trouble: str, method: str, times: int
) -> None:
    await settle_in(town.mother, MARIA)
    seen = await review(town.mother)
    await town.chat.settings(callback_life=1)
    await town.chat.fault(**TROUBLES[trouble], method=method, times=times)
    await town.mother.press_data(seen.id, data_of(seen, "Записаться"))
    await town.settled()
    await town.chat.clear_faults()
    assert await count(town, LIVE) == 1
    for _minute in range(3):
        await town.pass_time(seconds=20)
    assert len(await told(town, "Записаны")) == 1
    await works_on(town)


async def works_on(town: Town) -> None:
    assert MENU in (await say(town.mother, "/menu")).labels
    answer: PressAnswer = await town.mother.press("Мои записи")
    assert answer.answered
    assert "Запись" in (await town.mother.screen()).text


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_command_whose_answer_was_lost_works_when_it_is_given_again(town: Town, trouble: str) -> None:
    await settle_in(town.mother, MARIA)
    await town.chat.fault(**TROUBLES[trouble], method="sendMessage", times=1)
    await town.mother.say("/menu")
    await town.settled()
    await town.chat.clear_faults()
    assert MENU in (await say(town.mother, "/menu")).labels
    assert (await town.mother.press("Мои записи")).answered


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_typed_name_is_taken_even_if_it_cannot_be_deleted(town: Town, trouble: str) -> None:
    await settle_in(town.mother)
    await town.chat.fault(**TROUBLES[trouble], method="deleteMessage", times=3)
    await link(town.mother, MARIA)
    await town.chat.clear_faults()
    assert await count(town, "SELECT count(*) FROM patients") == 1
    assert MENU in (await say(town.mother, "/menu")).labels
