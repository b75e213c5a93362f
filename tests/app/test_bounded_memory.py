"""What is kept in memory for each chat or person is bounded, or gone once it is not in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, Message, PhotoSize, Update, User

from bot.delivery.screen import Screen
from bot.emulator import Emulator, serve
from bot.telegram import groups, pace
from bot.telegram.flood import PersonQueue
from bot.telegram.groups import Groups
from bot.telegram.overtaken import NewestPresses
from bot.telegram.pace import Pace
from dialogs.account.links import Home
from dialogs.kit import sent_together, staying
from dialogs.kit.newest import NewestScreens, Shown
from dialogs.kit.sent_together import Batch, SentTogether
from dialogs.kit.staying import FlowsBelow
from tests.builders import bot_at

MANY = range(1, 8)
FEW = 3
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)


def user(person: int) -> User:
    return User(id=person, is_bot=False, first_name="Анна")


def photo(person: int) -> Update:
    picture = PhotoSize(file_id="f", file_unique_id="u", width=1, height=1)
    chat = Chat(id=person, type="private")
    return Update(update_id=person, message=Message(message_id=5, date=NOW, chat=chat, photo=[picture]))


def press(person: int) -> Update:
    message = Message(message_id=5, date=NOW, chat=Chat(id=person, type="private"), text="Меню")
    call = CallbackQuery(id="7", from_user=user(person), chat_instance="5", message=message, data="mh")
    return Update(update_id=person, callback_query=call)


def data_of(person: int) -> dict[str, Any]:
    return {"event_from_user": user(person), "event_chat": Chat(id=person, type="private")}


def test_chats_that_telegram_refuses_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if nothing is delivered meanwhile."""
    monkeypatch.setattr(pace, "MOST_CHATS", FEW)
    now = 0.0
    paced = Pace(lambda: now)
    for chat in MANY:
        now += 10
        paced.count_429(chat, retry_after=5)
    assert len(paced._chats_until) <= FEW


def test_newest_screens_are_bounded() -> None:
    newest = NewestScreens(most=FEW)
    for chat in MANY:
        newest.keep(chat, Shown(1, Screen("Меню"), Home()))
    assert len(newest._shown) == len(newest._lowest) == FEW


def test_flows_below_messages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staying, "MOST_CHATS", FEW)
    below = FlowsBelow()
    for chat in MANY:
        below.remember(chat, 1, 2)
    assert [below.find(chat, 1) for chat in MANY].count(2) == FEW


async def test_batches_of_files_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent_together, "MOST_REMEMBERED", FEW)
    together = SentTogether()

    async def accept(_event: object, data: dict[str, Any]) -> None:
        batch: Batch = data["batch"]
        batch.is_accepted = True

    for person in MANY:
        await together(accept, photo(person), data_of(person))
    assert len(together._batches) == FEW


async def test_groups_that_were_left_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MOST_CHATS", FEW)
    leaving = Groups("ru")
    async with serve(Emulator()) as url, bot_at(url) as bot:
        for number in MANY:
            chat = Chat(id=-number, type="group")
            message = Message(message_id=5, date=NOW, chat=chat, from_user=user(number), text="привет")
            data = {"event_from_user": user(number), "event_chat": chat, "bot": bot}
            await leaving(unexpected, Update(update_id=number, message=message), data)
    assert len(leaving._left) == FEW


async def test_person_without_updates_in_work_is_forgotten() -> None:
    queue, presses = PersonQueue("ru"), NewestPresses()

    async def look(_event: object, _data: dict[str, Any]) -> None:
        assert len(queue._waiting) == len(presses._newest) == 1

    for person in MANY:
        await queue(lambda event, data: presses(look, event, data), press(person), data_of(person))
    assert not queue._waiting
    assert not presses._newest


async def unexpected(_event: object, _data: dict[str, Any]) -> None:
    raise AssertionError("an update of a group reaches no handler")
