"""My data: every consent with its date, taken back one by one, and everything erased on demand."""

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
from bot.privacy.privacy import Privacy
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
    moscow,
    new_messages,
    pass_until,
    press_beside,
    ref_of,
    say,
    settle_in,
    take_back,
    to_name,
    visits,
)
from tests.chat.kept import fill, tables_about_people, traces
from tests.chat.town import Town
from tests.storage.stored import CIPHER, INDEX, NOW, World, opened_world

OUTLIVE_PEOPLE = {"consents", "audit", "failed_checks"}
"""Their rows stay without a link to anybody: for three years; the last for an hour, with keyed hashes."""


@pytest.mark.requirement("C29")
async def test_my_data_show_each_consent_with_its_date_and_what_is_kept(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    shown = await say(mother, "/data")
    named = {"ваши данные": Purpose.REPRESENTATIVE, "данные ребёнка": Purpose.PATIENT, "напоминания": Purpose.REMINDERS}
    for title, purpose in named.items():
        assert f"✅ Согласие «{title}»: 23.11.2026, версия {CONSENT_VERSIONS[purpose]}" in shown.text
    assert "1 ребёнок, 1 предстоящая запись" in shown.text
    assert {"Удалить всё", "Меню"} <= set(shown.labels)


async def test_a_consent_given_after_midnight_in_moscow_has_that_days_date(town: Town) -> None:
    await pass_until(town, moscow(24, 0, 30))
    await consent(town.mother)
    assert "24.11.2026" in (await say(town.mother, "/data")).text


async def test_the_text_of_a_consent_can_be_read_again(town: Town) -> None:
    await consent(town.mother)
    await say(town.mother, "/data")
    document = await choose(town.mother, "Текст: данные ребёнка")
    assert "Версия 2" in document.text
    assert "Мои данные" in (await choose(town.mother, "Назад")).text


async def test_whoever_takes_back_the_main_consent_is_asked_for_it_before_anything_else(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/data")
    asked = await press_beside(mother, "данные ребёнка", "Отозвать")
    assert "Записи, которые уже есть, в поликлинике останутся" in asked.text
    left = await choose(mother, "Отозвать")
    assert "Согласия нет: данные ребёнка" in left.text
    assert "Согласие" in (await visits(mother)).text
    before = await mother.messages()
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []


async def test_a_main_consent_not_given_again_in_thirty_days_erases_everything(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await take_back(mother, "данные ребёнка")
    await town.pass_time(days=29)
    assert rows_of(town, mother.id)
    await town.pass_time(days=2)
    assert rows_of(town, mother.id) == []


async def test_what_there_is_none_of_is_not_counted(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    empty = (await say(mother, "/data")).text
    assert "0 " not in empty
    assert "хранятся зашифрованными" in empty
    await say(mother, "/menu")
    await link(mother, MARIA)
    assert "1 ребёнок\n" in (await say(mother, "/data")).text


@pytest.mark.requirement("D39")
async def test_the_journal_tells_what_was_done_here_and_who_answered(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother)
    await say(mother, "/data")
    told = (await choose(mother, "Журнал")).text.splitlines()
    assert "23.11.2026, 12:00 · поликлиника: запись подтверждена" in told
    assert "23.11.2026, 12:00 · реестр: полис подтверждён, Мария И." in told
    assert told.index("23.11.2026, 12:00 · карточка добавлена, Мария И.") < told.index(
        "23.11.2026, 12:00 · дано согласие: данные ребёнка"
    )
    assert "Мои данные" in (await choose(mother, "Назад")).text


# --- erasing ----------------------------------------------------------------------------------------------------------


async def test_everything_is_erased_with_a_number_and_the_next_start_begins_anew(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "Вернуть их будет нельзя" in asked.text
    erased = await choose(mother, "Да, удалить")
    assert "Всё удалено" in erased.text
    assert rows_of(town, mother.id) == []
    assert "Здравствуйте" in (await say(mother, "/start")).text


async def test_a_draft_and_a_waiting_question_are_erased_too(town: Town) -> None:
    mother = town.mother
    await consent(mother)
    await to_name(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    assert rows_of(town, mother.id) == []
    assert "Здравствуйте" in (await say(mother, MARIA.name.full)).text


async def test_erasing_cancels_the_visits_at_the_clinic_where_that_is_wished(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "1 предстоящая запись" in asked.text
    assert "Всё удалено" in (await choose(mother, "Отменить записи и удалить")).text
    assert "08:00 · Мария И. · Педиатр" not in (await at_desk(town)).labels
    assert rows_of(town, mother.id) == []


async def test_erasing_keeps_the_visits_at_the_clinic_where_that_is_wished_and_tells_nothing_more(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Удалить всё, записи оставить")
    assert "08:00 · Мария И. · Педиатр" in (await at_desk(town)).labels
    assert rows_of(town, mother.id) == []
    before = await mother.messages()
    await clinic_cancels(town, "Мария И.")
    await pass_until(town, moscow(25, 18))
    assert await new_messages(mother, before) == []


async def test_one_parents_erasure_leaves_the_other_alone(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father, ARTYOM)
    await say(town.mother, "/data")
    await choose(town.mother, "Удалить всё", "Да, удалить")
    assert "Артём К." in (await say(town.father, "/start")).text


async def test_whoever_comes_back_after_erasing_can_link_the_same_child_again(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    await consent(mother)
    assert "Мария И." in (await link(mother, MARIA)).text


async def test_the_erasure_stays_in_the_journal_without_a_link_to_the_person(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    account = await account_of(town, mother)
    await say(mother, "/data")
    await choose(mother, "Удалить всё", "Да, удалить")
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM audit WHERE action = 'erased'").fetchone() == (1,)
        assert database.execute("SELECT count(*) FROM audit WHERE account_id = ?", (account.id,)).fetchone() == (0,)


def rows_of(town: Town, telegram_id: int) -> list[str]:
    """Where in the bot's own tables something of this person, or of anybody's child, still is."""
    own = {"accounts": "telegram_id", "dialogs": "telegram_id"}
    hanging = ("patients", "representations", "orders", "appointments", "outbox", "drafts")
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        found = [
            table
            for table, column in own.items()
            if database.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", (telegram_id,)).fetchone()  # noqa: S608 - names from above
        ]
        return found + [table for table in hanging if database.execute(f"SELECT 1 FROM {table}").fetchone()]  # noqa: S608 - the same


async def test_a_card_that_the_father_keeps_too_is_told_of_before_and_is_his_afterwards(town: Town) -> None:
    mother, father = town.mother, town.father
    await settle_in(mother, MARIA)
    visit = await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await consent(father)
    [patient] = await children_of(town, mother)
    his = await account_of(town, father)
    await town.app.store.storage.write(
        lambda uow: uow.representatives.add(his.id, patient.id, Relationship.PARENT, town.clock.now())
    )
    await say(mother, "/data")
    asked = await choose(mother, "Удалить всё")
    assert "1 карточка, которую ведёт и другой представитель, останется у него" in asked.text
    assert "Отменить записи и удалить" not in asked.labels
    assert "Всё удалено" in (await choose(mother, "Да, удалить")).text
    await town.pass_time(minutes=3)  # he was being asked for a policy's number
    assert "Мария И." in (await father.wait_for("Мария И.")).text
    assert ref_of(visit) in (await choose(father, "Меню", "Мои записи")).text
    assert "08:00 · Мария И. · Педиатр" in (await at_desk(town)).labels


# --- nothing is left --------------------------------------------------------------------------------------------------


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def privacy_of(world: World) -> Privacy:
    store = Store(world.database, CIPHER, INDEX, world.storage)
    return make_services(store, StoppedClock(), Tasks(), some_settings()).privacy


async def test_whoever_erases_everything_has_no_new_tries_at_the_register_for_it(town: Town) -> None:
    mother, services = town.mother, town.app.services
    await settle_in(mother)
    guesses = [make_policy_number("77", MARIA.birth_date, MARIA.sex, serial) for serial in range(900, 906)]
    account = await account_of(town, mother)
    for number in guesses[:5]:
        await services.patients.link(account, claim_of(number, MARIA.name))
    await services.privacy.erase(account.id, keep_visits=True)
    await settle_in(mother)
    again = await account_of(town, mother)
    assert again.id != account.id
    with pytest.raises(TooManyChecks):
        await services.patients.link(again, claim_of(guesses[5], MARIA.name))
    await town.pass_time(hours=1)
    assert (await services.patients.link(again, claim_of(MARIA.policy_number, MARIA.name))).is_verified


@pytest.mark.requirement("C29")
async def test_of_somebody_who_had_everything_no_table_keeps_a_trace(world: World) -> None:
    patient = await fill(world)
    mother, stranger = world.mother, world.stranger
    assert {"contacts.account_id", "drafts.account_id", "pins.account_id", "takeovers.old_id"} <= set(
        await traces(world, mother.id, [patient], mother.telegram_id)
    )
    privacy = privacy_of(world)
    await privacy.erase(mother.id, keep_visits=True)
    assert await traces(world, mother.id, [], mother.telegram_id) == []
    await privacy.erase(stranger.id, keep_visits=True)
    assert await traces(world, stranger.id, [patient], stranger.telegram_id) == []
    for table in await tables_about_people(world) - OUTLIVE_PEOPLE:
        assert await is_empty(world, table), table


async def is_empty(world: World, table: str) -> bool:
    sql = f"SELECT 1 FROM {table}"  # noqa: S608 - names from the schema
    return not await world.database.read(lambda connection: connection.fetch(sql, {}))


async def test_a_card_kept_by_two_stays_with_the_other_visits_and_all(world: World) -> None:
    patient = await fill(world)
    privacy = privacy_of(world)
    assert (await privacy.held(world.mother.id)).shared == 1
    await privacy.erase(world.mother.id, keep_visits=False)

    async def look(view: UnitOfWork) -> tuple[Representation, AppointmentCard]:
        [kept] = await view.representatives.list_of(patient)
        [visit] = await view.appointments.upcoming(world.stranger.id, NOW)
        return kept, visit

    kept, visit = await world.storage.read(look)
    assert (kept.account, kept.is_owner) == (world.stranger.id, True)
    assert (visit.appointment.account, visit.appointment.is_live) == (world.stranger.id, True)
