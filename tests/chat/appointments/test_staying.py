"""Confirmations, the clinic's changes and reminders stay in the chat: what is pressed on them goes on below."""

from __future__ import annotations

import asyncio

from tests.chat.actions import (
    DOCTOR_ILL,
    FRIDAY,
    MARIA,
    PETROVA,
    TIME,
    at_desk,
    book,
    choose,
    clinic_cancels,
    clinic_moves,
    look,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    repeat,
    settle_in,
)
from tests.chat.town import Town

LEFT = ["Открыть запись", "Меню"]


async def test_confirmations_of_a_booking_a_move_and_a_cancellation_stay(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    moved = await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    assert moved.id > booked.id
    assert "✅ Перенесено" in moved.text
    cancelled = await choose(mother, "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    menu = await choose(mother, "Меню")
    assert menu.id > cancelled.id > moved.id
    for stayed in (booked, moved, cancelled):
        seen = await look(mother, stayed.id)
        assert (seen.text, seen.labels) == (stayed.text, LEFT)
    await mother.press("Открыть запись", await look(mother, booked.id))
    assert (await mother.screen()).id > menu.id
    assert (await look(mother, menu.id)).text == menu.text


async def test_two_presses_on_a_confirmation_open_one_message(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    before = await mother.messages()
    await asyncio.gather(*[repeat(mother, booked, "Перенести") for _ in range(2)])
    [days] = await new_messages(mother, before)
    assert "На какой день?" in days.text
    assert "Переносим. Сейчас запись на чт 26 ноября, 08:00." in days.text
    await mother.press("Меню", await look(mother, booked.id))
    assert [each.id for each in await new_messages(mother, before)] == [days.id]
    assert (await look(mother, booked.id)).text == booked.text


async def test_what_followed_a_confirmation_is_not_overwritten_when_it_stays_too(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother)
    moved = await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    await mother.press("Меню", await look(mother, booked.id))
    assert (await look(mother, moved.id)).text == moved.text
    assert (await mother.screen()).id > moved.id


async def test_message_that_stays_announces_no_buttons_that_go(town: Town) -> None:
    """The emulator refuses to leave a text that ends with a colon without the buttons that it announces."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA)
    await clinic_cancels(town, "Мария И.")
    told = await mother.screen()
    assert "Могу сразу записать на другое время." in told.text
    await choose(mother, "Не нужно")
    seen = await look(mother, told.id)
    assert (seen.text, seen.labels) == (told.text, LEFT)
    assert await town.chat.refusals("editMessageReplyMarkup") == []


async def test_news_of_the_clinic_and_reminders_stay(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA)
    await clinic_moves(town, "Мария И.")
    moved = await mother.screen()
    suits = await choose(mother, "Подходит")
    assert suits.id > moved.id
    await pass_until(town, moscow(26, 18))
    reminder = await mother.screen()
    assert "Вы подтвердили, что придёте" in (await choose(mother, "Придём")).text
    await at_desk(town, "27 ноября")
    await choose(town.registrar, "Дальше", "Мария И.", "Отменить приём", DOCTOR_ILL, "Да, отменить")
    await town.pass_time(seconds=60)
    cancelled = await mother.screen()
    await choose(mother, "Не нужно")
    opened = await choose(mother, "Открыть запись")
    assert "Поликлиника отменила этот приём" in opened.text
    for stayed in (booked, moved, reminder, cancelled):
        seen = await look(mother, stayed.id)
        assert seen.text == stayed.text
    assert (await look(mother, cancelled.id)).labels == LEFT
    assert ref_of(reminder) == ref_of(booked)


async def test_news_of_a_visit_replies_to_the_last_message_about_it(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA)
    moved = await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    await pass_until(town, moscow(26, 18))
    reminder = await mother.screen()
    assert reminder.raw["reply_to"] == moved.id
    await mother.delete(reminder.id)
    await clinic_cancels(town, "Мария И.", day="27 ноября")
    cancelled = await mother.screen()
    assert "Поликлиника отменила приём" in cancelled.text
    assert "reply_to" not in cancelled.raw
