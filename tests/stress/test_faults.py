"""A failing statement or Telegram call leaves nothing lost, stuck or done twice, and needs no repair by hand."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from bot.core import limits
from bot.telegram import pace
from storage.database.connection import Conflict, Connection, Database
from storage.database.opening import open_database
from tests.stress import chat_faults, service_town
from tests.stress.chat_faults import ANNA, KINDS, STEPS, Robot
from tests.stress.faults import Result, every, fail_services, rerun_services, some
from tests.stress.in_process import InProcessChat, open_chat
from tests.stress.reruns import RunsTwice

SEED = 3
SERVICES, STATEMENTS, CALLS = 75, 15, 8
"""of them all, which `make faults` fails"""
UNTIL_BOOKED = next(at for at, step in enumerate(STEPS) if step.does == "Bb:")
LIVE = "SELECT count(*) AS live FROM registry_bookings WHERE key IS NOT NULL AND status = 'BOOKED'"


@pytest.fixture(autouse=True)
def _short_retries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pace, "RETRIES", (0.01, 0.02))
    with capture_logs():
        yield


async def test_failed_statement_does_not_stop_a_journey_through_services(tmp_path: Path) -> None:
    template = await service_town.make_template(tmp_path)
    (tmp_path / "runs").mkdir()
    result = await fail_services(template, tmp_path / "runs", some(SEED, SERVICES))
    print(result)
    assert result.clean, result.report()


async def test_failed_statement_does_not_stop_a_journey_through_the_chat(template: Path, tmp_path: Path) -> None:
    statements, _calls = await chat_faults.count(template, tmp_path)
    result = await chat_faults.fail_statements(template, tmp_path, some(SEED, STATEMENTS)(statements))
    print(result)
    assert result.clean, result.report()


async def test_units_of_a_journey_through_services_can_run_twice(tmp_path: Path) -> None:
    """Each unit of work is run, rolled back and run again: same answer, same statements, same end."""
    result = await rerun_services(await service_town.make_template(tmp_path), tmp_path)
    assert result.clean, result.report()


async def test_units_of_a_journey_through_the_chat_can_run_twice(template: Path, tmp_path: Path) -> None:
    result = await chat_faults.rerun(template, tmp_path)
    assert result.clean, result.report()


async def test_unit_that_depends_on_its_first_run_is_found(tmp_path: Path) -> None:
    database = RunsTwice(await open_database(f"sqlite:///{tmp_path}/bot.sqlite3"))
    seen: list[int] = []

    async def insert_pair(connection: Connection) -> int:
        seen.append(1)
        await connection.execute("CREATE TABLE IF NOT EXISTS pairs (unit INTEGER UNIQUE)", {})
        await connection.execute("INSERT INTO pairs VALUES (1)", {})
        return len(seen)

    async def fetch_more_each_time(connection: Connection) -> None:
        seen.append(1)
        for _each in seen:
            await connection.fetch("SELECT 1", {})

    try:
        assert await database.write(insert_pair) == 2
        with pytest.raises(Conflict):
            await database.write(lambda connection: connection.execute("INSERT INTO pairs VALUES (1)", {}))
        assert len(database.differing) == 1
        await database.write(fetch_more_each_time)
        assert len(database.differing) == 2
    finally:
        await database.close()


async def test_failed_telegram_call_does_not_stop_a_journey(template: Path, tmp_path: Path) -> None:
    _statements, calls = await chat_faults.count(template, tmp_path)
    # The wait after a 429 is real time and has its own tests.
    kinds = [kind for kind in KINDS if kind != "429"]
    sites = [(at, kind) for at in every(calls) for kind in kinds]
    result = await chat_faults.fail_calls(template, tmp_path, Random(SEED).sample(sites, CALLS))
    print(result)
    assert result.clean, result.report()


# --- faults that last -------------------------------------------------------------------------------------------------


@pytest.fixture
async def town(template: Path, tmp_path: Path) -> AsyncIterator[InProcessChat]:
    async with open_chat(template, tmp_path) as everything:
        yield everything


async def reviewing(town: InProcessChat) -> Robot:
    """Walk up to the screen with «Записаться»."""
    robot = Robot(town, lambda: "", Result())
    for at in range(UNTIL_BOOKED):
        assert await robot.reach(at)
    return robot


async def live(database: Database) -> int:
    async def look(connection: Connection) -> int:
        return int((await connection.fetch(LIVE, {}))[0]["live"])

    return await database.read(look)


async def press(town: InProcessChat, data: str) -> str:
    """Press a button; return the text of the alert, or ""."""
    screen = town.screen(ANNA)
    assert screen is not None
    press = town.actor(ANNA).press(screen.id, data)
    await town.handle()
    assert press.answered
    return press.text


async def test_press_books_after_a_database_lock_of_two_seconds(town: InProcessChat, tmp_path: Path) -> None:
    robot = await reviewing(town)
    book = robot.data("Bb:", 0)
    assert book is not None
    other = sqlite3.connect(tmp_path / "registratura.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    unlocked = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(2, lambda: unlocked.set_result(other.execute("ROLLBACK")))
    assert await press(town, book) == ""
    await unlocked
    other.close()
    assert await live(town.app.store.database) == 1


async def test_longer_lock_is_told_and_the_next_press_books(
    town: InProcessChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = await reviewing(town)
    book = robot.data("Bb:", 0)
    assert book is not None
    monkeypatch.setattr(limits, "LOCK_TIMEOUT", 0.2)
    other = sqlite3.connect(tmp_path / "registratura.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "Сейчас занято" in await press(town, book)
    await town.say(ANNA, "/help")
    shown = town.screen(ANNA)
    assert shown is not None
    assert "Помощь" in shown.text
    other.close()
    assert await press(town, book) == ""
    assert await live(town.app.store.database) == 1


async def test_press_books_after_a_full_disk_has_room_again(town: InProcessChat) -> None:
    robot = await reviewing(town)
    look, database = robot.pressed[UNTIL_BOOKED - 1], town.app.store.database

    async def change(connection: Connection) -> None:
        (pages,) = (await connection.fetch("PRAGMA page_count", {}))[0]
        await connection.execute(f"PRAGMA max_page_count = {pages}", {})

    await database.write(change)
    while await _fill_page(database):
        pass
    # Each review screen writes an order, until the last page of the file is full.
    alerts = [await press(town, look) for _time in range(60)]
    assert any("Что-то сломалось" in alert for alert in alerts)
    await town.app.jobs.run_all_once()
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000", {}))
    assert await press(town, look) == ""
    book = robot.data("Bb:", 0)
    assert book is not None
    assert await press(town, book) == ""
    await town.app.jobs.run_all_once()
    assert await live(database) == 1


async def _fill_page(database: Database) -> bool:
    """Return whether there was room for one more page."""
    try:

        async def change(connection: Connection) -> None:
            sql = "INSERT INTO cursors (system, cursor) VALUES (hex(randomblob(8)), hex(zeroblob(3000)))"
            await connection.execute(sql, {})

        await database.write(change)
    except Exception:
        return False
    return True


async def test_error_in_an_edited_message_gets_an_apology(town: InProcessChat) -> None:
    await town.say(ANNA, "/start")
    message = next(iter(town.actor(ANNA).chat.messages.values()))
    town.session.fault = (town.session.calls + 1, "500")
    town.actor(ANNA).edit(message.id, "Исправлено")
    await town.handle()
    shown = town.screen(ANNA)
    assert shown is not None
    assert "Что-то сломалось" in shown.text
