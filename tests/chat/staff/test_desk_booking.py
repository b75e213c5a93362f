"""Booking at the desk: a registrar books a person of the clinic's list."""

from __future__ import annotations

import re

import pytest

from bot.core.people import Role
from dialogs.kit.link import WAY
from dialogs.staff.day_links import DeskSpecialtiesFor
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    book,
    children_of,
    choose,
    data_of,
    labels,
    new_messages,
    ref_of,
    say,
    send,
    settle_in,
)
from tests.chat.staff.test_arrivals import appoint, behind_code
from tests.chat.town import Town

MARIA_THERE = re.compile("^Мария И., 2018, 0014$")


async def test_parent_reads_whom_the_desk_was_about_to_book(town: Town) -> None:
    """Also of a record that was opened by its number alone, with a button that no search has shown."""
    await settle_in(town.mother, MARIA)
    [patient] = await children_of(town, town.mother)
    await say(town.registrar, "/desk")
    await behind_code(town.registrar)
    _answer, seen = await send(town.registrar, DeskSpecialtiesFor(person=int(str(patient.person))).pack())
    assert "Мария И., 2018" in seen.text
    await say(town.mother, "/children")
    history = await choose(town.mother, "Мария И.", "История")
    assert "открыла карточку в своём списке пациентов" in history.text


@pytest.mark.requirement("C22")
async def test_registrar_books_a_person_at_the_counter(town: Town) -> None:
    """The visit stands in the day, the slot is taken, and a second visit to the specialty is refused plainly."""
    await say(town.registrar, "/desk")
    await behind_code(town.registrar)
    asked = await choose(town.registrar, "Записать пациента")
    assert "Кого записать?" in asked.text
    found = await say(town.registrar, "Иванова Мария")
    assert [label for label in found.labels if MARIA_THERE.match(label)]
    assert "Иванова Мария" not in "".join(str(button.value) for row in found.buttons for button in row)
    offered = await choose(town.registrar, MARIA_THERE, re.compile("^Педиатр"), PETROVA, re.compile("^чт 26"))
    first = labels(offered, TIME)[0]
    review = await choose(town.registrar, first)
    assert "Записать на этот приём?" in review.text
    done = await town.registrar.press("Записать")
    assert done.alert == "✅ Пациент записан."
    shown = await town.registrar.screen()
    assert "Запись сделана не в боте" in shown.text
    await send(town.registrar, data_of(review, "Записать"))
    again = await town.registrar.press_data((await town.registrar.screen()).id, data_of(review, "Записать"))
    assert again.alert == "Это время только что заняли. Выберите другое."
    await settle_in(town.mother, MARIA)


async def test_visit_booked_at_the_desk_is_refused_where_the_person_has_one(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    known = await town.mother.messages()
    await say(town.registrar, "/desk")
    await behind_code(town.registrar)
    await choose(town.registrar, "Записать пациента")
    await say(town.registrar, "Иванова Мария")
    await choose(town.registrar, MARIA_THERE, re.compile("^Педиатр"), PETROVA, re.compile("^чт 26"), TIME, "Записать")
    await choose(town.registrar, "Назад")
    await say(town.registrar, "/desk")
    await choose(town.registrar, "Записать пациента")
    await say(town.registrar, "Иванова Мария")
    await choose(town.registrar, MARIA_THERE, re.compile("^Педиатр"), PETROVA, re.compile("^пт 27"), TIME)
    refused = await town.registrar.press("Записать")
    assert refused.alert == "К этому специалисту пациент уже записан."
    await town.work()
    assert await new_messages(town.mother, known) == [], "her papers were not seen"


async def test_only_the_desk_of_the_clinic_books_its_people(town: Town) -> None:
    """Another clinic's clerk is answered as for a person that nobody is; admin, parent and stranger as by a wall."""
    await say(town.registrar, "/desk")
    await behind_code(town.registrar)
    await choose(town.registrar, "Записать пациента")
    found = await say(town.registrar, "Иванова Мария")
    hers = DeskSpecialtiesFor.unpack(data_of(found, MARIA_THERE))
    missing = DeskSpecialtiesFor(person=987_654)
    other = await appoint(town, 1005, Role.REGISTRAR, clinic=2)
    await say(other, "/start")
    answers = [await send(other, link.pack()) for link in (hers, missing)]
    assert {answer.alert for answer, _screen in answers} == {"Такого пациента в списке поликлиники нет."}
    admin = await appoint(town, 1007, Role.ADMIN)
    await settle_in(town.stranger, ARTYOM)
    for person in (admin, town.stranger):
        await say(person, "/start")
        answer, _screen = await send(person, hers.pack())
        assert answer.alert == "Этого здесь больше нет. Вот что есть сейчас."
    head = await appoint(town, 1006, Role.HEAD)
    await say(head, "/start")
    answer, screen = await send(head, hers.pack())
    assert answer.alert is None
    assert "Мария И., 2018" in screen.text


async def time_kept_for_maria(town: Town) -> re.Match[str]:
    """Close the day of her doctor; return the hour and the doctor's family name of what is kept for her."""
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(town.registrar, "/desk")
    await behind_code(town.registrar)
    await choose(town.registrar, "Расписания", PETROVA, re.compile("26.11"), "Закрыть часы", "Весь день")
    await choose(town.registrar, "Врач заболел", "Да, закрыть")
    await town.pass_time(minutes=1)
    called_off = (await town.mother.screen()).text.replace("\u00a0", " ")
    kept = re.search(r"Держу для вас другое время: (?P<doctor>[А-Я]\w+) .*(?P<time>\d\d:\d\d)", called_off)
    assert kept, called_off
    return kept


@pytest.mark.requirement("C22", "C23")
async def test_desk_is_asked_before_a_kept_time_is_given_away(town: Town) -> None:
    kept = await time_kept_for_maria(town)
    await say(town.registrar, "/desk")
    await choose(town.registrar, "Записать пациента")
    await say(town.registrar, "Королёва Алёна")
    times = await choose(
        town.registrar, re.compile("^Алёна"), re.compile("^Педиатр"), re.compile(kept["doctor"]), re.compile("^чт 26")
    )
    assert times.button(re.compile(f"^{kept['time']}.* · предложено$"))
    review = await choose(town.registrar, re.compile(f"^{kept['time']}.* · предложено$"))
    assert "⚠️ Это время предложено другому пациенту." in review.text
    known = await town.mother.messages()
    forged = data_of(review, "Отдать и записать").partition(WAY)[0].removesuffix(":1") + ":0"
    refused, _seen = await send(town.registrar, forged)
    assert "Это время предложено другому пациенту." in (refused.alert or "")
    await choose(town.registrar, "Отдать и записать")
    await town.work()
    [told] = await new_messages(town.mother, known)
    assert "⚠️ Поликлиника отдала время, которое я держал для вас." in told.text
    assert "Держу для вас другое время" in told.text


async def test_person_to_book_is_found_as_in_the_list(town: Town) -> None:
    """By the policy number, the number of a visit, and a button of the record; a new patient is added there too."""
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    clerk = town.registrar
    await say(clerk, "/desk")
    await behind_code(clerk)
    for number in (MARIA.policy_number, ref):
        await choose(clerk, "Записать пациента")
        assert "К какому врачу?" in (await say(clerk, number)).text
        await say(clerk, "/desk")
    await choose(clerk, "Записать пациента")
    assert (await say(clerk, "Нетакой")).button("Новый пациент")
    await say(clerk, "/desk")
    await choose(clerk, "Пациенты")
    await say(clerk, MARIA.policy_number)
    assert "К какому врачу?" in (await choose(clerk, "Записать")).text
