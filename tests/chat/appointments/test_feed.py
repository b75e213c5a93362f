"""The clinic's changes of a visit: whatever a parent was told of it is compared and told, forwards and back."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from bot.appointments.rules import KnownVisit
from bot.core.clinic import VisitType
from dialogs.appointments.changes import LINES
from storage.checks import Broken, find_broken
from tests.chat.actions import (
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    book,
    choose,
    clinic_cancels,
    data_of,
    labels,
    moment_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    settle_in,
    visits,
)
from tests.chat.appointments.clinic_side import ClinicSide
from tests.chat.town import Town

PUT_BACK = "Поликлиника вернула запись"
CHANGED = "Поликлиника изменила запись"


def broken(town: Town) -> list[Broken]:
    now = int(town.clock.now().timestamp())
    return find_broken(town.folder / "registratura.sqlite3", now, leeway=False)


def test_every_field_that_people_are_told_has_words() -> None:
    assert LINES.keys() == {each.name for each in fields(KnownVisit)}
    assert KINDS.keys() == set(VisitType)


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
    VisitType.EXTENDED: "длинный",
    VisitType.PLANNED: "плановый",
    VisitType.SHORT: "короткий",
    VisitType.CHECKUP: "осмотр",
    VisitType.DIAGNOSTICS: "диагностика",
    VisitType.TREATMENT: "лечение",
    VisitType.VACCINATION: "прививка",
}
STATUS = [
    ("CANCELLED", "Поликлиника отменила приём: чт 26 ноября, 08:00"),
    ("BOOKED", PUT_BACK),
    ("NO_SHOW", "отметила, что на приём не пришли: чт 26 ноября, 08:00"),
    ("BOOKED", "сняла свою отметку"),
    ("NO_SHOW", "отметила, что на приём не пришли: чт 26 ноября, 08:00"),
    ("CANCELLED", "Поликлиника отменила приём: чт 26 ноября, 08:00"),
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


# --- put back ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("D3")
async def test_visit_put_back_is_live_again_with_its_reminder(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    ref = ref_of(await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    clinic = await ClinicSide.of_newest(town)
    await clinic.status("CANCELLED")
    assert "Записей к врачу нет" in (await visits(mother)).text
    await clinic.status("BOOKED")
    assert {"Подходит", "Перенести", "Отменить"} <= set((await mother.screen()).labels)
    assert ref_of(await visits(mother)) == ref
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю: завтра, чт 26 ноября, 08:00" in reminder.text
    assert broken(town) == []


@pytest.mark.requirement("D3")
async def test_parent_chooses_between_a_visit_put_back_and_its_alternative(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    first = ref_of(await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    clinic = await ClinicSide.of_newest(town)
    await clinic_cancels(town, "Мария И.")
    offers = await mother.screen()
    other = await choose(mother, offers.labels[0], "Записаться")
    await clinic.status("BOOKED")
    news = await mother.screen()
    assert PUT_BACK in news.text
    assert "чт 26 ноября, 08:00" in news.text
    assert moment_of(other) in news.text
    assert "Если ничего не выбрать, останутся все" in news.text
    listed = await visits(mother)
    assert len(labels(listed, re.compile("Мария"))) == 2, "nothing was chosen"
    await mother.press_data(news.id, data_of(news, "Оставить чт 26"))
    asked = await mother.screen()
    assert "Оставить эту запись?" in asked.text
    assert moment_of(other) in asked.text
    assert ref_of(await choose(mother, "Да, оставить эту")) == first
    await town.pass_time(seconds=11)
    assert "Запись отменена" in (await mother.screen()).text
    assert ref_of(await visits(mother)) == first
    assert broken(town) == []


async def test_alternative_may_be_kept_instead(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    clinic = await ClinicSide.of_newest(town)
    await clinic.status("CANCELLED")
    other = ref_of(await book(mother, "Педиатр", PETROVA, FRIDAY))
    await clinic.status("BOOKED")
    await choose(mother, "Оставить пт 27", "Да, оставить эту")
    assert ref_of(await visits(mother)) == other
    assert broken(town) == []


async def test_moved_visit_that_is_put_back_stands_beside_the_new_one(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    clinic = await ClinicSide.of_newest(town)
    await choose(mother, "Перенести", FRIDAY, TIME, "Перенести")
    await clinic.status("BOOKED")
    news = await mother.screen()
    assert PUT_BACK in news.text
    assert "есть и другая запись" in news.text
    assert broken(town) == []


@pytest.mark.requirement("D3")
async def test_change_and_change_back_before_the_message_is_sent_tell_nothing(town: Town) -> None:
    """In the night nothing rings; in the morning only what is different from what was told is said."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await pass_until(town, moscow(24, 23))
    before = await mother.messages()
    await clinic.status("CANCELLED")
    await clinic.status("BOOKED")
    await clinic.slot("starts_at = starts_at + 420, ends_at = ends_at + 420")
    await clinic.slot("starts_at = starts_at - 420, ends_at = ends_at - 420")
    await pass_until(town, moscow(25, 8))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю" in reminder.text


async def test_changes_in_the_night_are_one_message_in_the_morning(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, FRIDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await pass_until(town, moscow(24, 23))
    before = await mother.messages()
    await clinic.slot("starts_at = starts_at + 420, ends_at = ends_at + 420")
    await clinic.status("CANCELLED")
    await clinic.slot("ends_at = ends_at + 900")
    await clinic.status("BOOKED")
    await pass_until(town, moscow(25, 8))
    [news] = await new_messages(mother, before)
    assert "Было: пт 27 ноября, 10:45" in news.text
    assert "Стало: пт 27 ноября, 10:52" in news.text
    assert "Длительность: было" in news.text


async def test_visit_that_was_given_up_and_booked_after_all_is_told(town: Town) -> None:
    """The clinic was silent for too long, so the bot said that it is not booked; then the clinic says that it is."""
    mother = town.mother
    await settle_in(mother, MARIA)
    ref = ref_of(await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00"))
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly("UPDATE appointments SET status = 'REFUSED', booking = NULL")
    await clinic.tell()
    assert PUT_BACK in (await mother.screen()).text
    assert ref_of(await visits(mother)) == ref


async def test_message_that_may_have_arrived_is_not_taken_for_untold(town: Town) -> None:
    """A move whose message was cut off while it was sent, and the move back, are both told."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await pass_until(town, moscow(24, 23))
    before = await mother.messages()
    await clinic.slot("starts_at = starts_at + 420, ends_at = ends_at + 420")
    await clinic.state_quietly("UPDATE outbox SET attempts = 1 WHERE kind = 'MOVED_BY_CLINIC'")
    await clinic.slot("starts_at = starts_at - 420, ends_at = ends_at - 420")
    await pass_until(town, moscow(25, 8))
    [news] = await new_messages(mother, before)
    assert "Было: завтра, чт 26 ноября, 10:52" in news.text
    assert "Стало: завтра, чт 26 ноября, 10:45" in news.text
