"""Two registrars of one clinic at one queue: each reads who has what, for how long, and what to do instead."""

from __future__ import annotations

import pytest

from bot.core.people import Role
from bot.glossary import ApplicationId
from dialogs.staff.application_links import ApplicationDecided
from tests.chat.actions import choose, ref_of, say, send
from tests.chat.applications.steps import appoint, mother_applies, open_first, open_queue
from tests.chat.message import ChatMessage
from tests.chat.patients.test_desk_check import QUEUE, open_check, send_to_desk
from tests.chat.person import Person
from tests.chat.town import Town

HELD = "👤"


async def colleague_of(town: Town) -> Person:
    return await appoint(town, 1010, Role.REGISTRAR)


async def press(person: Person, label: str) -> str:
    """Press a button and return the alert."""
    answer = await person.press(label)
    assert answer.alert is not None
    return answer.alert.replace("\u00a0", " ")


async def policies(member: Person) -> ChatMessage:
    await say(member, "/start")
    return await choose(member, QUEUE)


async def test_application_that_a_colleague_has_open_is_marked_and_refused(town: Town) -> None:
    await mother_applies(town)
    colleague = await colleague_of(town)
    assert HELD not in (await open_queue(town, colleague)).text
    await open_first(town, town.registrar)
    await town.pass_time(minutes=3)
    queue = await open_queue(town, colleague)
    assert f"{HELD} открыл коллега" in queue.text
    assert queue.button(HELD)
    assert HELD not in (await open_queue(town, town.registrar)).text, "the own one has no mark"
    assert "закреплено за ним ещё 7 минут" in await press(colleague, HELD)
    await town.pass_time(minutes=7)
    assert HELD not in (await open_queue(town, colleague)).text


async def test_who_comes_back_after_ten_minutes_opens_the_application_again(town: Town) -> None:
    await mother_applies(town)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать")
    await town.pass_time(minutes=11)
    assert "Ваши десять минут прошли" in await press(town.registrar, "Нет мест")
    colleague = await colleague_of(town)
    await open_first(town, colleague)
    assert "открыл коллега" in await press(town.registrar, "срок")


async def test_second_of_two_reads_that_it_is_decided(town: Town) -> None:
    """Both have the queue before their eyes; who has decided can undo, for a minute, and nobody else."""
    await mother_applies(town)
    colleague = await colleague_of(town)
    await open_queue(town, colleague)
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать", "Нет мест")
    assert "оно решено" in await press(colleague, "срок")
    await choose(town.registrar, "Отменить")
    assert (await open_queue(town, colleague)).button("срок")
    await open_first(town, town.registrar)
    await choose(town.registrar, "Отказать", "Нет мест")
    await town.pass_time(minutes=2)
    assert "в течение минуты" in await press(town.registrar, "Отменить")


@pytest.mark.requirement("A43")
async def test_policy_that_a_colleague_has_open_is_marked_and_refused(town: Town) -> None:
    await send_to_desk(town)
    colleague = await colleague_of(town)
    await open_check(town, town.registrar)
    queue = await policies(colleague)
    assert f"{HELD} открыл коллега" in queue.text
    assert "закреплён за ним ещё 10 минут" in await press(colleague, HELD)
    await say(town.registrar, "/start")
    assert HELD not in (await policies(town.registrar)).text


async def test_decision_is_repeated_with_the_number_and_the_reason(town: Town) -> None:
    """A slip is seen within the minute in which it can be undone; later the screen offers no way back."""
    sent = await mother_applies(town)
    await open_first(town, town.registrar)
    refused = await choose(town.registrar, "Отказать", "Нет мест")
    assert "Решение: отказать, причина: нет мест" in refused.text.replace("\u00a0", " ")
    assert f"Заявление {ref_of(sent)}" in refused.text.replace("\u00a0", " ")
    await choose(town.registrar, "Отменить")
    await open_first(town, town.registrar)
    returned = await choose(town.registrar, "Вернуть", "Адрес", "За 7 дней")
    assert "Решение: вернуть на исправление за 7 дней: адрес" in returned.text.replace("\u00a0", " ")
    filed = returned.button("Отменить")
    assert filed is not None
    assert filed.data is not None
    await town.pass_time(minutes=2)
    _answer, late = await send(
        town.registrar, ApplicationDecided(application=ApplicationId(int(filed.data.split(":")[1]))).pack()
    )
    assert "Минута прошла" in late.text
    assert not late.button("Отменить")


async def test_answer_about_a_policy_is_repeated(town: Town) -> None:
    await send_to_desk(town)
    await open_check(town, town.registrar)
    decided = await choose(town.registrar, "Отказать", "Не найден")
    assert "Решение: не найден" in decided.text.replace("\u00a0", " ")
