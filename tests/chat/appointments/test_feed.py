"""The clinic's changes of a visit: whatever a parent was told of it is compared and told, forwards and back."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.appointments.rules import KnownVisit
from bot.core.clinic import VisitType
from dialogs.appointments.changes import LINES, VISIT_TYPES
from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    new_messages,
    settle_in,
    visits,
)
from tests.chat.appointments.clinic_side import ClinicSide
from tests.chat.town import Town

PUT_BACK = "Поликлиника вернула запись"
CHANGED = "Поликлиника изменила запись"


def test_every_field_that_people_are_told_has_words() -> None:
    assert LINES.keys() == {each.name for each in fields(KnownVisit)}
    assert VISIT_TYPES.keys() == KINDS.keys() == set(VisitType)


DOCTOR, CLINIC, SPECIALTY = "registry_doctors", "registry_clinics", "registry_specialties"


def chosen(table: str, name: str) -> str:
    """Return the assignment of a doctor, clinic or specialty by its name."""
    column = {DOCTOR: "doctor_id", CLINIC: "clinic_id", SPECIALTY: "specialty_id"}[table]
    by = "family" if table == DOCTOR else "name"
    return f"{column} = (SELECT id FROM {table} WHERE {by} = '{name}')"  # noqa: S608 - a test's own SQL


SLOT = [
    (
        "starts_at = starts_at + 420, ends_at = ends_at + 420",
        "Было: чт 26 ноября, 08:00\n",
        "Стало: чт 26 ноября, 08:07\n",
    ),
    ("ends_at = ends_at + 900", "Длительность: было 30 минут, стало 45 минут"),
    ("ends_at = ends_at - 900", "Длительность: было 45 минут, стало 30 минут"),
    (chosen(DOCTOR, "Громов"), "Врач: было Петрова Анна Сергеевна, стало Громов", "Кабинет: было 101, стало 102"),
    (chosen(DOCTOR, "Петрова"), "Врач: было Громов", "стало Петрова Анна Сергеевна", "Кабинет: было 102, стало 101"),
    (chosen(CLINIC, "Детская № 7"), "Поликлиника: было Детская № 12, стало Детская № 7", "Полевая"),
    (chosen(CLINIC, "Детская № 12"), "Поликлиника: было Детская № 7, стало Детская № 12", "Садовая"),
    (chosen(SPECIALTY, "ЛОР"), "Специалист: было Педиатр, стало ЛОР"),
    (chosen(SPECIALTY, "Педиатр"), "Специалист: было ЛОР, стало Педиатр"),
    (
        "starts_at = starts_at - 420, ends_at = ends_at - 420",
        "Было: чт 26 ноября, 08:07\n",
        "Стало: чт 26 ноября, 08:00\n",
    ),
]
ROOM = [
    ("7", "Кабинет: было 101, стало 7"),
    ("", "Кабинет: было 7, стало не указан"),
    ("101", "Кабинет: было не указан, стало 101"),
]
KINDS = {
    VisitType.CERTIFICATE: "справка",
    VisitType.EXTENDED: "длинный приём",
    VisitType.PLANNED: "плановый приём",
    VisitType.SHORT: "короткий приём",
    VisitType.CHECKUP: "осмотр",
}
STATUS = [
    ("CANCELLED", "Поликлиника отменила приём: чт 26 ноября, 08:00"),
    ("BOOKED", PUT_BACK),
    ("NO_SHOW", "отметила, что на приём не пришли: чт 26 ноября, 08:00"),
    ("BOOKED", "сняла свою отметку"),
    ("FULFILLED", "отметила, что приём состоялся"),
    ("BOOKED", "сняла свою отметку"),
]


@pytest.mark.requirement("D3")
async def test_every_field_of_every_kind_of_visit_is_told_forwards_and_back(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    clinic = await ClinicSide.of_newest(town)
    known = await mother.messages()

    async def told(*facts: str) -> None:
        nonlocal known
        [message] = await new_messages(mother, known)
        known = await mother.messages()
        text = message.text.replace("\u00a0", " ")
        assert [fact for fact in (*facts, "Мария И.") if fact not in text] == [], text

    for kind, word in KINDS.items():
        await clinic.slot(f"visit_type = '{kind}'")
        await told(CHANGED, "Вид приёма: было", f"стало {word}")
        for change, *facts in SLOT:
            await clinic.slot(change)
            await told(*facts)
        for room, fact in ROOM:
            await clinic.room(room)
            await told(CHANGED, fact)
        for status, fact in STATUS:
            await clinic.status(status)
            await told(fact)
    for status in ("CHECKED_IN", "BOOKED"):
        await clinic.status(status)
    assert await new_messages(mother, known) == [], "the parent stands at the desk"
    assert "чт 26 ноября, 08:00" in (await visits(mother)).text
