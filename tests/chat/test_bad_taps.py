"""Repeated presses, redelivered updates and old buttons have one effect and always get an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from storage.database.connection import Connection
from tests.chat.actions import (
    ALINA,
    ARTYOM,
    CHECK,
    MARIA,
    PETROVA,
    REF,
    THURSDAY,
    TIME,
    book,
    choose,
    data_of,
    looks,
    moscow,
    pass_until,
    review,
    say,
    settle_in,
)
from tests.chat.message import ChatMessage, Pattern
from tests.chat.person import Person
from tests.chat.town import Town

LIVE = "SELECT count(*) FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"
Scene = Callable[[Town], Awaitable[ChatMessage]]


async def count(town: Town, sql: str) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(sql, {}))[0][0])

    return await town.app.store.database.read(look)


async def press_quickly(person: Person, seen: ChatMessage, label: str, times: int) -> None:
    """Press several times without waiting for an answer; each press must get one."""
    presses = [await person.press_only(seen.id, data_of(seen, label)) for _time in range(times)]
    answers = await asyncio.gather(*[person.answer_to(press) for press in presses])
    assert all(answer.answered for answer in answers)


def unnumbered(seen: ChatMessage) -> tuple[str, list[str]]:
    """Return the screen without the Ref of an erasure, which is new after each erasure."""
    return (REF.sub("", seen.text) if "удалено" in seen.text else seen.text), seen.labels


# --- scenes that end before a confirming button -----------------------------------------------------------------------


async def asked_for_consent(town: Town) -> ChatMessage:
    await town.mother.start()
    return await choose(town.mother, "Прочитать")


async def reviewed(town: Town) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    return await review(town.mother)


async def move_reviewed(town: Town) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    return await choose(town.mother, "Перенести", "пт 27", TIME)


async def asked_to_cancel(town: Town) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    return await choose(town.mother, "Отменить")


async def reminded(town: Town) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await pass_until(town, moscow(25, 18, 1))
    return await town.mother.screen()


async def asked_to_erase(town: Town) -> ChatMessage:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/data")
    return await choose(town.mother, "Удалить всё")


async def asked_for_a_number(town: Town) -> ChatMessage:
    return await settle_in(town.mother)


CONFIRMING: dict[str, tuple[Scene, str, str, int]] = {
    "consenting": (asked_for_consent, "Даю согласие", "SELECT count(*) FROM consents", 1),
    "booking": (reviewed, "Записаться", LIVE, 1),
    "moving": (move_reviewed, "Перенести", "SELECT count(*) FROM appointments", 2),
    "cancelling": (asked_to_cancel, "Да, отменить", "SELECT count(*) FROM audit WHERE action = 'visit cancelled'", 1),
    "coming": (reminded, "Придём", "SELECT count(*) FROM appointments WHERE confirmed = 1", 1),
    "erasing": (asked_to_erase, "Да, удалить", "SELECT count(*) FROM patients", 0),
}


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("action", CONFIRMING)
async def test_repeated_press_has_one_effect(town: Town, action: str, times: int) -> None:
    scene, label, sql, effect = CONFIRMING[action]
    seen = await scene(town)
    with capture_logs() as lines:
        await press_quickly(town.mother, seen, label, times)
        shown = await town.mother.screen()
    assert await count(town, sql) == effect
    assert shown.labels
    assert not [line for line in lines if line["log_level"] == "error"]
    await town.pass_time(seconds=30)
    assert looks(await town.mother.screen()) == looks(shown)


@pytest.mark.parametrize("action", CONFIRMING)
async def test_press_redelivered_under_a_new_id_has_one_effect(town: Town, action: str) -> None:
    scene, label, sql, effect = CONFIRMING[action]
    seen = await scene(town)
    await town.mother.press(label, seen)
    shown = await town.mother.screen()
    (*_earlier, pressed) = [update for update in await town.chat.updates() if "callback_query" in update]
    with capture_logs() as lines:
        for _time in range(2):
            await town.chat.repeat_update(pressed["update_id"])
            await town.chat.wait_idle()
    assert await count(town, sql) == effect
    assert unnumbered(await town.mother.screen()) == unnumbered(shown)
    assert not [line for line in lines if line["log_level"] == "error"]


@pytest.mark.parametrize("label", ["Записаться", "Перенести", "Да, отменить"])
async def test_old_confirmation_does_not_repeat_an_undone_action(town: Town, label: str) -> None:
    scene = {"Записаться": reviewed, "Перенести": move_reviewed, "Да, отменить": asked_to_cancel}[label]
    old = await scene(town)
    data = data_of(old, label)
    await town.mother.press(label, old)
    if label != "Да, отменить":
        await choose(town.mother, "Отменить", "Да, отменить")
    assert await count(town, LIVE) == 0
    assert (await town.mother.press_data(old.id, data)).answered
    assert await count(town, LIVE) == 0
    assert "отменена" in (await town.mother.screen()).text


async def test_number_typed_twice_at_once_starts_one_draft(town: Town) -> None:
    await asked_for_a_number(town)
    await town.mother.say(MARIA.policy_number)
    await town.mother.say(MARIA.policy_number)
    await town.mother.screen()
    assert await count(town, "SELECT count(*) FROM drafts") == 1


# --- old buttons ------------------------------------------------------------------------------------------------------


async def walk(town: Town) -> dict[str, int]:
    """Walk the whole journey; return the data of each button seen, with the id of its message."""
    mother, buttons = town.mother, {}

    async def remember() -> None:
        seen = await mother.screen()
        buttons.update({button.data: seen.id for row in seen.buttons for button in row if button.data})

    async def go(*steps: Pattern) -> None:
        for step in steps:
            await remember()
            await mother.press(step)

    await mother.start()
    await go("Прочитать", "Даю согласие", "Даю согласие", "Даю согласие")
    for child in (MARIA, ARTYOM, ALINA):
        await go(*(["Добавить"] if (await mother.screen()).button("Добавить") else []))
        await remember()
        await say(mother, child.policy_number)
        await go("Да", *([] if child.name.patronymic else ["Отчества нет"]))
        await remember()
        await say(mother, child.name.full)
        await go(CHECK)
        await remember()
    await mother.say("/book")
    await go("Мария", "Детская № 12", "Педиатр", "Петрова", "чт 26", TIME, "Записаться")
    await go("Перенести", "пт 27", TIME, "Перенести")
    await go("Отменить", "Да, отменить", "Мои записи", "Меню", "Дети и полисы")
    for command in ("/data", "/help", "/language", "/visits"):
        await mother.say(command)
        await remember()
    return buttons


async def press_all(town: Town, buttons: dict[str, int]) -> None:
    with capture_logs() as lines:
        for data, message in buttons.items():
            answer = await town.mother.press_data(message, data)
            seen = await town.mother.screen()
            assert answer.answered, data
            assert seen.button("Меню") or seen.button("Назад") or seen.button("Помощь"), f"{data}\n{seen}"
    assert not [line for line in lines if line["log_level"] == "error"]


async def test_every_old_button_is_answered_after_a_restart(town: Town) -> None:
    buttons = await walk(town)
    assert len(buttons) > 100
    await town.restart()
    await press_all(town, buttons)


async def test_every_old_button_is_answered_three_days_later(town: Town) -> None:
    buttons = await walk(town)
    town.clock.advance(timedelta(days=3))
    await town.work()
    await press_all(town, buttons)


async def test_every_old_button_is_answered_after_erasure(town: Town) -> None:
    buttons = await walk(town)
    await say(town.mother, "/data")
    await choose(town.mother, "Удалить всё", "удалить")
    assert await count(town, "SELECT count(*) FROM patients") == 0
    await press_all(town, buttons)
    assert await count(town, LIVE) == 0


async def test_strangers_press_on_old_buttons_changes_nothing(town: Town) -> None:
    buttons = await walk(town)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, TIME, "Мария")
    before = await count(town, LIVE)
    assert before == 1
    await town.stranger.start()
    message = (await town.stranger.screen()).id
    for data in buttons:
        assert (await town.stranger.press_data(message, data)).answered
    assert await count(town, LIVE) == before
