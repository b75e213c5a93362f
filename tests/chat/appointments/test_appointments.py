"""Visits ahead: listed, moved and cancelled, in step with the clinic's schedule."""

from __future__ import annotations

import re

import pytest

from tests.chat.actions import (
    ALINA,
    ARTYOM,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    ZAITSEV,
    at_desk,
    book,
    choose,
    moment_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    repeat,
    review,
    say,
    settle_in,
    to_times,
    visits,
)
from tests.chat.town import Town

AT_GARDEN = ("Другая поликлиника", "Детская № 12")


# --- the list and the card --------------------------------------------------------------------------------------------


@pytest.mark.requirement("D2")
async def test_list_shows_all_visits_and_a_card_its_place_and_buttons(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await book(mother, "ЛОР", ZAITSEV, FRIDAY, "13:00")
    listed = await visits(mother)
    assert listed.labels[:2] == ["чт 26 ноя 08:00 · Педиатр · Мария", "пт 27 ноя 13:00 · ЛОР · Мария"]
    assert "Детская № 12, Садовая, 5: чт 26 ноя 08:00, пт 27 ноя 13:00" in listed.text
    card = await choose(mother, "Педиатр")
    assert "чт 26 ноября, 08:00" in card.text
    assert "Детская № 12, Садовая, 5, кабинет 101" in card.text
    assert {"Перенести", "Отменить"} <= set(card.labels)


async def test_list_names_the_zone_of_another_towns_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ALINA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00", "Мария")
    await book(mother, "Педиатр", "Уральская", THURSDAY, TIME, "Алина", "Детская № 4")
    listed = await visits(mother)
    assert re.search(r"Екатеринбург, Луговая, 11: .* \d\d:\d\d по Екатеринбургу$", listed.text, re.MULTILINE)
    assert re.search(r"Садовая, 5: .* 08:00$", listed.text, re.MULTILINE)


async def test_only_visit_is_shown_without_a_list(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    booked = await book(town.mother)
    assert ref_of(await visits(town.mother)) == ref_of(booked)


async def test_empty_list_offers_to_book(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    assert (await visits(town.mother)).button("Записаться к врачу")


@pytest.mark.requirement("A16", "C5")
async def test_menu_shows_the_nearest_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    assert "записей к врачу нет" in (await say(mother, "/start")).text
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    menu = await say(mother, "/start")
    assert "чт 26 ноября, 08:00, педиатр Петрова А. С." in menu.text
    assert menu.button("Мои записи · 1")


# --- moving -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B13", "C23", "D2")
async def test_moved_visit_keeps_its_number_and_frees_its_old_time(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    booked = await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await visits(town.mother)
    checked = await choose(town.mother, "Перенести", FRIDAY, "10:00")
    assert "Проверьте перенос" in checked.text
    assert "Вместо записи: чт 26 ноября, 08:00" in checked.text
    moved = await choose(town.mother, "Перенести")
    assert f"Перенесено. Номер записи {ref_of(booked)}" in moved.text
    assert moment_of(moved) == "пт 27 ноября, 10:00"
    assert (await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)).button("08:00")
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" not in (await at_desk(town)).labels
    assert "10:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town, "27 ноября")).labels


async def test_history_says_each_act_on_a_visit_in_one_line(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await choose(mother, "Перенести", FRIDAY, "10:00", "Перенести")
    await choose(mother, "Отменить", "Да, отменить")
    await say(mother, "/children")
    seen = await choose(mother, "Мария И.", "История")
    assert [line for line in seen.text.splitlines() if "Педиатр" in line] == [
        "23 ноября, 12:00 · Вы отменили запись: Педиатр, пт 27 ноября, 10:00",
        "23 ноября, 12:00 · Вы перенесли запись: Педиатр, чт 26 ноября, 08:00 → пт 27 ноября, 10:00",
        "23 ноября, 12:00 · Вы записали ребёнка: Педиатр, чт 26 ноября, 08:00",
    ]


@pytest.mark.requirement("C23")
async def test_moved_visit_moves_its_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    moved = await choose(mother, "Перенести", FRIDAY, "10:00", "Перенести")
    assert "Напомню: чт 26 ноября, 18:00" in moved.text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(26, 18))
    assert "завтра, пт 27 ноября, 10:00" in (await mother.screen()).text


async def test_declined_move_leaves_the_visit_unchanged(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await choose(mother, "Перенести", FRIDAY, "10:00")
    kept = await choose(mother, "Не переносить")
    assert moment_of(kept) == "чт 26 ноября, 08:00"
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels


async def test_visit_is_moved_within_its_day(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    moved = await choose(mother, "Перенести", THURSDAY, "09:00", "Перенести")
    assert moment_of(moved) == "чт 26 ноября, 09:00"


async def test_visit_that_begins_soon_is_cancelled_but_not_moved(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "пн 23", "13:30")
    seen = await mother.screen()
    assert "Перенести здесь уже поздно. Если нужно, позвоните в поликлинику: +7 000 000-12-12" in seen.text
    assert "Перенести" not in seen.labels
    assert "Приём уже скоро: отдельно о нём не напомню." in seen.text
    asked = await choose(mother, "Отменить")
    assert "Перенести здесь уже поздно" in asked.text
    assert "Лучше перенести" not in asked.labels


# --- cancelling -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B50", "C23")
async def test_cancelled_visit_frees_its_time_after_one_question(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await visits(town.mother)
    question = await choose(town.mother, "Отменить")
    assert "Отменить эту запись?" in question.text
    assert {"Да, отменить", "Лучше перенести", "Оставить", "Меню"} <= set(question.labels)
    cancelled = await choose(town.mother, "Да, отменить")
    assert "Запись отменена" in cancelled.text
    assert "поздн" not in cancelled.text
    assert "Записей к врачу нет" in (await visits(town.mother)).text
    assert (await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)).button("08:00")
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" not in (await at_desk(town)).labels


async def test_cancelled_visit_sends_no_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await choose(mother, "Отменить", "Да, отменить")
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    await pass_until(town, moscow(26, 9))
    assert await new_messages(mother, before) == []


async def test_late_cancellation_is_announced_and_marked(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "пн 23", "13:30")
    assert "отметит отмену как позднюю" in (await choose(mother, "Отменить")).text
    assert "была поздней" in (await choose(mother, "Да, отменить")).text


async def test_visit_that_is_too_near_to_move_has_no_button_for_it(town: Town) -> None:
    """The reason and the telephone are there instead; an older button says the same at the first press."""
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, "вт 24", "08:00")
    assert booked.button("Перенести")
    await town.pass_time(hours=19)
    refused = await repeat(mother, booked, "Перенести")
    assert "перенести здесь уже нельзя" in (refused.alert or "")
    seen = (await visits(mother)).text
    assert "Перенести здесь уже поздно. Если нужно, позвоните в поликлинику: +7" in seen
    assert "Напомню" not in seen, "at 08:00, when the visit begins"
    assert not (await mother.screen()).button("Перенести")


async def test_kept_visit_is_unchanged(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    kept = await choose(mother, "Отменить", "Оставить")
    assert ref_of(kept) == ref_of(booked)
    assert moment_of(kept) == moment_of(booked)


async def test_second_cancellation_shows_the_cancelled_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    question = await choose(mother, "Отменить")
    for _ in range(2):
        await repeat(mother, question, "Да, отменить")
        assert "Запись отменена" in (await mother.screen()).text


async def test_old_button_of_a_cancelled_visit_shows_the_cancellation(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    await choose(mother, "Отменить", "Да, отменить")
    answer = await repeat(mother, booked, "Отменить")
    assert answer.alert == "Эта запись уже не действует."
    assert "Запись отменена" in (await mother.screen()).text


async def test_cancelled_visit_booked_anew_gets_another_number(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await choose(mother, "Отменить", "Да, отменить", "Записаться снова", PETROVA, THURSDAY, "08:00")
    again = await choose(mother, "Записаться")
    assert moment_of(again) == "чт 26 ноября, 08:00"
    assert ref_of(again) != ref_of(booked)


async def test_past_visit_can_only_be_booked_anew(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, "пн 23", "13:30")
    await town.pass_time(hours=3)
    await repeat(mother, booked, "Отменить")
    past = await mother.screen()
    assert "уже прошёл" in past.text
    assert not past.button("Да, отменить")
    assert "Записей к врачу нет" in (await visits(mother)).text
    assert past.button("Записаться снова")


@pytest.mark.requirement("D3")
async def test_repeated_confirmation_after_a_restart_books_one_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    reviewed = await review(mother)
    await repeat(mother, reviewed, "Записаться")
    await town.restart()
    await repeat(mother, reviewed, "Записаться")
    await town.pass_time(minutes=1)
    assert len([label for label in (await at_desk(town)).labels if "Мария И." in label]) == 1


# --- what is over -----------------------------------------------------------------------------------------------------


async def test_past_visits_are_listed_and_cannot_be_moved(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await pass_until(town, moscow(26, 7))
    late = await repeat(mother, booked, "Перенести")
    assert "перенести здесь уже нельзя" in str(late.alert)
    assert "по телефону: +7" in str(late.alert)
    await pass_until(town, moscow(27, 9))
    assert (await repeat(mother, booked, "Перенести")).alert == "Эта запись уже не действует."
    await visits(mother)
    seen = await choose(mother, "Прошедшие")
    assert "26.11.2026 · Педиатр · Мария" in seen.labels
    assert "Этот приём уже прошёл" in (await choose(mother, "26.11.2026 · Педиатр · Мария")).text
    assert "Прошедшие приёмы" in (await choose(mother, "Назад")).text
