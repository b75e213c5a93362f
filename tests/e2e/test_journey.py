"""The whole journey over the demo's own process: by HTTP alone, and in a browser as people make it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.emulator import ChatClient
from bot.emulator.hands import Person
from bot.emulator.seen import Seen
from tests.e2e.demo import Demo, running_demo

MOTHER, REGISTRAR = 1001, 1003
NUMBER, NAME = "7796 1897 8400 0014", "Иванова Мария Сергеевна"
DAY, TIME = re.compile(r"^\w\w \d+.* · \d+$"), re.compile(r"^\d\d:\d\d$")
WHEN = re.compile(r"(?P<day>\d+ \w+), (?P<time>\d\d:\d\d)")
REF = re.compile(r"[0-9ABCEHKMPTX]{4}-[0-9ABCEHKMPTX]{2}")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running_demo(tmp_path) as shown:
        yield shown


@pytest.fixture
async def chat(demo: Demo) -> AsyncIterator[ChatClient]:
    async with ChatClient(demo.url, key=demo.key) as client:
        yield client


def labels(seen: Seen, pattern: re.Pattern[str]) -> list[str]:
    return [label for label in seen.labels if pattern.search(label)]


async def taps(chat: ChatClient, person: Person) -> int:
    pressed = [update["callback_query"] for update in await chat.updates() if "callback_query" in update]
    return sum(query["from"]["id"] == person.id for query in pressed)


async def link(mother: Person) -> None:
    await mother.start()
    await mother.press("Прочитать и решить")
    for step in (1, 2, 3):
        await mother.wait_for(f"Согласие {step} из 3")
        await mother.press("Согласен")
    await mother.wait_for("Напишите номер полиса")
    await mother.say(NUMBER)
    await mother.wait_for("девочки, родившейся 15 марта 2018 года")
    await mother.press("Да")
    await mother.say(NAME)
    await mother.wait_for("Полис проверен")


async def choose_time(person: Person, days_ahead: int) -> None:
    """A day of those offered, and its first time."""
    days = await person.wait_for("Какой день?")
    await person.press(labels(days, DAY)[days_ahead], days)
    times = await person.wait_for("Выберите время")
    await person.press(labels(times, TIME)[0], times)


async def test_a_mother_books_is_reminded_moves_and_takes_what_the_clinic_offers(demo: Demo, chat: ChatClient) -> None:
    mother, registrar = chat.person(MOTHER), chat.person(REGISTRAR)
    await link(mother)

    before = await taps(chat, mother)
    await mother.press("Записаться к врачу")
    await mother.press(re.compile("^Педиатр · "))
    await mother.press("Петрова")
    await choose_time(mother, days_ahead=2)
    await mother.press("Записаться")
    booked = await mother.wait_for("✅ Записаны")
    ref = REF.search(booked.text)
    assert ref
    assert await taps(chat, mother) - before == 6

    await chat.request("POST", "/due")
    await mother.wait_for("Напоминаю: завтра", limit=20)

    before = await taps(chat, mother)
    await mother.press("Перенести")
    await choose_time(mother, days_ahead=2)
    await mother.press("Перенести")
    moved = await mother.wait_for("✅ Перенесено")
    assert ref[0] in moved.text
    assert await taps(chat, mother) - before == 4

    await cancel_for_clinic(registrar, moved)
    news = await mother.wait_for("Поликлиника отменила приём", limit=20)
    await mother.press(news.labels[0], news)
    await mother.press("Записаться")
    await mother.wait_for("✅ Записаны")
    assert await chat.refusals() == []


async def cancel_for_clinic(registrar: Person, visit: Seen) -> None:
    when = WHEN.search(visit.text)
    assert when
    await registrar.start()
    await registrar.press("Приёмы сегодня")
    while when["day"] not in (await registrar.screen()).text:
        await registrar.press("›")
    await registrar.press(re.compile(f"{when['time']} · Мария И.* · Педиатр"))
    await registrar.press("Отменить приём")
    answer = await registrar.press("врач заболел")
    assert answer.alert == "Приём отменён. Сообщаю родителю."
