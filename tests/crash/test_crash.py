"""A short crash run, and the faults that its verdict must find."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.chat.actions import MARIA, book, moscow, pass_until, settle_in
from tests.chat.message import Json
from tests.chat.town import Town
from tests.crash.short_run import run_program
from tests.crash.verdict import judge

AFTER = moscow(25, 18, 1).timestamp()
LINE = re.compile(r"^crash kills=3 messages=\d+ lost=0 doubled=\d+ inflight=\d+ outages=1 of_release_before=[01]$")


@pytest.mark.requirement("D11")
async def test_killed_bot_loses_nothing_that_was_confirmed() -> None:
    options = ("--kills", "3", "--people", "5", "--seed", "5", "--outages", "1")
    assert LINE.match(line := await run_program("tests.crash", *options)), line


async def booked_and_reminded(town: Town) -> tuple[Path, list[Json]]:
    """Book a visit and let its reminder be sent; return the database file and the calls."""
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await pass_until(town, moscow(25, 18, 1))
    return town.folder / "registratura.sqlite3", await town.chat.calls()


def change_rows(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql)


async def test_verdict_of_a_run_without_kills_is_clean(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    verdict = judge(database, calls, AFTER)
    assert (verdict.lost, verdict.inconsistent, verdict.doubled) == ([], [], 0)
    assert verdict.messages == sum(call["method"] == "sendMessage" for call in calls)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE registry_bookings SET status = 'CANCELLED' WHERE key IS NOT NULL", "the clinic"),
        ("DELETE FROM registry_bookings WHERE key IS NOT NULL", "None"),
        ("UPDATE appointments SET status = 'PENDING'", "PENDING"),
        ("UPDATE appointments SET cancelling = 1", "being cancelled"),
        ("UPDATE appointments SET starts_at = starts_at + 1800", "the clinic"),
    ],
)
async def test_verdict_finds_an_inconsistent_visit(town: Town, sql: str, expected: str) -> None:
    database, calls = await booked_and_reminded(town)
    change_rows(database, sql)
    assert expected in judge(database, calls, AFTER).inconsistent[0]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DELETE FROM appointments", "was confirmed"),
        ("UPDATE outbox SET status = 'FAILED' WHERE kind = 'REMINDER'", "had no reminder"),
        ("UPDATE outbox SET status = 'CLAIMED' WHERE kind = 'BOOKING'", "BOOKING"),
    ],
)
async def test_verdict_finds_a_lost_visit_or_message(town: Town, sql: str, expected: str) -> None:
    database, calls = await booked_and_reminded(town)
    change_rows(database, sql)
    assert any(expected in line for line in judge(database, calls, AFTER).lost)


async def test_reminder_without_a_row_must_be_in_the_chat(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    change_rows(database, "DELETE FROM outbox")
    assert judge(database, calls, AFTER).lost == []
    unseen = [call for call in calls if not call["params"].get("text", "").startswith("<b>Напоминаю")]
    assert any("had no reminder" in line for line in judge(database, unseen, AFTER).lost)


async def test_verdict_counts_news_sent_twice(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    assert judge(database, [*calls, *calls], AFTER).doubled == 1
