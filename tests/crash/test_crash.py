"""The crash run in short, and what it must not overlook."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.chat.actions import MARIA, book, moscow, pass_until, settle_in
from tests.chat.message import Json
from tests.chat.town import Town
from tests.crash.verdict import judge
from tests.project_files import ROOT

LINE = re.compile(r"^crash kills=3 messages=\d+ lost=0 doubled=\d+ inflight=\d+$")


@pytest.mark.requirement("D11")
async def test_nothing_acknowledged_is_lost_however_often_the_bot_is_killed() -> None:
    run = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crash", "--kills", "3", "--people", "5", "--seed", "5"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told, _none = await asyncio.wait_for(run.communicate(), 100)
    finally:
        if run.returncode is None:
            run.kill()
            await run.wait()
    lines = told.decode().splitlines()
    assert run.returncode == 0, told.decode()
    assert LINE.match(lines[-1]), told.decode()


async def booked_and_reminded(town: Town) -> tuple[Path, list[Json]]:
    """A town whose story is over: the visit was booked, and its reminder has been sent."""
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    await pass_until(town, moscow(25, 18, 1))
    return town.folder / "registratura.sqlite3", await town.chat.calls()


def spoil(database: Path, sql: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(sql)


async def test_the_ledger_of_a_quiet_day_is_clean(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    verdict = judge(database, calls)
    assert (verdict.lost, verdict.half_made, verdict.doubled) == ([], [], 0)
    assert verdict.messages == sum(call["method"] == "sendMessage" for call in calls)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE registry_bookings SET status = 'CANCELLED' WHERE key IS NOT NULL", "the clinic"),
        ("DELETE FROM registry_bookings WHERE key IS NOT NULL", "None"),
        ("UPDATE appointments SET status = 'PENDING'", "PENDING"),
        ("UPDATE appointments SET cancelling = 1", "being cancelled"),
        ("UPDATE appointments SET starts_at = starts_at + 1800", "the clinic"),
    ],
)
async def test_the_ledger_sees_a_visit_that_is_half_made(town: Town, sql: str, told: str) -> None:
    database, calls = await booked_and_reminded(town)
    spoil(database, sql)
    assert told in judge(database, calls).half_made[0]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM appointments", "was acknowledged"),
        ("UPDATE outbox SET status = 'FAILED' WHERE kind = 'REMINDER'", "without its reminder"),
        ("UPDATE outbox SET status = 'CLAIMED' WHERE kind = 'BOOKING'", "BOOKING"),
    ],
)
async def test_the_ledger_sees_what_is_lost(town: Town, sql: str, told: str) -> None:
    database, calls = await booked_and_reminded(town)
    spoil(database, sql)
    assert any(told in line for line in judge(database, calls).lost)


async def test_a_reminder_whose_row_is_gone_has_come_only_where_the_chat_shows_it(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    spoil(database, "DELETE FROM outbox")
    assert judge(database, calls).lost == []
    unseen = [call for call in calls if not call["params"].get("text", "").startswith("<b>Напоминаю")]
    assert any("without its reminder" in line for line in judge(database, unseen).lost)


async def test_the_ledger_sees_news_told_twice(town: Town) -> None:
    database, calls = await booked_and_reminded(town)
    assert judge(database, [*calls, *calls]).doubled == 1
