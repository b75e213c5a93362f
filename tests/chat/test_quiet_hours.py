"""Quiet hours and last useful moments are kept at sending too, however long the bot was down."""

from __future__ import annotations

from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    clinic_cancels,
    moscow,
    new_messages,
    pass_until,
    settle_in,
)
from tests.chat.town import Town


async def test_reminder_that_missed_its_moment_waits_for_the_morning(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    before = await town.mother.messages()
    await pass_until(town, moscow(26, 2, 40))
    assert await new_messages(town.mother, before) == []
    await pass_until(town, moscow(26, 8))
    [reminder] = await new_messages(town.mother, before)
    assert "Напоминаю: сегодня" in reminder.text


async def test_reminder_is_not_sent_after_the_visit(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    before = await town.mother.messages()
    await pass_until(town, moscow(26, 10, 46))
    assert await new_messages(town.mother, before) == []


async def test_news_of_the_clinic_waits_for_the_morning(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    before = await town.mother.messages()
    await pass_until(town, moscow(24, 23))
    await clinic_cancels(town, "Мария И.")
    await pass_until(town, moscow(25, 7, 59))
    assert await new_messages(town.mother, before) == []
    await pass_until(town, moscow(25, 8))
    [news] = await new_messages(town.mother, before)
    assert "Поликлиника отменила приём" in news.text


async def test_early_visit_that_the_clinic_cancels_is_told_in_the_night(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await pass_until(town, moscow(25, 23))
    before = await town.mother.messages()
    await clinic_cancels(town, "Мария И.")
    await pass_until(town, moscow(25, 23, 1))
    [news] = await new_messages(town.mother, before)
    assert "Поликлиника отменила приём" in news.text


async def test_news_to_a_person_who_had_blocked_the_bot_is_told_on_return(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    before = await town.mother.messages()
    await town.mother.block()
    await town.chat.wait_idle()
    await clinic_cancels(town, "Мария И.")
    await town.pass_time(hours=1)
    await town.mother.unblock()
    await town.chat.wait_idle()
    await town.pass_time(minutes=1)
    [news] = await new_messages(town.mother, before)
    assert "Поликлиника отменила приём" in news.text
