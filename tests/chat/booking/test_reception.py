"""The reception of a clinic is booked like a doctor, as its file has it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

import pytest

from bot.clinic_file.records import DoctorRow, PracticeRow, TimetableRow
from bot.core.clinic import VisitType
from bot.core.people import PersonName
from storage.registry.importing.importing import Importer
from storage.registry.seed.file import small_town_file
from tests.chat.actions import MARIA, THURSDAY, at_desk, choose, labels, say, settle_in
from tests.chat.town import Town

FILE = replace(
    small_town_file(),
    specialties=None,
    doctors=[DoctorRow("reg", PersonName("Регистратура", ""), is_room=True)],
    practices=[PracticeRow("reg", "reg", "k12", "reception", "1")],
    timetable=[
        TimetableRow("reg", day, time(9), time(10), 15, visit_type=VisitType.CERTIFICATE) for day in range(1, 6)
    ],
    patients=None,
)


@pytest.mark.requirement("E56")
async def test_reception_is_booked_for_papers_and_stands_in_the_desks_day(town: Town) -> None:
    store = town.app.store
    await Importer(store.database, store.cipher, store.index).apply(FILE, town.clock.now())
    await town.work()
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/book")
    to_papers = "^Регистратура: бумаги", "^Регистратура · ", f"^{THURSDAY}", "^09:00"
    seen = await choose(mother, *map(re.compile, to_papers))
    assert "Мария И. → регистратура: бумаги" in seen.text
    assert "Вид приёма: справка" in seen.text
    seen = await choose(mother, "Записаться")
    assert "записана" in seen.text
    assert "Мария И. → регистратура: бумаги" in seen.text
    assert labels(await at_desk(town), re.compile("Рег")) == ["09:00 · Мария И., 2018, 0014 · Регистрат."]
