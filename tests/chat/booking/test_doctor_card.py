"""What a parent and the desk see of a doctor, as the clinic's file has it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from bot.clinic_file.records import DoctorRow, PracticeRow
from bot.core.people import PersonName
from storage.registry.importing.importing import Importer
from storage.registry.seed.file import small_town_file
from tests.chat.actions import GROMOV, MARIA, PETROVA, at_desk, choose, labels, say, settle_in
from tests.chat.town import Town

SEEN, AWAY, LATER = "Речная", "Лесная", "Горная"
SMALL = small_town_file()
HOURS = [row for row in SMALL.timetable if row.practice == "p1"]
FILE = replace(
    SMALL,
    doctors=[
        DoctorRow("one", PersonName(SEEN, "Анна", "Львовна"), "врач-педиатр участковый", 2008, "высшая"),
        DoctorRow("two", PersonName(AWAY, "Вера", "Львовна")),
        DoctorRow("three", PersonName(LATER, "Нина", "Львовна"), since_year=2026),
    ],
    practices=[
        PracticeRow("one", "one", "k12", "pediatrician", "7", valid_until=date(2026, 12, 2)),
        PracticeRow("two", "two", "k12", "pediatrician", "8"),
        PracticeRow("three", "three", "k12", "pediatrician", "9", valid_from=date(2027, 1, 11)),
    ],
    timetable=[replace(row, practice=practice) for practice in ("one", "three") for row in HOURS],
    patients=None,
)


@pytest.fixture
async def pediatricians(town: Town) -> Town:
    store = town.app.store
    await Importer(store.database, store.cipher, store.index).apply(FILE, town.clock.now())
    await settle_in(town.mother, MARIA)
    return town


@pytest.mark.requirement("B15")
async def test_list_says_who_sees_patients_and_who_does_not(pediatricians: Town) -> None:
    mother = pediatricians.mother
    await say(mother, "/book")
    listed = await choose(mother, "Педиатр")
    assert labels(listed, re.compile(SEEN)) == [f"{SEEN} А. Л. · сегодня"]
    assert labels(listed, re.compile(AWAY)) == [f"{AWAY} В. Л. · нет мест"]
    assert labels(listed, re.compile(LATER)) == [f"{LATER} Н. Л. · с 11 янв"]
    assert listed.labels.index(f"{AWAY} В. Л. · нет мест") > listed.labels.index(labels(listed, re.compile(SEEN))[0])


@pytest.mark.requirement("B15")
async def test_card_says_position_experience_room_and_free_places(pediatricians: Town) -> None:
    mother = pediatricians.mother
    await say(mother, "/book")
    card = await choose(mother, "Педиатр", SEEN)
    for fact in (
        f"{SEEN} Анна Львовна",
        "педиатр, кабинет 7",
        "Врач-педиатр участковый, категория высшая, стаж 18 лет",
        "Принимает до 2 декабря, свободных мест: ",
    ):
        assert fact in card.text
    free = sum(int(label.partition("(")[2][:-1]) for label in labels(card, re.compile(r"\(\d+\)$")))
    assert f"свободных мест: {free}." in card.text
    card = await choose(mother, "Назад", AWAY)
    assert "Свободного времени сейчас нет." in card.text
    assert "стаж" not in card.text
    card = await choose(mother, "Назад", LATER)
    assert "Принимает с 11 января 2027 года." in card.text
    assert "стаж" not in card.text


@pytest.mark.requirement("B15")
async def test_card_is_the_same_after_a_restart(pediatricians: Town) -> None:
    mother = pediatricians.mother
    await say(mother, "/book")
    card = await choose(mother, "Педиатр", SEEN)
    day = labels(card, re.compile(r"\(\d+\)$"))[0]
    await choose(mother, day)
    await pediatricians.restart()
    assert (await choose(mother, "Другой день")).text == card.text


@pytest.mark.requirement("B15")
async def test_desk_sees_the_same_of_a_doctor(pediatricians: Town) -> None:
    await at_desk(pediatricians)
    registrar = pediatricians.registrar
    await say(registrar, "/desk")
    week = await choose(registrar, "Расписания", re.compile(SEEN))
    assert "Врач-педиатр участковый, категория высшая, стаж 18 лет\nПринимает до 2 декабря." in week.text
    week = await choose(registrar, "Назад", re.compile(LATER))
    assert "Принимает с 11 января 2027 года." in week.text


async def test_doctors_of_the_demo_have_a_position(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await say(town.mother, "/book")
    await choose(town.mother, "Педиатр")
    for doctor in (PETROVA, GROMOV):
        card = await choose(town.mother, doctor)
        assert "Врач-педиатр участковый, категория " in card.text
        await choose(town.mother, "Назад")
