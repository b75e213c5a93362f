"""Late cancellations block booking at a clinic that says so: what is said, what counts, and the desk that opens it."""

from __future__ import annotations

import json
import re

import pytest

from bot.core.people import Role
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    at_desk,
    book,
    choose,
    clinic_cancels,
    data_of,
    moscow,
    new_messages,
    pass_until,
    repeat,
    say,
    settle_in,
)
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.staff.test_arrivals import appoint, behind_code
from tests.chat.town import Town
from tests.desk_code import CODE


async def let_block(town: Town, **facts: object) -> None:
    """Let the first clinic say in its file that late cancellations block booking."""
    details = json.dumps({"late_cancels": 2, "block_days": 14} | facts)
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_clinics SET details = :details WHERE id = 1", {"details": details}
        )
    )
    await town.app.services.directory.refresh()


async def cancel_late(person: Person, time: str) -> ChatMessage:
    await book(person, "Педиатр", PETROVA, "пн 23", time)
    await choose(person, "Отменить")
    return await choose(person, "Да, отменить")


async def to_booking(person: Person) -> ChatMessage:
    await person.start()
    return await choose(person, "Записаться к врачу")


@pytest.mark.requirement("C23")
async def test_first_tap_says_until_when_late_cancellations_close_booking(town: Town) -> None:
    await let_block(town)
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "пн 23", "13:30")
    asked = await choose(mother, "Отменить")
    assert "Поздних отмен станет 1 из 2: после последней поликлиника закроет запись на 14 дней." in asked.text
    await choose(mother, "Да, отменить")
    await book(mother, "Педиатр", PETROVA, "пн 23", "13:30")
    asked = await choose(mother, "Отменить")
    assert "⚠️ Это 2-я поздняя отмена: после неё поликлиника закроет запись на 14 дней." in asked.text
    await choose(mother, "Да, отменить")
    told = await to_booking(mother)
    assert "Запись снова откроется 7 декабря." in told.text
    assert "2 приёма отменены слишком поздно." in told.text
    assert re.search(r"Регистратура может открыть её раньше: \+7.* Назовите номер \w{4}\W\w\w\.", told.text)
    assert "Выберите поликлинику" not in (await choose(mother, "Другая поликлиника")).text
    await pass_until(town, moscow(30, 12))
    await pass_until(town, moscow(30, 12).replace(month=12, day=6))
    assert "Запись снова откроется 7 декабря." in (await to_booking(mother)).text
    await pass_until(town, moscow(30, 12).replace(month=12, day=7))
    assert "К какому врачу?" in (await to_booking(mother)).text


async def test_block_is_one_childs_and_old_buttons_say_it_too(town: Town) -> None:
    await let_block(town, late_cancels=1)
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await mother.start()
    await choose(mother, "Записаться к врачу", re.compile("^Мария"), re.compile("^Педиатр"))
    doctors = await mother.screen()
    days = await choose(mother, re.compile("^Петрова"))
    times = await choose(mother, re.compile("^чт 26"))
    held = await choose(mother, re.compile(r"^\d\d:\d\d"))
    await cancel_late_of(mother, "Мария")
    for shown, label in ((doctors, "^Петрова"), (days, "^чт 26"), (times, r"^\d\d:\d\d"), (held, "^Записаться$")):
        answer = await repeat(mother, shown, re.compile(label))
        assert "Записать ребёнка в эту поликлинику снова можно с 7 декабря." in (answer.alert or ""), label
    await mother.start()
    await choose(mother, "Записаться к врачу", re.compile("^Артём"))
    assert "К какому врачу?" in (await choose(mother, re.compile("^Детская № 12"))).text


async def cancel_late_of(person: Person, name: str) -> None:
    await person.start()
    await choose(person, "Записаться к врачу", re.compile(f"^{name}"), re.compile("^Педиатр"), re.compile("^Петрова"))
    await choose(person, re.compile("^пн 23"), "13:30", "Записаться")
    await choose(person, "Отменить", "Да, отменить")


@pytest.mark.requirement("C23")
async def test_desk_opens_booking_with_a_reason_that_the_parent_reads(town: Town) -> None:
    await let_block(town, late_cancels=1)
    mother, clerk = town.mother, town.registrar
    await settle_in(mother, MARIA)
    await cancel_late(mother, "13:30")
    blocked = await to_booking(mother)
    ref = re.search(r"номер (\w{4}\W\w\w)", blocked.text)
    assert ref
    await at_desk(town)
    await say(clerk, "/queue")
    listed = await choose(clerk, "Запись закрыта · 1")
    assert "У 1 ребёнка после поздних отмен" in listed.text
    seen = await choose(clerk, re.compile(f"^{ref[1]} · до"))
    assert "Запись через бот закрыта до 7 декабря." in seen.text
    asked = await choose(clerk, "Снова разрешить запись")
    assert "Запись через бот закрыта" not in (await choose(clerk, "Ребёнок болел")).text
    answer = await repeat(clerk, asked, "Ошибка поликлиники")
    assert "Запись уже открыта." in (answer.alert or "")


async def test_parent_is_told_and_can_read_that_booking_is_open_again(town: Town) -> None:
    await let_block(town, late_cancels=1)
    mother, clerk = town.mother, town.registrar
    await settle_in(mother, MARIA)
    await cancel_late(mother, "13:30")
    known = await mother.messages()
    await at_desk(town)
    await say(clerk, "/queue")
    await choose(clerk, "Запись закрыта · 1", re.compile("· до"), "Снова разрешить запись", "Ребёнок болел")
    await town.work()
    [told] = await new_messages(mother, known)
    assert "✅ Регистратура снова открыла запись." in told.text
    assert "Причина: ребёнок болел" in told.text
    assert "К какому врачу?" in (await choose(mother, "Записаться к врачу")).text
    assert "Регистратура снова открыла запись: ребёнок болел" in (await history(mother))
    await cancel_late(mother, "13:30")
    assert "Запись снова откроется" in (await to_booking(mother)).text


async def history(person: Person) -> str:
    await person.start()
    return (await choose(person, "Дети и полисы", re.compile("Мария"), "История")).text


@pytest.mark.requirement("B41")
async def test_missed_visit_counts_unless_a_parent_says_that_they_were_there(
    town: Town,
) -> None:
    await let_block(town, late_cancels=1, counts_missed=True, marks_no_show=True)
    mother, clerk = town.mother, town.registrar
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "чт 26", "08:00")
    await pass_until(town, moscow(27, 9))
    told = await to_booking(mother)
    assert "1 приём пропущен." in told.text
    assert "Запись снова откроется 10 декабря." in told.text
    await choose(mother, re.compile("^Мы были"), "Мы были")
    assert "К какому врачу?" in (await to_booking(mother)).text
    await say(clerk, "/queue")
    await say(clerk, CODE)
    await choose(clerk, "«Мы были» · 1", re.compile("^чт 26"), "Нет, не пришли")
    assert "Запись снова откроется 10 декабря." in (await to_booking(mother)).text
    await say(clerk, "/queue")
    await choose(clerk, "Запись закрыта · 1", re.compile("· до"), "Всё-таки пришли")
    assert "К какому врачу?" in (await to_booking(mother)).text


async def test_visit_that_the_clinic_calls_off_may_be_replaced_despite_a_block(town: Town) -> None:
    await let_block(town, late_cancels=1)
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, "чт 26", "08:00")
    await book(mother, "ЛОР", "Зайцев О. В.", "пн 23", "13:30")
    await choose(mother, "Отменить", "Да, отменить")
    assert "Запись снова откроется" in (await to_booking(mother)).text
    await clinic_cancels(town, "Мария И.")
    assert "К какому врачу?" in (await to_booking(mother)).text
    await book(mother)
    assert "Запись снова откроется" in (await to_booking(mother)).text


async def test_registrar_lifts_no_block_of_the_own_child(town: Town) -> None:
    await let_block(town)
    await settle_in(town.mother, MARIA)
    for _visit in range(2):
        await cancel_late(town.mother, "13:30")
    mother = await appoint(town, town.mother.id, Role.REGISTRAR)
    await say(mother, "/queue")
    await behind_code(mother)
    listed = await choose(mother, "Запись закрыта · 1", re.compile("· до"))
    lift = data_of(await choose(mother, "Снова разрешить запись"), "Ребёнок болел")
    answer = await mother.press_data(listed.id, lift)
    assert "решает коллега" in str(answer.alert)
    assert "Запись снова откроется" in (await to_booking(mother)).text
