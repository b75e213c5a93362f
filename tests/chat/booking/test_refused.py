"""Refused bookings: one time is booked once, and every refusal leads to what is free."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest

from bot.core.refs import read_ref
from dialogs.booking.links import Review, Times
from tests.chat.actions import (
    ARTYOM,
    DAY,
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    account_of,
    at_desk,
    book,
    choose,
    data_of,
    labels,
    ref_of,
    repeat,
    review,
    say,
    send,
    settle_in,
    to_days,
    to_times,
    visits,
)
from tests.chat.town import Town

AT_GARDEN = ("Детская № 12",)


# --- one time for one child -------------------------------------------------------------------------------------------


@pytest.mark.requirement("B19", "B21", "C34")
async def test_held_time_is_hidden_from_others_until_the_hold_expires(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    assert not (await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)).button("08:00")
    await town.pass_time(minutes=3, seconds=1)
    assert (await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)).button("08:00")


@pytest.mark.requirement("B19", "B21")
async def test_booked_time_is_hidden_from_others(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    offered = labels(await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN), TIME)
    assert offered == ["09:00 · справка", "10:45 · длинный"]


@pytest.mark.requirement("B21", "B37")
async def test_time_lost_to_another_parent_is_refused_with_free_neighbours(town: Town) -> None:
    """The hold expires while the mother reads; the father books the time; the mother's «Записаться» is refused."""
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await review(town.mother, "Педиатр", PETROVA, FRIDAY, "10:00")
    await town.pass_time(minutes=4)  # the hold expires, the screen stays
    await review(town.father, "Педиатр", PETROVA, FRIDAY, "10:00", *AT_GARDEN)
    assert "записан" in (await choose(town.father, "Записаться")).text
    lost = await town.mother.press("Записаться")
    assert lost.alert == "10:00 только что заняли. Рядом свободно 09:30 и 09:15."
    fresh = await town.mother.screen()
    assert "Пятница, 27 ноября" in fresh.text
    assert not fresh.button("10:00")


async def test_time_pressed_by_two_parents_at_once_is_held_for_one(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    hers = await to_times(town.mother)
    his = await to_times(town.father, "Педиатр", PETROVA, THURSDAY, *AT_GARDEN)
    answers = await asyncio.gather(repeat(town.mother, hers, "09:00"), repeat(town.father, his, "09:00"))
    assert sorted("только что заняли" in (answer.alert or "") for answer in answers) == [False, True]


async def test_double_tap_books_one_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    reviewed = await review(mother)
    await asyncio.gather(*[repeat(mother, reviewed, "Записаться") for _ in range(2)])
    booked = await mother.screen()
    account = await account_of(town, mother)
    [card] = await town.app.services.visits.upcoming(account.id)
    assert card.appointment.ref == read_ref(ref_of(booked))
    assert len(labels(await at_desk(town), re.compile("Мария И."))) == 1


async def test_old_confirm_button_of_a_cancelled_visit_books_nothing(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    reviewed = await review(mother)
    await choose(mother, "Записаться", "Отменить", "Да, отменить")
    await repeat(mother, reviewed, "Записаться")
    assert "Запись отменена" in (await mother.screen()).text
    assert "Записей к врачу нет" in (await visits(mother)).text


async def test_expired_order_is_refused_and_shows_free_days(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await review(mother)
    await town.pass_time(hours=20)
    refused = await mother.press("Записаться")
    assert refused.alert is not None
    assert "устарел" in refused.alert
    assert labels(await mother.screen(), DAY)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("B37")
async def test_second_visit_to_a_specialty_is_refused_and_shows_the_first(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/book")
    refused = await mother.press("Педиатр · запись 26 ноя")
    assert refused.alert is not None, "it is said at the first tap"
    assert "чт 26 ноября, 08:00" in refused.alert
    shown = await mother.screen()
    assert ref_of(shown) == ref_of(booked)
    assert {"Перенести", "Отменить"} <= set(shown.labels)


@pytest.mark.requirement("B37")
async def test_second_visit_at_the_same_time_is_refused(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await to_times(mother, "Стоматолог", "Тихонова")
    refused = await mother.press("08:00")
    assert refused.alert == "На это время уже есть другая запись: чт 26 ноября, 08:00. Выберите другое время."


async def test_second_visit_at_the_same_time_in_another_clinic_is_refused(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "09:00")
    await say(mother, "/book")
    await choose(mother, "Другая поликлиника", "Детская № 7", "ЛОР", "Гусева", THURSDAY)
    refused = await mother.press("09:00")
    assert refused.alert == "На это время уже есть другая запись: чт 26 ноября, 09:00. Выберите другое время."


@pytest.mark.requirement("B34")
async def test_time_that_was_never_published_is_refused(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    shown = await to_times(mother, "Педиатр", PETROVA, THURSDAY)
    data = data_of(shown, "08:00")
    published = Review.unpack(data)
    forged = published.model_copy(update={"start": published.start + timedelta(minutes=5)})
    refused, after = await send(mother, forged.pack())
    assert refused.alert is not None
    assert "08:05 только что заняли" in refused.alert
    assert not after.button("Записаться")


@pytest.mark.requirement("B34")
async def test_time_in_the_past_is_refused(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await to_times(mother, "Педиатр", PETROVA, "пн 23")
    await town.pass_time(hours=1)
    refused = await mother.press("12:30")
    assert refused.alert == "На это время записаться уже нельзя. Вот что свободно."
    assert (await choose(mother, "пн 23")).button("13:30")


@pytest.mark.requirement("B34")
async def test_day_after_the_clinics_horizon_has_no_times(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    days = await to_days(mother)
    first = Times.unpack(data_of(days, DAY))
    after_horizon = first.model_copy(update={"day": first.day + timedelta(days=40)})
    _answer, shown = await send(mother, after_horizon.pack())
    assert "свободного времени не осталось" in shown.text
    assert shown.button("Другой день")


@pytest.mark.requirement("C33")
async def test_pages_of_days_do_not_overlap_and_turn_back(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    first = await to_days(mother)
    later = await choose(mother, "Дальше")
    assert not set(labels(first, DAY)) & set(labels(later, DAY))
    assert (await choose(mother, "‹ Стр. 1")).labels == first.labels
