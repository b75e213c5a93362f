"""A damaged row harms only itself: the rest is shown, handled and erased, and the operator is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.chat.actions import (
    ALINA,
    DAY,
    MARIA,
    PETROVA,
    THURSDAY,
    TIME,
    at_desk,
    book,
    choose,
    clinic_cancels,
    say,
    settle_in,
    visits,
)
from tests.chat.town import Town

NOT_READ = "Не удаётся прочитать 1 карточку"


def damage(town: Town, table: str, column: str, where: str = "1 = 1") -> None:
    """Cut sealed values, so that no key opens them."""
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        changed = database.execute(
            f"UPDATE {table} SET {column} = CAST(substr({column}, 1, length({column}) - 8) AS BLOB) WHERE {where}"  # noqa: S608 - names of ours
        )
        assert changed.rowcount > 0
        database.commit()


def count(town: Town, table: str) -> int:
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of ours


async def test_damaged_card_is_named_and_the_others_are_shown(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ALINA)
    await book(mother, "Педиатр", "Ахметов", DAY, TIME, "Алина", "Урал")
    damage(town, "patients", "sealed_identity", "id = (SELECT min(id) FROM patients)")
    for command in ("/menu", "/data", "/children"):
        assert NOT_READ in (await say(mother, command)).text, command
    assert "Алина" in (await visits(mother)).text
    await town.work()
    assert [each.alarm for each in town.app.services.alarms.ringing()] == ["ROWS_FAIL"]


async def test_only_card_that_is_damaged_does_not_look_like_no_card(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    damage(town, "patients", "sealed_identity")
    menu = (await say(mother, "/menu")).text
    assert NOT_READ in menu
    assert "Записей к врачу нет" not in menu
    assert "Не удаётся прочитать 1 запись" in (await say(mother, "/visits")).text
    assert NOT_READ in (await say(mother, "/children")).text


@pytest.mark.requirement("C29")
async def test_everything_is_erased_whatever_is_damaged(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA, ALINA)
    await book(mother, "Педиатр", "Ахметов", DAY, TIME, "Алина", "Урал")
    await mother.share_contact()
    await say(mother, "/start")
    for table, column in (
        ("patients", "sealed_identity"),
        ("patients", "sealed_person"),
        ("accounts", "sealed_telegram"),
        ("outbox", "sealed_facts"),
    ):
        damage(town, table, column)
    await say(mother, "/data")
    assert "Не удаётся прочитать 1 запись" in (await choose(mother, "Удалить всё")).text
    await choose(mother, "Назад")
    assert "Всё удалено" in (await choose(mother, "Удалить всё", "Да, удалить")).text
    assert (count(town, "patients"), count(town, "outbox"), count(town, "contacts")) == (0, 0, 0)


async def test_damaged_visit_does_not_stop_the_clinics_changes(town: Town) -> None:
    """The feed is read to its end; only the change of this visit is left out."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    damage(town, "patients", "sealed_identity")
    await clinic_cancels(town, "Мария И.")
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        [(cursor, newest)] = database.execute("SELECT cursor, (SELECT max(id) FROM registry_changes) FROM cursors")
    assert cursor == str(newest)


async def test_damaged_patient_of_the_clinic_is_named_at_the_desk(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    seen = await at_desk(town)
    assert "Мария И." in " ".join(seen.labels)
    damage(town, "registry_persons", "person", "id IN (SELECT person_id FROM registry_bookings WHERE key IS NOT NULL)")
    seen = await at_desk(town)
    assert "Мария И." not in " ".join(seen.labels)
    assert "Не удаётся прочитать 1 запись" in seen.text
