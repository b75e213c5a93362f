"""The watch over the invariants: a look at each minute, one at everything each night, and an alarm between."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.alarms import Alarm, Alarms
from bot.invariants import AGAIN, CATCHES_UP, InvariantWatch
from tests.builders import StoppedClock
from tests.storage.stored import World, opened_world

BY_MINUTE = "INSERT INTO consents (purpose, version, digest, given_at) VALUES ('PATIENT', '1', 'd', 1)"
BY_NIGHT = "INSERT INTO failed_checks (number_index, at) VALUES (x'00', 1)"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


class Watched:
    def __init__(self, database: Path) -> None:
        self.database, self.clock = database, StoppedClock()
        self.alarms = Alarms(self.clock)
        self.watch = InvariantWatch(database, self.alarms, self.clock)

    async def pass_time(self, passed: timedelta) -> list[tuple[Alarm, object]]:
        self.clock.advance(passed)
        await self.watch.look()
        return [(each.alarm, each.facts["newest"]) for each in self.alarms.ringing()]

    def change(self, sql: str) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(sql)


@pytest.fixture
async def watched(world: World, tmp_path: Path) -> Watched:
    watched = Watched(tmp_path / "bot.sqlite3")
    assert await watched.pass_time(timedelta()) == []
    return watched


async def test_alarm_is_on_from_the_next_minute_until_all_is_well(watched: Watched) -> None:
    minute = timedelta(minutes=1)
    watched.change(BY_MINUTE)
    broken = [(Alarm.INVARIANT_BROKEN, "consent_of_nobody")]
    assert await watched.pass_time(minute) == broken
    watched.change("DELETE FROM consents")
    assert await watched.pass_time(minute) == broken, "a look at the last minute does not end it"
    assert await watched.pass_time(AGAIN) == []


async def test_machine_that_has_slept_erases_before_it_is_looked_at(watched: Watched) -> None:
    watched.change(BY_NIGHT)
    assert await watched.pass_time(timedelta(days=8)) == []
    assert await watched.pass_time(timedelta(minutes=1)) == []
    broken = [(Alarm.INVARIANT_BROKEN, "row_past_its_time")]
    assert await watched.pass_time(CATCHES_UP) == broken, "what is still there then is a fault"


async def test_old_rows_are_looked_at_each_night(watched: Watched) -> None:
    watched.change(BY_NIGHT)
    found = [await watched.pass_time(timedelta(hours=1)) for _hour in range(24)]
    assert found[0] == []
    assert found[-1] == [(Alarm.INVARIANT_BROKEN, "row_past_its_time")]
