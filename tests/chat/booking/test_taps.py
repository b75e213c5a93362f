"""The number of presses from a goal to its result, counted by the emulator."""

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
async def test_linking_and_booking_take_few_answers_and_taps(town: Town) -> None:
    """The README says the same numbers. A new card chooses its clinic once, on the screen of the confirmed policy."""
    mother = town.mother
    await consent(mother)
    typed, before = await answers(town), await presses(town)
    await link(mother, MARIA)
    assert (await answers(town) - typed, await presses(town) - before) == (2, 2)  # «Да», «Проверить полис»
    before = await presses(town)
    booked = await choose(mother, "Детская № 12", "Педиатр", "Петрова", DAY, TIME, "Записаться")
    assert "записан" in booked.text
    assert await presses(town) - before == 6
    # Later: the same specialty, at the clinic that is known by now.
    await town.pass_time(days=2)
    await say(mother, "/menu")
    before = await presses(town)
    booked = await choose(mother, "Записаться к врачу", "Снова педиатр", "Записаться")
    assert "записан" in booked.text
    assert await presses(town) - before == 3


async def test_first_visit_to_any_doctor_takes_four_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    before = await presses(town)
    booked = await choose(mother, "Детская № 12", "Педиатр", "Любой врач", "Записаться")
    assert "записан" in booked.text
    assert await presses(town) - before == 4


async def answers(town: Town) -> int:
    """Return how many texts have been typed so far, commands left out."""
    texts = [update["message"].get("text", "") for update in await town.chat.updates() if "message" in update]
    return sum(bool(text) and not text.startswith("/") for text in texts)


@pytest.mark.requirement("B50")
async def test_cancelling_from_the_menu_takes_at_most_three_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/menu")
    before = await presses(town)
    cancelled = await choose(mother, "Мои записи", "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    assert await presses(town) - before <= 3


async def test_cancelling_from_a_list_of_visits_takes_at_most_three_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", "Петрова", FRIDAY, TIME, "Мария")
    await book(mother, "Педиатр", "Ким", DAY, TIME, "Артём", "Детская № 7")
    await say(mother, "/visits")
    before = await presses(town)
    cancelled = await choose(mother, re.compile("Мария$"), "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    assert await presses(town) - before <= 3


async def test_moving_from_the_reminder_takes_at_most_four_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await pass_until(town, moscow(25, 18))
    before = await presses(town)
    moved = await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    assert "✅ Перенесено" in moved.text
    assert await presses(town) - before <= 4


async def test_booking_anew_after_the_clinic_cancelled_takes_at_most_two_taps(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await clinic_cancels(town, "Мария И.")
    news = await mother.screen()
    before = await presses(town)
    assert "записан" in (await choose(mother, news.labels[0], "Записаться")).text
    assert await presses(town) - before <= 2
