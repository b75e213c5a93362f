"""«Настройки и данные»: consents with their dates, revoking each, the journal, and erasing everything."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.account.rules.consents import CONSENT_VERSIONS
from bot.app import Store, make_services
from bot.booking.records import AppointmentCard
from bot.core.people import Purpose
from bot.core.tasks import Tasks
from bot.patients.errors import TooManyChecks
from bot.patients.records import Relationship, Representation
from bot.patients.rules.policy_number import make_policy_number
from bot.services import Services
from storage.unit import UnitOfWork
from tests.builders import StoppedClock, claim_of, some_settings
from tests.chat.actions import (
    ARTYOM,
    MARIA,
    PETROVA,
    THURSDAY,
    account_of,
    at_desk,
    book,
    children_of,
    choose,
    clinic_cancels,
    consent,
    link,
    look,
    moscow,
    new_messages,
    pass_until,
    ref_of,
    say,
    settle_in,
    take_back,
    to_name,
    visits,
)
from tests.chat.town import Town
from tests.storage.personal_data import fill, tables_about_people, traces
from tests.storage.stored import CIPHER, INDEX, NOW, World, opened_world
from tests.telegram_ids import telegram_ids

OUTLIVE_PEOPLE = {"consents", "audit", "failed_checks"}
"""Rows stay without a link to a person: for three years; failed checks for an hour, with keyed hashes."""


@pytest.mark.requirement("C29")
async def test_my_data_show_consents_with_dates_and_counts(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    shown = await say(mother, "/data")
    named = {"ваши данные": Purpose.REPRESENTATIVE, "данные ребёнка": Purpose.PATIENT, "напоминания": Purpose.REMINDERS}
    for title, purpose in named.items():
        assert f"✅ Согласие «{title}»: 23 ноября 2026 года, версия {CONSENT_VERSIONS[purpose]}" in shown.text
    assert "1 ребёнок, 1 предстоящая запись" in shown.text
    assert {"Удалить всё", "Меню"} <= set(shown.labels)


async def test_consent_has_its_date_in_moscow(town: Town) -> None:
    await pass_until(town, moscow(24, 0, 30))
    await consent(town.mother)
    assert "24 ноября 2026 года" in (await say(town.mother, "/data")).text


async def test_text_of_a_given_consent_can_be_read(town: Town) -> None:
    await consent(town.mother)
    await say(town.mother, "/data")
    document = await choose(town.mother, "Текст: данные ребёнка")
    assert "Версия 4" in document.text
    assert "Настройки и данные" in (await choose(town.mother, "Назад")).text


async def test_revoked_required_consent_is_asked_for_before_anything(town: Town) -> None:
    """Visits stay at the clinic, but no reminder is sent."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/data")
    asked = await choose(mother, "Отозвать: данные ребёнка")
    assert "Записи, которые уже есть, в поликлинике останутся" in asked.text
    left = await choose(mother, "Отозвать")
    assert "Согласия нет: данные ребёнка" in left.text
    assert "Согласие" in (await visits(mother)).text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []


async def test_account_is_erased_30_days_after_a_required_consent(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await take_back(mother, "данные ребёнка")
    await town.pass_time(days=29)
    assert rows_of(town, mother.id)
    await town.pass_time(days=2)
    assert rows_of(town, mother.id) == []


async def test_zero_counts_are_not_shown(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    empty = (await say(mother, "/data")).text
    assert "0 " not in empty
    assert "хранятся зашифрованными" in empty
    await say(mother, "/menu")
    await link(mother, MARIA)
    assert "1 ребёнок\n" in (await say(mother, "/data")).text


@pytest.mark.requirement("D39")
async def test_journal_shows_deeds_and_who_answered(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/data")
    shown = (await choose(mother, "Журнал")).text.splitlines()
    assert "23 ноября, 12:00 · Поликлиника подтвердила запись" in shown
    assert "23 ноября, 12:00 · Реестр подтвердил полис: Мария И." in shown
    assert shown.index("23 ноября, 12:00 · Вы добавили карточку: Мария И.") < shown.index(
        "23 ноября, 12:00 · Вы дали согласие: данные ребёнка"
    )
    assert "Настройки и данные" in (await choose(mother, "Назад")).text


# --- erasure ----------------------------------------------------------------------------------------------------------


async def test_erasure_leaves_no_rows_and_start_begins_anew(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "Вернуть их будет нельзя" in asked.text
    erased = await choose(mother, "Да, удалить")
    assert "Всё удалено" in erased.text
    assert rows_of(town, mother.id) == []
    assert "Здравствуйте" in (await say(mother, "/start")).text


async def test_erasure_deletes_a_draft_and_an_open_prompt(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    assert rows_of(town, mother.id) == []
    assert "Здравствуйте" in (await say(mother, MARIA.name.full)).text


async def test_erasure_can_cancel_visits_at_the_clinic(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "1 предстоящая запись" in asked.text
    assert "Всё удалено" in (await choose(mother, "Отменить и удалить всё")).text
    assert rows_of(town, mother.id) == []
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" not in (await at_desk(town)).labels


async def test_erasure_can_keep_visits_at_the_clinic(town: Town) -> None:
    """The reception finds the visit by the number; no message about it is sent afterwards."""
    mother = town.mother
    await settle_in(mother, MARIA)
    booked = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/data")
    told = await choose(mother, "Удалить всё", "Оставить и удалить всё")
    assert "Запись осталась в силе" in told.text
    assert f"Номер записи: {ref_of(booked)}" in told.text
    assert "позвоните в регистратуру и назовите её номер" in told.text
    assert "чт 26 ноября, 08:00" in told.text
    assert "Регистратура: +7 000 000-12-12" in told.text
    assert rows_of(town, mother.id) == []
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels
    assert "чт 26.11 08:00 · Мария И., 2018, 0014" in (await say(town.registrar, MARIA.name.family)).labels
    at_the_desk = await say(town.registrar, ref_of(booked))
    assert "Мария И." in at_the_desk.text
    assert "чт 26 ноября, 08:00" in at_the_desk.text
    await choose(mother, "Меню")
    assert (await look(mother, told.id)).text == told.text
    before = await mother.messages()
    await clinic_cancels(town, "Мария И.")
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []


async def test_erasure_leaves_another_parents_data(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await say(town.mother, "/data")
    await choose(town.mother, "Удалить всё", "Да, удалить")
    assert "Артём К." in (await say(town.father, "/start")).text


async def test_same_child_can_be_linked_after_erasure(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    await consent(mother)
    assert "Мария И." in (await link(mother, MARIA)).text


async def test_erasure_stays_in_the_journal_without_an_account(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    account = await account_of(town, mother)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM audit WHERE action = 'erased'").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM audit WHERE account_id = ?", (account.id,)).fetchone() == (0,)


def rows_of(town: Town, telegram_id: int) -> list[str]:
    """Return the bot's tables that have rows of this person or of any patient."""
    file = town.folder / "registratura.sqlite3"
    found = ["accounts"] if telegram_id in telegram_ids(file, town.app.store.cipher).values() else []
    hanging = ("patients", "representations", "orders", "appointments", "outbox", "drafts", "dialogs")
    with closing(sqlite3.connect(file)) as database:
        return found + [table for table in hanging if database.execute(f"SELECT 1 FROM {table}").fetchone()]  # noqa: S608 - the same


async def test_erasure_leaves_a_shared_card_with_the_father(town: Town) -> None:
    """The question announces it; the visits stay with the card."""
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    visit = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await consent(father)
    [patient] = await children_of(town, mother)
    fathers = await account_of(town, father)
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(fathers.id, patient.id, Relationship.PARENT, town.clock.now())
    )
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "1 карточка, которую ведёт и другой представитель, останется у него" in asked.text
    assert "Отменить и удалить всё" not in asked.labels
    assert "Всё удалено" in (await choose(mother, "Да, удалить")).text
    await town.pass_time(minutes=3)  # The message waits while the prompt for a policy number is fresh.
    assert "Мария И." in (await father.wait_for("Мария И.")).text
    assert ref_of(visit) in (await choose(father, "Меню", "Мои записи")).text
    assert "08:00 · Мария И., 2018, 0014 · Педиатр" in (await at_desk(town)).labels


# --- no trace is left -------------------------------------------------------------------------------------------------


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def services_of(world: World) -> Services:
    store = Store(world.database, CIPHER, INDEX, world.storage)
    return make_services(store, StoppedClock(), Tasks(), some_settings())


async def test_erasure_does_not_reset_failed_checks(town: Town) -> None:
    mother, services = town.mother, town.app.services
    await settle_in(mother)
    guesses = [make_policy_number("77", MARIA.birth_date, MARIA.sex, serial) for serial in range(900, 906)]
    account = await account_of(town, mother)
    for number in guesses[:5]:
        await services.patients.link(account, claim_of(number, MARIA.name))
    await services.erasure.erase(account.id, keep_visits=True)
    await settle_in(mother)
    again = await account_of(town, mother)
    assert again.id != account.id
    with pytest.raises(TooManyChecks):
        await services.patients.link(again, claim_of(guesses[5], MARIA.name))
    await town.pass_time(hours=1)
    assert (await services.patients.link(again, claim_of(MARIA.policy_number, MARIA.name))).is_verified


@pytest.mark.requirement("C29")
async def test_erasure_leaves_no_trace_in_any_table(world: World) -> None:
    patient = await fill(world)
    mother, stranger = world.mother, world.stranger
    assert {"contacts.account_id", "drafts.account_id", "pins.account_id", "takeovers.old_id"} <= set(
        await traces(world, mother.id, [patient])
    )
    services = services_of(world)
    await services.erasure.erase(mother.id, keep_visits=True)
    assert await traces(world, mother.id, []) == []
    await services.erasure.erase(stranger.id, keep_visits=True)
    assert await traces(world, stranger.id, [patient]) == []
    for table in await tables_about_people(world) - OUTLIVE_PEOPLE:
        assert await is_empty(world, table), table


async def is_empty(world: World, table: str) -> bool:
    sql = f"SELECT 1 FROM {table}"  # noqa: S608 - names from the schema
    return not await world.database.read(lambda connection: connection.fetch(sql, {}))


async def test_erasure_makes_the_other_representative_the_owner(world: World) -> None:
    patient = await fill(world)
    services = services_of(world)
    assert (await services.own_data.summary(world.mother.id)).shared == 1
    await services.erasure.erase(world.mother.id, keep_visits=False)

    async def look(view: UnitOfWork) -> tuple[Representation, AppointmentCard]:
        [kept] = await view.representatives.list_of(patient)
        [visit] = await view.appointments.upcoming(world.stranger.id, NOW)
        return kept, visit

    kept, visit = await world.storage.read(look)
    assert (kept.account, kept.is_owner) == (world.stranger.id, True)
    assert (visit.appointment.account, visit.appointment.is_live) == (world.stranger.id, True)
