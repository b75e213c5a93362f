"""Retention: rows are deleted when the time promised in the consents is over, and not earlier."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.chat.actions import MARIA, PETROVA, THURSDAY, book, moscow, pass_until, settle_in, take_back, visits
from tests.chat.town import Town


def count(town: Town, table: str) -> int:
    with closing(sqlite3.connect(town.folder / "registratura.sqlite3")) as database:
        (number,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a test's own word
    return int(number)


@pytest.mark.requirement("C29")
async def test_visit_is_deleted_a_year_after_it(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await town.pass_time(days=365)
    assert count(town, "appointments") == 1
    await town.pass_time(days=10)
    assert count(town, "appointments") == 0
    assert "Записей к врачу нет" in (await visits(town.mother)).text


async def test_sent_messages_are_deleted_after_a_month(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await pass_until(town, moscow(25, 18))
    sent = "outbox WHERE kind IN ('REMINDER', 'BOOKING')"
    assert count(town, sent) == 2
    await town.pass_time(days=27)
    assert count(town, sent) == 2
    await town.pass_time(days=5)
    assert count(town, sent) == 0


async def test_journal_and_revoked_consents_are_kept_for_three_years(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await take_back(town.mother, "напоминания")
    linked = "audit WHERE action = 'policy linked'"
    revoked = "consents WHERE revoked_at IS NOT NULL"
    await town.pass_time(days=3 * 365 - 1)
    assert (count(town, linked), count(town, revoked)) == (1, 1)
    await town.pass_time(days=2)
    assert (count(town, linked), count(town, revoked)) == (0, 0)
    assert count(town, "consents WHERE revoked_at IS NULL") == 2
