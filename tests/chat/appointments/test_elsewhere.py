"""Visits made elsewhere: shown, moved and cancelled by whoever is proved; a stranger learns only that there is one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.clinics.port import Booking, BookingStatus, PolicyClaim
from bot.core.i18n import load_catalogues, speak
from bot.core.timing import MOSCOW
from bot.glossary import Key
from dialogs.booking.choose import booked_label
from storage.database.connection import Row
from storage.registry.seed.examples import Example
from storage.registry.system import Registry
from tests.chat.actions import (
    FRIDAY,
    MARIA,
    PETROVA,
    THURSDAY,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    clinic_cancels,
    clinic_moves,
    link,
    moment_of,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    say,
    settle_in,
    show_papers,
    visits,
)
from tests.chat.appointments.clinic_side import ClinicSide
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.message import ChatMessage
from tests.chat.person import Person
from tests.chat.referrals import refer
from tests.chat.town import Town, town as open_town
from tests.chat.wait import wait_until

SAID = "Запись к этому врачу уже есть, её сделали не вы."
TIME, DOCTOR = "08:00", "Петрова"
"""of the visit that the desk has made"""


def registry_of(town: Town) -> Registry:
    store = town.app.store
    return Registry(store.database, store.cipher, store.index, town.clock)


async def visit_by_phone(town: Town, child: Example = MARIA, specialty: str = "Педиатр", at: int = 8) -> Booking:
    """Let the clinic book its first free time on Thursday, 26 November, from that hour on, without the bot."""
    registry = registry_of(town)
    clinic = next(each.ref for each in await registry.clinics() if each.name == "Детская № 12")
    wanted = next(each.ref for each in await registry.specialties(clinic) if each.name == specialty)
    [slot] = await registry.soonest(clinic, wanted, moscow(26, at), 1)
    person = await registry.check_policy(PolicyClaim(child.policy_number, child.name, child.birth_date, child.sex))
    return await registry.book(Key(f"by phone {slot.ref}"), person.ref, slot.ref)


async def looked(town: Town, person: Person) -> None:
    """Let the bot ask the clinics about the person's children, as it does in the background."""
    for child in await children_of(town, person):
        await town.app.services.elsewhere.look(child.id, at_once=True)


async def share_phone(town: Town, person: Person) -> None:
    await say(person, "/data")
    await choose(person, "Телефон и почта", "Оставить телефон", "Поделиться номером")
    await looked(town, person)


async def rows(town: Town, sql: str) -> list[Row]:
    return await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))


async def status_of(town: Town, booking: Booking) -> BookingStatus:
    known = await registry_of(town).bookings(booking.person, town.clock.now())
    return next(each.status for each in known if each.ref == booking.ref)


def tells_nothing(seen: ChatMessage) -> bool:
    return not any(fact in f"{seen.text}{seen.labels}" for fact in (TIME, DOCTOR, "ноя", "кабинет"))


# --- who is not proved ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("E12")
async def test_who_typed_all_data_learns_only_that_there_is_a_visit(town: Town) -> None:
    stranger = town.stranger
    await settle_in(stranger, MARIA)
    await visit_by_phone(town)
    await looked(town, stranger)
    await say(stranger, "/book")
    await choose(stranger, "Детская № 12")
    offered = await stranger.screen()
    assert not any("запись" in label for label in offered.labels)
    refused = await stranger.press("Педиатр")
    assert refused.alert is not None
    assert refused.alert.startswith(SAID)
    shown = await stranger.screen()
    assert "Мария И.: есть запись, её сделали не вы" in shown.text
    assert tells_nothing(shown)
    assert "Детская № 12: +7" in shown.text, "the clinic where he wanted to book"
    assert ref_of(shown), "the number to bring with the papers"
    listed = await visits(stranger)
    assert "Мария И.: есть запись, её сделали не вы." in listed.text
    assert tells_nothing(listed)
    how = await choose(stranger, "увидеть запись")
    assert tells_nothing(how)
    assert not any(clinic in how.text for clinic in ("Детская", "Садовая", "+7")), "nor where the visit is"


async def test_menu_and_export_do_not_tell_of_it(town: Town) -> None:
    stranger = town.stranger
    await settle_in(stranger, MARIA)
    await visit_by_phone(town)
    await refer(town)
    await visit_by_phone(town, specialty="Невролог", at=13)
    await looked(town, stranger)
    await say(stranger, "/book")
    await choose(stranger, "Детская № 12")
    refused = await stranger.press("Невролог · направление")
    assert str(refused.alert).startswith(SAID), "a visit that a referral has led to is one too"
    menu = await say(stranger, "/start")
    assert "записей к врачу нет" in menu.text
    assert not any("Мои записи ·" in label for label in menu.labels)
    taken = await town.app.services.export.take((await account_of(town, stranger)).id)
    assert TIME not in str(taken.tree)
    assert DOCTOR not in str(taken.tree)


async def test_old_buttons_hold_no_time_beside_a_visit_made_elsewhere(town: Town) -> None:
    stranger = town.stranger
    await settle_in(stranger, MARIA)
    await say(stranger, "/book")
    await choose(stranger, "Педиатр", PETROVA, FRIDAY)
    await visit_by_phone(town)
    await looked(town, stranger)
    refused = await stranger.press("10:00")
    assert refused.alert is not None
    assert refused.alert.startswith(SAID)
    assert await rows(town, "SELECT id FROM registry_bookings WHERE status = 'HELD'") == []


async def test_time_of_a_hidden_visit_is_refused_before_the_review(town: Town) -> None:
    stranger = town.stranger
    await settle_in(stranger, MARIA)
    hidden = await visit_by_phone(town, specialty="ЛОР")
    await looked(town, stranger)
    await say(stranger, "/book")
    await choose(stranger, "Педиатр", PETROVA, THURSDAY)
    at = hidden.starts_at.astimezone(MOSCOW).strftime("%H:%M")
    refused = await stranger.press(at)
    assert refused.alert is not None
    assert refused.alert.startswith("На это время запись уже есть, её сделали не вы. Выберите другое время.")
    assert "ЛОР" not in (await stranger.screen()).text
    assert await rows(town, "SELECT id FROM registry_bookings WHERE status = 'HELD'") == []


async def test_phone_that_the_clinic_does_not_know_proves_nothing(town: Town) -> None:
    await settle_in(town.stranger, MARIA)
    await visit_by_phone(town)
    await share_phone(town, town.stranger)
    listed = await visits(town.stranger)
    assert tells_nothing(listed)
    assert "Поделиться номером" not in (await choose(town.stranger, "увидеть запись")).labels


# --- who is proved ----------------------------------------------------------------------------------------------------


async def test_known_phone_shows_the_visit_and_it_is_moved_and_cancelled(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booking = await visit_by_phone(town)
    await looked(town, mother)
    assert tells_nothing(await visits(mother))
    await share_phone(town, mother)
    shown = await visits(mother)
    assert moment_of(shown) == "чт 26 ноября, 08:00"
    assert "Запись сделана в поликлинике, не здесь." in shown.text
    assert "Напомню: ср 25 ноября, 18:00" in shown.text
    await say(mother, "/book")
    await choose(mother, "Детская № 12")
    refused = await mother.press("Педиатр · запись 26 ноя")
    assert "уже записан: чт 26 ноября, 08:00" in str(refused.alert)
    moved = await choose(mother, "Перенести", FRIDAY, "10:00", "Перенести")
    assert f"Перенесено. Номер записи {ref_of(shown)}" in moved.text
    assert await status_of(town, booking) is BookingStatus.CANCELLED
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" not in (await at_desk(town)).labels
    cancelled = await choose(mother, "Отменить", "Да, отменить")
    assert "Запись отменена" in cancelled.text
    await looked(town, mother)
    assert "Записей к врачу нет" in (await visits(mother)).text


async def test_cancelled_at_once_the_visit_does_not_come_back(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, reminders=False)
    booking = await visit_by_phone(town)
    await share_phone(town, mother)
    assert "Напомню" not in (await visits(mother)).text
    await choose(mother, "Отменить", "Да, отменить")
    assert await status_of(town, booking) is BookingStatus.CANCELLED
    await looked(town, mother)
    assert (await visits(mother)).button("Записаться к врачу")


async def test_papers_show_the_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await visit_by_phone(town)
    await looked(town, mother)
    await visits(mother)
    number = ref_of(await choose(mother, "увидеть запись"))
    await show_papers(town, number)
    await looked(town, mother)
    assert moment_of(await visits(mother)) == "чт 26 ноября, 08:00"


async def test_visit_made_elsewhere_is_reminded_of(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await visit_by_phone(town)
    await share_phone(town, mother)
    await pass_until(town, moscow(25, 18))
    assert "завтра, чт 26 ноября, 08:00" in (await mother.screen()).text


async def test_removed_phone_hides_the_visit(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await visit_by_phone(town)
    await share_phone(town, mother)
    await say(mother, "/data")
    await choose(mother, "Телефон и почта", "Убрать номер")
    await looked(town, mother)
    assert tells_nothing(await visits(mother))
    assert await rows(town, "SELECT id FROM appointments") == []


# --- what the clinic does ---------------------------------------------------------------------------------------------


async def test_clinic_that_cancels_a_visit_made_elsewhere_tells_it(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await visit_by_phone(town)
    await share_phone(town, mother)
    await clinic_cancels(town, "Мария")
    told = await mother.screen()
    assert "Поликлиника отменила" in told.text
    assert "чт 26 ноября, 08:00" in told.text


async def test_change_feed_brings_a_visit_that_nobody_has_asked_about(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await share_phone(town, mother)
    await say(mother, "/book")
    await choose(mother, "Педиатр")
    await visit_by_phone(town)
    await clinic_moves(town, "Мария")
    assert moment_of(await visits(mother)).startswith("пт 27 ноября")


async def test_change_feed_ends_what_nobody_may_see(town: Town) -> None:
    await settle_in(town.stranger, MARIA)
    await visit_by_phone(town)
    await looked(town, town.stranger)
    assert len(await rows(town, "SELECT booking FROM visits_elsewhere")) == 1
    await clinic_cancels(town, "Мария")
    assert await rows(town, "SELECT booking FROM visits_elsewhere") == []


# --- two accounts -----------------------------------------------------------------------------------------------------


async def test_two_cards_have_a_row_each_and_one_of_them_shows_the_visit(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await visit_by_phone(town)
    await settle_in(town.stranger, MARIA)
    await share_phone(town, town.mother)
    await looked(town, town.stranger)
    assert len(await rows(town, "SELECT booking FROM visits_elsewhere")) == 2
    assert moment_of(await visits(town.mother)) == "чт 26 ноября, 08:00"
    assert tells_nothing(await visits(town.stranger))


async def test_visit_booked_by_another_account_is_one_made_elsewhere(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.stranger, MARIA)
    await say(town.mother, "/book")
    await choose(town.mother, "Педиатр", PETROVA, "чт 26", TIME, "Записаться")
    await share_phone(town, town.stranger)
    await say(town.stranger, "/book")
    await choose(town.stranger, "Детская № 12")
    refused = await town.stranger.press("Педиатр")
    assert refused.alert is not None
    assert refused.alert.startswith(SAID)
    assert tells_nothing(await town.stranger.screen())
    await visits(town.mother)
    await choose(town.mother, "Отменить", "Да, отменить")
    assert await rows(town, "SELECT booking FROM visits_elsewhere") == []


# --- the mark in the list ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specialty", "label"),
    [
        ("Педиатр", "Педиатр · запись 14 дек"),
        ("Дерматолог", "Дерматолог · запись"),
        ("Психиатр подростковый", "Психиатр подро… · запись"),
    ],
)
def test_mark_of_a_visit_fits_half_a_row(specialty: str, label: str) -> None:
    load_catalogues()
    with speak("ru"):
        assert booked_label(specialty, date(2026, 12, 14)) == label
    assert len(label) <= 24


# --- the clinic is not waited for -------------------------------------------------------------------------------------


async def test_silent_clinic_holds_up_no_screen(template: Path, tmp_path: Path) -> None:
    clinic = FaultyClinic()
    async with open_town(template, tmp_path, clinic.systems) as town:
        await settle_in(town.mother, MARIA)
        await visit_by_phone(town)
        await town.pass_time(minutes=3)
        clinic.slow["bookings"] = 600
        card = await choose(town.mother, "Меню", "Дети и полисы", "Мария")
        assert "Полис" in card.text
        await wait_until(lambda: clinic.running["bookings"] == 1)
        assert (await visits(town.mother)).button("Записаться к врачу")
        clinic.recover()
        clinic.no_delay.set()
        await looked(town, town.mother)
        assert "её сделали не вы" in (await visits(town.mother)).text


async def test_card_that_is_opened_again_asks_no_clinic(template: Path, tmp_path: Path) -> None:
    clinic = FaultyClinic()
    async with open_town(template, tmp_path, clinic.systems) as town:
        await settle_in(town.mother, MARIA)
        [child] = await children_of(town, town.mother)
        elsewhere = town.app.services.elsewhere
        await elsewhere.look(child.id)
        await elsewhere.look(child.id)
        assert clinic.calls["bookings"] == 1
        await town.pass_time(minutes=3)
        await elsewhere.look(child.id)
        assert clinic.calls["bookings"] == 2


# --- leaving ----------------------------------------------------------------------------------------------------------


async def test_removed_card_leaves_the_visit_at_the_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    booking = await visit_by_phone(town)
    await share_phone(town, mother)
    await say(mother, "/children")
    asked = await choose(mother, "Мария", "Убрать карточку")
    assert not any("Отменить" in label for label in asked.labels)
    [child] = await children_of(town, mother)
    await town.app.services.unlinking.unlink((await account_of(town, mother)).id, child.id, keep_visits=False)
    assert await status_of(town, booking) is BookingStatus.BOOKED
    assert await rows(town, "SELECT patient_id FROM visits_elsewhere UNION SELECT patient_id FROM clinic_looks") == []


@pytest.mark.parametrize("everything", [False, True], ids=["card", "everything"])
async def test_kept_visits_come_back_with_the_child_to_whoever_booked_them(town: Town, everything: bool) -> None:
    mother, father, services = town.mother, town.father, town.app.services
    await settle_in(mother, MARIA)
    number = ref_of(await book(mother))
    account = await account_of(town, mother)
    if everything:
        await services.erasure.erase(account.id, keep_visits=True)
    else:
        [child] = await children_of(town, mother)
        await services.unlinking.unlink(account.id, child.id, keep_visits=True)
    # Another account that adds the child does not get them.
    await settle_in(father, MARIA)
    await looked(town, father)
    assert "не вами" in (await visits(father)).text or "сделали не вы" in (await visits(father)).text
    # Whoever has booked does, without papers or telephone, and hears from the clinic again.
    if everything:
        await settle_in(mother, MARIA)
    else:
        await say(mother, "/menu")
        await choose(mother, "Добавить")
        await link(mother, MARIA)
    back = await visits(mother)
    assert moment_of(back) == "чт 26 ноября, 08:00"
    await expect_number(town, number, back)
    assert "Сделана в поликлинике" not in back.text
    await clinic_cancels(town, "Мария И.")
    assert "Поликлиника отменила" in (await mother.screen()).text


async def expect_number(town: Town, number: str, back: ChatMessage) -> None:
    """Check that a visit has the number that was told when its card was removed, and opens by it."""
    assert ref_of(back) == number
    assert await rows(town, "SELECT ref FROM kept_numbers") == []
    await say(town.mother, "/menu")
    assert (await say(town.mother, number)).text == back.text


async def test_number_of_a_kept_visit_follows_the_clinic(town: Town) -> None:
    """A visit without a card keeps its number when the clinic moves it, until it is over."""
    mother = town.mother
    await settle_in(mother, MARIA)
    number = ref_of(await book(mother))
    [child] = await children_of(town, mother)
    await town.app.services.unlinking.unlink((await account_of(town, mother)).id, child.id, keep_visits=True)
    await clinic_moves(town, "Мария И.")
    await town.app.services.clinic_changes.sync()
    moved = await say(town.registrar, number)
    assert "Мария И." in moved.text
    assert moment_of(moved) != "чт 26 ноября, 08:00"
    both = "kept_numbers k JOIN registry_bookings b ON b.id = k.booking JOIN registry_slots s ON s.id = b.slot_id"
    [kept] = await rows(town, f"SELECT k.ends_at, s.ends_at AS moved_to FROM {both}")  # noqa: S608 - our own words
    assert kept["ends_at"] == kept["moved_to"]


async def test_typed_number_of_another_accounts_visit_opens_nothing(town: Town) -> None:
    mother, stranger = town.mother, town.stranger
    await settle_in(mother, MARIA)
    number = ref_of(await book(mother))
    await settle_in(stranger, MARIA)
    await say(stranger, "/menu")
    refused = await say(stranger, number)
    assert f"Записи к врачу с номером {number} у вас нет." in refused.text
    assert TIME not in refused.text


# --- a doctor in no list ----------------------------------------------------------------------------------------------


async def list_doctor(town: Town, is_listed: bool) -> None:
    """Let the clinics list Petrova, or no longer."""
    sql = "UPDATE registry_doctors SET retired = :retired WHERE family = 'Петрова'"
    await town.app.store.database.write(lambda connection: connection.execute(sql, {"retired": int(not is_listed)}))


async def rename_doctor(town: Town, family: str) -> None:
    sql = "UPDATE registry_doctors SET family = :family WHERE family = 'Петрова'"
    await town.app.store.database.write(lambda connection: connection.execute(sql, {"family": family}))


async def told_in_night(town: Town, day: int) -> list[str]:
    """Let a night pass; return the lines about the doctor that the mother reads in the morning."""
    before = await town.mother.messages()
    for hour in (2, 9):
        await pass_until(town, moscow(day, hour))
    news = await new_messages(town.mother, before)
    return [line for each in news for line in each.text.splitlines() if line.startswith("Врач:")]


async def read_lists(town: Town) -> None:
    """Let the clinics list their doctors to the bot."""
    directory = town.app.services.directory
    for clinic in await directory.clinics():
        for specialty in await directory.specialties(clinic):
            await directory.doctors(clinic, specialty)


@pytest.mark.parametrize("by_feed", [False, True], ids=["look", "feed"])
async def test_visit_to_a_doctor_of_no_list_is_shown_and_named_later(town: Town, by_feed: bool) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await share_phone(town, mother)
    await town.app.services.clinic_changes.sync()
    await visit_by_phone(town)
    await list_doctor(town, is_listed=False)
    if by_feed:
        await (await ClinicSide.of_newest(town)).tell()
    else:
        await looked(town, mother)
    shown = await visits(mother)
    assert moment_of(shown) == "чт 26 ноября, 08:00"
    assert "имя врача не указано" in shown.text
    known = await mother.messages()
    await list_doctor(town, is_listed=True)
    await read_lists(town)
    await town.app.services.clinic_changes.sync()
    await town.app.outbox.sweep()
    assert not any("изменила" in each.text for each in await mother.messages() if each not in known)
    assert "Петрова" in (await visits(mother)).text
    assert await told_in_night(town, 24) == ["Врач: было (имя врача не указано), стало Петрова Анна Сергеевна"]
    await rename_doctor(town, "Сидорова")
    assert await told_in_night(town, 25) == ["Врач: было Петрова Анна Сергеевна, стало Сидорова Анна Сергеевна"]
