"""The comparison of all visits ahead with their clinics, each night: what a feed has missed is told once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.appointments.statements import MOST_TRIES
from bot.clinics.port import Changes, ClinicError, PersonNotFound, Unavailable
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    book,
    choose,
    moscow,
    new_messages,
    pass_until,
    say,
    settle_in,
    visits,
)
from tests.chat.appointments.clinic_side import ClinicSide
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.town import Town, town as open_town

LATER = (
    "UPDATE registry_slots SET starts_at = starts_at + 420, ends_at = ends_at + 420 "
    "WHERE id = (SELECT slot_id FROM registry_bookings WHERE id = :booking)"
)
CANCEL = "UPDATE registry_bookings SET status = 'CANCELLED' WHERE id = :booking"
BLOCK = (
    "UPDATE registry_slots SET status = 'BLOCKED' WHERE id = "
    "(SELECT slot_id FROM registry_bookings WHERE id = :booking)"
)


@pytest.fixture
def faulty() -> FaultyClinic:
    return FaultyClinic()


@pytest.fixture
async def town(template: Path, tmp_path: Path, faulty: FaultyClinic) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, faulty.systems) as everything:
        yield everything


@pytest.mark.requirement("D3")
async def test_what_the_feed_has_missed_is_found_in_the_night_and_told_once(town: Town, faulty: FaultyClinic) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    before = await mother.messages()
    await clinic.state_quietly(LATER)
    await forget_calls(town, faulty)
    await pass_until(town, moscow(24, 0, 59))
    assert faulty.calls["bookings"] == 0
    for minutes in (1, 10, 120):
        await town.pass_time(minutes=minutes)
    assert faulty.calls["bookings"] == 1, "once a night"
    assert await new_messages(mother, before) == [], "nothing rings in the night"
    await pass_until(town, moscow(24, 8))
    [news] = await new_messages(mother, before)
    assert "Стало: чт 26 ноября, 10:52" in news.text
    await clinic.tell()  # the feed says the same at last
    await pass_until(town, moscow(25, 2))
    await pass_until(town, moscow(25, 8))
    assert faulty.calls["bookings"] == 2
    assert len(await new_messages(mother, before)) == 1


async def test_visit_cancelled_and_put_back_beside_the_feed_is_told_twice(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly(f"{CANCEL};{BLOCK}")
    await pass_until(town, moscow(24, 2))
    await pass_until(town, moscow(24, 8))
    assert "Поликлиника отменила приём: чт 26 ноября, 10:45" in (await mother.screen()).text
    await clinic.state_quietly(f"{CANCEL};{BLOCK}".replace("CANCELLED", "BOOKED").replace("BLOCKED", "BUSY"))
    await pass_until(town, moscow(25, 2))
    await pass_until(town, moscow(25, 8))
    assert "Поликлиника вернула запись" in (await mother.screen()).text


async def test_new_name_of_the_doctor_and_new_address_of_the_clinic_are_told(town: Town) -> None:
    """No booking has changed, so no feed says it; the lists of the clinic do."""
    mother = town.mother
    await settle_in(mother, MARIA, ARTYOM)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45", "Мария")
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly(
        "UPDATE registry_clinics SET address = 'Новая, 1' WHERE name = 'Детская № 12';"
        "UPDATE registry_doctors SET family = 'Сидорова' WHERE family = 'Петрова' AND id = "
        "(SELECT s.doctor_id FROM registry_slots s JOIN registry_bookings b ON b.slot_id = s.id WHERE b.id = :booking)"
    )
    await say(mother, "/book")
    await choose(mother, "Артём", "Педиатр")
    await pass_until(town, moscow(23, 18))
    before = await mother.messages()
    for hour in (2, 3, 8):
        await pass_until(town, moscow(24, hour))
    [news] = await new_messages(mother, before)
    assert "Врач: было Петрова Анна Сергеевна, стало Сидорова Анна Сергеевна" in news.text
    assert "Адрес: было Садовая, 5, стало Новая, 1" in news.text.replace("\u00a0", " ")
    await pass_until(town, moscow(25, 2))
    await pass_until(town, moscow(25, 8))
    assert len(await new_messages(mother, before)) == 1


async def test_new_name_that_no_screen_has_listed_is_told_once(town: Town, faulty: FaultyClinic) -> None:
    """The visit is of a release that did not store what was told: the first night does."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly("UPDATE appointments SET told_doctor = NULL, told_address = NULL, told_zone = NULL")
    await clinic.state_quietly(
        "UPDATE registry_doctors SET family = 'Сидорова' WHERE id = "
        "(SELECT s.doctor_id FROM registry_slots s JOIN registry_bookings b ON b.slot_id = s.id WHERE b.id = :booking)"
    )
    before = await mother.messages()
    faulty.down.add("doctors")
    await pass_until(town, moscow(24, 2))
    faulty.recover()
    await pass_until(town, moscow(24, 8))
    assert await new_messages(mother, before) == [], "the list of doctors did not answer"
    for day in (25, 26):
        await pass_until(town, moscow(day, 2))
        await pass_until(town, moscow(day, 8))
    news = [each.text for each in await new_messages(mother, before) if "изменила" in each.text]
    assert ["Врач: было Петрова Анна Сергеевна, стало Сидорова Анна Сергеевна" in text for text in news] == [True]


async def test_clinic_in_another_zone_is_told_once_with_both_times(town: Town) -> None:
    """The clinic's record has another zone: the visit begins at the same moment, which its clocks show as 12:45."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly("UPDATE registry_clinics SET zone = 'Asia/Yekaterinburg' WHERE name = 'Детская № 12'")
    await pass_until(town, moscow(23, 18))
    before = await mother.messages()
    for hour in (2, 8):
        await pass_until(town, moscow(24, hour))
    [news] = await new_messages(mother, before)
    assert "Было: чт 26 ноября, 10:45\n" in news.text
    assert "Стало: чт 26 ноября, 12:45 по Екатеринбургу\n" in news.text.replace("\u00a0", " ")
    assert "У поликлиники теперь другой часовой пояс." in news.text
    await pass_until(town, moscow(25, 2))
    await pass_until(town, moscow(25, 8))
    assert len(await new_messages(mother, before)) == 1
    await pass_until(town, moscow(25, 16))
    [_news, reminder] = await new_messages(mother, before)
    assert "12:45 по Екатеринбургу" in reminder.text.replace("\u00a0", " "), "at 18:00 of the clinic's clocks"


async def test_visit_under_another_person_is_not_called_cancelled(town: Town) -> None:
    """The register may give a corrected policy another person, whose list does not have the visit."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    before = await mother.messages()
    await clinic.state_quietly("UPDATE registry_bookings SET person_id = person_id + 1 WHERE id = :booking")
    await pass_until(town, moscow(24, 2))
    await pass_until(town, moscow(24, 8))
    assert await new_messages(mother, before) == []
    assert "чт 26 ноября, 10:45" in (await visits(mother)).text


async def test_silent_clinic_is_asked_again_in_the_same_night_and_few_at_a_time(
    town: Town, faulty: FaultyClinic
) -> None:
    await two_children(town)
    await forget_calls(town, faulty)
    faulty.down.add("bookings")
    await pass_until(town, moscow(24, 2))
    await town.pass_time(minutes=1)
    assert (faulty.calls["bookings"], faulty.finished["bookings"]) == (2, 0)
    faulty.recover()
    for done in (1, 2, 2):
        await town.pass_time(minutes=1)
        assert faulty.finished["bookings"] == done


async def forget_calls(town: Town, faulty: FaultyClinic) -> None:
    """Count no call of the screens, which ask for visits made elsewhere."""
    await town.work()
    faulty.calls.clear()
    faulty.finished.clear()


async def two_children(town: Town) -> None:
    await settle_in(town.mother, MARIA, ARTYOM)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, TIME, "Мария")
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, TIME, "Артём")


@pytest.mark.parametrize(("trouble", "asked"), [(Unavailable(), 3), (PersonNotFound(), 2)])
async def test_one_person_of_whom_the_clinic_says_nothing_holds_up_nobody(
    town: Town, faulty: FaultyClinic, trouble: ClinicError, asked: int
) -> None:
    """Of the two an outage may pass, so the person is asked for again after the others; a refusal is an answer."""
    await two_children(town)
    clinic = await ClinicSide.of_newest(town)
    await clinic.state_quietly(LATER)
    await forget_calls(town, faulty)
    faulty.answers["bookings"] = [trouble]
    await pass_until(town, moscow(24, 2))
    for _run in range(4):
        await town.pass_time(minutes=1)
    assert faulty.calls["bookings"] == asked
    await pass_until(town, moscow(24, 8))
    assert "Стало: чт 26 ноября" in (await town.mother.screen()).text


async def test_booking_of_which_the_clinic_says_nothing_holds_up_no_feed(town: Town, faulty: FaultyClinic) -> None:
    await two_children(town)
    mother = town.mother
    artyom = await ClinicSide.of_newest(town)
    maria = ClinicSide(town, artyom.booking - 1)
    await maria.state(f"{CANCEL};{BLOCK}")
    faulty.answers["bookings"] = [Unavailable()] * MOST_TRIES
    await maria.state_quietly(f"{CANCEL};{BLOCK}".replace("CANCELLED", "BOOKED").replace("BLOCKED", "BUSY"))
    await maria.tell()
    before = await mother.messages()
    await artyom.state(LATER)
    assert await new_messages(mother, before) == []
    for _time in range(MOST_TRIES):
        await town.app.services.clinic_changes.sync()
    await town.work()
    [news] = await new_messages(mother, before)
    assert "Артём К." in news.text
    assert "Стало: чт 26 ноября" in news.text
    await pass_until(town, moscow(24, 2))
    await pass_until(town, moscow(24, 8))
    assert "Поликлиника вернула запись" in (await mother.screen()).text


async def test_feed_read_before_a_parent_cancelled_puts_nothing_back(town: Town, faulty: FaultyClinic) -> None:
    """A visit that is off is put back only by an answer that was asked for after it was cancelled."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    directory = town.app.services.directory
    registry = directory.serving((await directory.clinics())[0])
    cursor = await town.app.store.storage.read(lambda view: view.cursors.get(registry.name))
    await clinic.state_quietly("INSERT INTO registry_changes (booking_id, made_at) VALUES (:booking, 1)")
    stale = await registry.changes(cursor)
    await choose(mother, "Отменить", "Да, отменить")
    before = await mother.messages()
    faulty.answers["changes"] = [Changes(stale.bookings, stale.cursor, more=False)]
    await town.work()
    assert faulty.answers["changes"] == []
    assert await new_messages(mother, before) == []
    assert "Записей к врачу нет" in (await visits(mother)).text
