"""A closing that meets what people do at the same time: a review that is open, who has come, a delay."""

from __future__ import annotations

import re

import pytest

from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    at_desk,
    book,
    choose,
    data_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    review,
    say,
    settle_in,
)
from tests.chat.staff.test_arrivals import at_desk_again
from tests.chat.staff.test_closing import to_day
from tests.chat.town import Town


async def close_day(town: Town) -> None:
    await to_day(town)
    await choose(town.registrar, "Закрыть часы", "Весь день", "Врач заболел", "Да, закрыть")


async def live_visits(town: Town) -> int:
    rows = await town.app.store.database.read(
        lambda connection: connection.fetch("SELECT 1 FROM appointments WHERE status IN ('PENDING', 'BOOKED')", {})
    )
    return len(rows)


@pytest.mark.requirement("C22")
async def test_time_that_closes_under_a_review_is_not_booked(town: Town) -> None:
    """The hold ends with the closing; the parent chooses again, and is told of nothing that was never booked."""
    await settle_in(town.mother, MARIA)
    await review(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await close_day(town)
    known = await town.mother.messages()
    answer = await town.mother.press("Записаться")
    assert answer.alert is not None
    assert await live_visits(town) == 0
    await town.pass_time(minutes=2)
    assert not [each for each in await new_messages(town.mother, known) if "отменила" in each.text]


@pytest.mark.requirement("C22", "C23")
async def test_visit_that_is_given_back_under_a_review_is_the_only_one(town: Town) -> None:
    """The parent looks at the time that was kept when the day opens again."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    known = await town.mother.messages()
    await close_day(town)
    await town.pass_time(minutes=1)
    [message] = await new_messages(town.mother, known)
    await town.mother.press_data(message.id, data_of(message, re.compile(" · ")))
    known = await town.mother.messages()
    await choose(town.registrar, "Открыть снова", "Да, открыть")
    answer = await town.mother.press("Записаться")
    assert answer.alert is not None
    assert "уже записан" in answer.alert
    await town.pass_time(minutes=2)
    told = [each.text for each in await new_messages(town.mother, known)]
    assert sum("вернула запись" in each for each in told) <= 1
    assert await live_visits(town) == 1


@pytest.mark.requirement("B41", "C23")
async def test_who_had_come_is_told_and_has_come_again_when_the_day_opens(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    await pass_until(town, moscow(26, 7, 50))
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.", "Пришёл")
    known = await town.mother.messages()
    await close_day(town)
    await town.pass_time(minutes=1)
    assert "отменила приём" in (await new_messages(town.mother, known))[0].text
    known = await town.mother.messages()
    await choose(town.registrar, "Открыть снова", "Да, открыть")
    await town.pass_time(minutes=1)
    assert "вернула запись" in (await new_messages(town.mother, known))[0].text
    await say(town.registrar, "/day")
    assert "✅ Пришёл в 07:50." in (await say(town.registrar, ref)).text
    await pass_until(town, moscow(27, 0, 30))
    assert "✅ Приём состоялся." in (await at_desk_again(town.registrar, ref)).text


async def test_delay_is_told_to_nobody_whose_visit_is_called_off(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    await pass_until(town, moscow(26, 8, 40))
    await close_day(town)
    await town.pass_time(minutes=1)
    known = await town.mother.messages()
    await choose(town.registrar, "Назад", "Врач задерживается")
    await town.registrar.press("20 мин")
    asked = await town.registrar.wait_for("На сегодня больше никто не записан.")
    assert not asked.button("Да, сообщить")
    await town.pass_time(minutes=2)
    assert await new_messages(town.mother, known) == []


async def test_desk_is_reminded_whom_it_has_called_before_it_opens_again(town: Town) -> None:
    await close_day(town)
    asked = await choose(town.registrar, "Открыть снова")
    assert "Уже позвонили" not in asked.text
    await choose(town.registrar, "Назад", re.compile("☎️ 08:30"))
    asked = await choose(town.registrar, "Открыть снова")
    assert "Уже позвонили: 1. Сначала напечатайте список и позвоните им снова." in asked.text


async def test_lists_of_a_closing_say_how_many_visits_cannot_be_read(town: Town) -> None:
    """Their people stand on no list to telephone: the desk has to know that there are some."""
    await to_day(town)
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_persons SET person = X'00' WHERE id IN (SELECT b.person_id FROM registry_bookings b"
            " JOIN registry_slots s ON s.id = b.slot_id JOIN registry_doctors d ON d.id = s.doctor_id"
            " WHERE s.local_day = '2026-11-26' AND d.family = 'Петрова' AND b.status = 'BOOKED' LIMIT 1)",
            {},
        )
    )
    asked = await choose(town.registrar, "Закрыть часы", "Весь день", "Врач заболел")
    assert "Не удаётся прочитать 1 запись" in asked.text
    assert "Не удаётся прочитать 1 запись" in (await choose(town.registrar, "Да, закрыть")).text
