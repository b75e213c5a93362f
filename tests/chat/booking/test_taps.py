"""Taps: how often a person presses a button on the way to what he came for, counted where Telegram counts them."""

from __future__ import annotations

import re

import pytest

from tests.chat.actions import (
    ARTYOM,
    DAY,
    FRIDAY,
    MARIA,
    TIME,
    book,
    choose,
    clinic_cancels,
    consent,
    link,
    moscow,
    pass_until,
    presses,
    say,
    settle_in,
)
from tests.chat.town import Town


@pytest.mark.requirement("C6")
async def test_the_first_visit_after_linking_takes_six_taps_at_most(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await link(mother, MARIA)
    before = await presses(town)
    booked = await choose(mother, "Записаться к врачу", "Педиатр", "Петрова", DAY, TIME, "Записаться")
    assert "✅ Записаны" in booked.text
    assert await presses(town) - before <= 6


async def test_with_any_doctor_the_first_visit_takes_four(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    before = await presses(town)
    await choose(mother, "Записаться к врачу", "Педиатр", "Любой врач")
    booked = await choose(mother, "Записаться")
    assert "✅ Записаны" in booked.text
    assert await presses(town) - before <= 4


@pytest.mark.requirement("B50")
async def test_a_visit_is_cancelled_in_three_taps_from_the_menu(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/menu")
    before = await presses(town)
    cancelled = await choose(mother, "Мои записи", "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    assert await presses(town) - before <= 3


async def test_of_several_visits_one_is_cancelled_in_three_taps_from_their_list(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", "Петрова", FRIDAY, TIME, "Мария")
    await book(mother, "Педиатр", "Ким", DAY, TIME, "Артём")
    await say(mother, "/visits")
    before = await presses(town)
    cancelled = await choose(mother, re.compile("Мария$"), "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    assert await presses(town) - before <= 3


async def test_from_the_reminder_to_the_moved_visit_it_is_four_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await pass_until(town, moscow(25, 18))
    before = await presses(town)
    moved = await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    assert "✅ Перенесено" in moved.text
    assert await presses(town) - before <= 4


async def test_another_time_after_the_clinics_cancellation_is_taken_in_two(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await clinic_cancels(town, "Мария И.")
    news = await mother.screen()
    before = await presses(town)
    assert "✅ Записаны" in (await choose(mother, news.labels[0], "Записаться")).text
    assert await presses(town) - before <= 2
