"""Messages about visits: the reminder, and the changes that the clinic makes."""

from __future__ import annotations

import re

import pytest

from tests.chat.actions import (
    ALINA,
    ARTYOM,
    DOCTOR_ILL,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    account_of,
    at_desk,
    book,
    choose,
    clinic_cancels,
    clinic_moves,
    consent,
    link,
    moment_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    repeat,
    say,
    settle_in,
    visits,
)
from tests.chat.policy_register import register_down
from tests.chat.town import Town

# --- while an answer is typed -----------------------------------------------------------------------------------------


@pytest.mark.requirement("E38")
async def test_check_result_waits_until_nothing_is_typed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    mother = town.mother
    await consent(mother)
    with register_down(monkeypatch):
        await link(mother, MARIA)
        await say(mother, "/children")
        question = await choose(mother, "Добавить ребёнка", "Номер полиса")
        await town.pass_time(minutes=1, seconds=30)
    before = await mother.messages()
    assert "не хватает" in (await say(mother, ARTYOM.policy_number[:-1])).text
    await town.pass_time(minutes=1, seconds=59)
    assert await new_messages(mother, before) == []
    assert (await mother.screen()).id == question.id
    await town.pass_time(seconds=1)
    [verdict] = await new_messages(mother, before)
    assert "Полис проверен" in verdict.text


async def test_answer_typed_below_a_message_gets_its_screen_below(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/children")
    question = await choose(mother, "Добавить ребёнка", "Номер полиса")
    await town.pass_time(minutes=2)
    await clinic_cancels(town, "Мария И.")
    [news] = [seen for seen in await mother.messages() if "Поликлиника отменила" in seen.text]
    assert news.id > question.id
    facts = await say(mother, ARTYOM.policy_number)
    assert "полис мальчика" in facts.text
    assert facts.id > news.id
    assert (await say(mother, "Королёв Артём Дмитриевич")).id == facts.id


# --- the reminder -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("C22")
async def test_reminder_the_day_before_says_who_when_where_and_what_to_take(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    before = await mother.messages()
    await pass_until(town, moscow(25, 17, 59))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю: завтра, чт 26 ноября, 08:00" in reminder.text
    for fact in ("Мария И.", "Петрова", "Садовая, 5, кабинет 101", "полис", ref_of(booked)):
        assert fact in reminder.text
    assert {"Придём", "Перенести", "Отменить"} <= set(reminder.labels)
    assert await new_messages(town.father, []) == []


async def test_reminder_of_another_zone_uses_its_local_time(town: Town) -> None:
    """It is sent at 18:00 of the clinic, and the visit is shown in the time of the clinic."""
    mother = town.mother
    await settle_in(mother, ALINA)
    await book(mother, "Педиатр", "Уральская", THURSDAY, TIME, "Детская № 4, Урал")
    before = await mother.messages()
    await pass_until(town, moscow(25, 15, 59))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 16))
    [reminder] = await new_messages(mother, before)
    assert re.search(r"Напоминаю: завтра, чт 26 ноября, \d\d:\d\d по Екатеринбургу", reminder.text)


async def test_confirmed_visit_shows_the_confirmation(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await pass_until(town, moscow(25, 18))
    assert "Вы подтвердили, что придёте" in (await choose(mother, "Придём")).text


async def test_cancellation_from_the_reminder_is_marked_late(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await pass_until(town, moscow(25, 18))
    assert "была поздней" in (await choose(mother, "Отменить", "Да, отменить")).text


async def test_reminder_is_sent_once(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    for _ in range(3):
        await town.pass_time(minutes=10)
    assert len(await new_messages(mother, before)) == 1


async def test_visit_booked_late_gets_a_later_reminder(town: Town) -> None:
    """Booked in the evening for the next morning, it is reminded of late that evening."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await pass_until(town, moscow(25, 19))
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    assert "Напомню: сегодня, ср 25 ноября, 21:30" in booked.text
    before = await mother.messages()
    await pass_until(town, moscow(25, 21, 30))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю: завтра, чт 26 ноября, 10:45" in reminder.text


async def test_reminder_of_a_past_visit_is_not_sent(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    before = await mother.messages()
    await town.pass_time(days=4)
    assert await new_messages(mother, before) == []


async def test_visit_cancelled_at_the_clinic_sends_no_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await at_desk(town)
    before = await mother.messages()
    await choose(town.registrar, "Мария И.", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await pass_until(town, moscow(25, 18))
    [news] = await new_messages(mother, before)
    assert "Поликлиника отменила приём" in news.text


async def test_revoked_consent_to_reminders_stops_only_them(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/data")
    question = await choose(mother, "Отозвать: напоминания")
    assert "Остальное будет работать как раньше" in question.text
    await choose(mother, "Отозвать")
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []
    assert "Петрова" in (await visits(mother)).text


# --- what the clinic changes ------------------------------------------------------------------------------------------


@pytest.mark.requirement("D3")
async def test_visit_cancelled_by_the_clinic_offers_other_times(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await clinic_cancels(town, "Мария И.")
    news = await mother.screen()
    assert "Поликлиника отменила приём: чт 26 ноября, 08:00" in news.text
    assert "+7 000 000-12-12" in news.text
    assert {"Другое время", "Не нужно"} <= set(news.labels)
    taken = await choose(mother, news.labels[0], "Записаться")
    assert "записан" in taken.text
    assert ref_of(taken) != ref_of(booked)
    assert ref_of(await visits(mother)) == ref_of(taken)


async def test_other_time_after_the_clinic_cancelled_is_of_the_same_specialty(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await clinic_cancels(town, "Мария И.")
    assert "Педиатр. Рядом с врачом" in (await choose(mother, "Другое время")).text


@pytest.mark.requirement("D3")
async def test_visit_moved_by_the_clinic_shows_both_times_and_keeps_number(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await clinic_moves(town, "Мария И.")
    news = await mother.screen()
    assert "Поликлиника перенесла приём" in news.text
    assert "Было: чт 26 ноября, 08:00" in news.text
    assert {"Подходит", "Перенести", "Отменить"} <= set(news.labels)
    card = await choose(mother, "Подходит")
    assert ref_of(card) == ref_of(booked)
    assert moment_of(card) in news.text
    assert moment_of(card) != moment_of(booked)


async def test_visit_moved_by_the_clinic_moves_its_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await clinic_moves(town, "Мария И.")
    moved = await visits(mother)
    await pass_until(town, moscow(26, 18))
    assert f"Напоминаю: завтра, {moment_of(moved)}" in (await mother.screen()).text


async def test_old_button_of_a_visit_cancelled_by_the_clinic_books_nothing(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    await clinic_cancels(town, "Мария И.")
    refused = await repeat(mother, booked, "Перенести")
    assert refused.alert == "Эта запись уже не действует."
    assert "Поликлиника отменила этот приём" in (await mother.screen()).text


async def test_message_waits_while_the_bot_is_blocked(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await mother.block()
    await town.chat.wait_idle()
    account = await account_of(town, mother)
    assert not account.reachable
    await clinic_cancels(town, "Мария И.")
    assert await town.chat.refusals("sendMessage") == []
    await mother.unblock()
    await town.chat.wait_idle()
    await town.work()
    assert "Поликлиника отменила приём" in (await mother.screen()).text
