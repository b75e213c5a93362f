"""Whole journeys of people who use the bot as they use people: with words only, or with as few presses as it takes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.chat.actions import (
    ALINA,
    ARTYOM,
    FRIDAY,
    MARIA,
    PETROVA,
    TIME,
    book,
    choose,
    clinic_cancels,
    look,
    presses,
    ref_of,
    say,
    settle_in_by_chat,
)
from tests.chat.town import Town

pytestmark = pytest.mark.over_http


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody types who presses nothing, and words of the answers."""

    language: str
    read: str
    agree: str
    right: str
    """to a question and on a screen to check"""
    checked: str
    specialist: str
    clinic: str
    any_doctor: str
    other_day: str
    any_time: str
    confirm: str
    booked: str
    thanks: str
    welcome: str
    move: str
    moved: str
    cancel: str
    cancel_whole: str
    wants_whole: str
    yes: str
    cancelled: str


RUSSIAN = Words(
    language="ru",
    read="прочитать",
    agree="согласна",
    right="все верно",
    checked="Полис проверен",
    specialist="к глазному",
    clinic="12",
    any_doctor="к любому",
    other_day="в четверг",
    any_time="пораньше",
    confirm="подтверждаю",
    booked="Мария записана",
    thanks="Спасибо!",
    welcome="Пожалуйста.",
    move="перенести запись",
    moved="✅ Перенесено",
    cancel="хочу отменить запись",
    cancel_whole="отменить запись",
    wants_whole="напишите целиком",
    yes="да",
    cancelled="Запись отменена",
)
ENGLISH = Words(
    language="en",
    read="read",
    agree="I agree",
    right="all right",
    checked="The policy is checked",
    specialist="eye doctor",
    clinic="12",
    any_doctor="any",
    other_day="on Thursday",
    any_time="earliest",
    confirm="yes",
    booked="is booked",
    thanks="Thank you!",
    welcome="You are welcome.",
    move="move the visit",
    moved="✅ Moved",
    cancel="cancel the visit",
    cancel_whole="cancel the visit",
    wants_whole="type its whole name",
    yes="yes",
    cancelled="cancelled",
)


@pytest.mark.parametrize("words", [RUSSIAN, ENGLISH], ids=lambda words: words.language)
async def test_grandmother_does_everything_without_a_button(town: Town, words: Words) -> None:
    """She links the child by two answers, books, thanks, moves and cancels; nothing that stays is shown twice."""
    grandmother = town.chat.person(1005, first_name="Нина", language_code=words.language)
    await say(grandmother, "/start")
    await say(grandmother, words.read)
    for _purpose in range(3):
        await say(grandmother, words.agree)
    await say(grandmother, MARIA.policy_number)
    await say(grandmother, words.right)
    await say(grandmother, MARIA.name.full)
    assert words.checked in (await say(grandmother, words.right)).text

    for typed in (words.specialist, words.clinic, words.specialist, words.any_doctor, words.other_day, words.any_time):
        await say(grandmother, typed)
    booked = await say(grandmother, words.confirm)
    assert words.booked in booked.text
    thanked = await say(grandmother, words.thanks)
    assert thanked.text.startswith(words.welcome)
    assert words.booked not in thanked.text

    for typed in (words.move, words.other_day, words.any_time):
        await say(grandmother, typed)
    moved = await say(grandmother, words.confirm)
    assert words.moved in moved.text
    assert ref_of(moved) == ref_of(booked)
    await say(grandmother, words.cancel)
    assert words.wants_whole in (await say(grandmother, words.cancel_whole)).text
    assert words.cancelled in (await say(grandmother, words.yes)).text
    assert await presses(town) == 0
    assert (await look(grandmother, moved.id)).labels == moved.labels[-2:]


async def test_thanks_for_news_leave_its_offers_to_be_chosen(town: Town) -> None:
    """The text of the news is not sent again, and the person may still answer it with words."""
    mother = town.mother
    await settle_in_by_chat(mother, MARIA)
    await book(mother)
    await clinic_cancels(town, "Мария И.")
    news = await mother.screen()
    thanked = await say(mother, "спасибо")
    assert news.text not in thanked.text
    assert thanked.labels[: len(news.labels) - 2] == news.labels[:-2]
    assert "Проверьте запись" in (await say(mother, news.labels[0])).text
    assert (await look(mother, news.id)).labels == news.labels


async def test_mother_of_three_names_the_child_or_the_doctor_anywhere(town: Town) -> None:
    """What no button of the screen says is looked for one step up, and a kind of doctor opens booking."""
    mother = town.mother
    await settle_in_by_chat(mother, MARIA, ARTYOM, ALINA)
    await book(mother, "Педиатр", PETROVA, FRIDAY, TIME, "Мария")
    await say(mother, "хочу к врачу")
    assert "Пациент: Мария И." in (await say(mother, "мария")).text
    assert "Пациент: Артём К." in (await say(mother, "артёму")).text
    await choose(mother, "Меню")
    assert "Кого записать?" in (await say(mother, "к лору")).text
    await say(mother, "Марию")
    assert "ЛОР" in (await say(mother, "к лору")).text
    assert "Окулист" in (await say(mother, "к окулисту")).text
