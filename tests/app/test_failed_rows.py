"""A job goes on with the next item where one fails, and an alarm is on until nothing fails any more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.alarms import Alarm, Alarms
from bot.delivery.failed_rows import OVER_AFTER, FailedRows
from storage.database.crypto import CannotOpen
from tests.builders import StoppedClock
from tests.storage.stored import CIPHER, World, opened_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def test_item_that_fails_stops_no_other_and_starts_an_alarm(world: World) -> None:
    clock, done = StoppedClock(), list[int]()
    alarms = Alarms(clock)
    rows = FailedRows(world.storage, alarms, clock)
    world.storage.take_unreadable()  # what earlier tests have left

    async def work(item: int) -> None:
        if item == 2:
            raise ValueError("a person's data")
        done.append(item)

    await rows.each("retention", [1, 2, 3], work)
    await rows.look()
    assert done == [1, 3]
    assert [(each.alarm, dict(each.facts)) for each in alarms.ringing()] == [
        (Alarm.ROWS_FAIL, {"places": 1, "newest": "retention"})
    ]
    clock.advance(OVER_AFTER - timedelta(seconds=1))
    await rows.look()
    assert alarms.ringing()
    clock.advance(timedelta(seconds=1))
    await rows.look()
    assert alarms.ringing() == []


async def test_value_that_no_key_opens_starts_the_alarm(world: World) -> None:
    clock = StoppedClock()
    alarms = Alarms(clock)
    world.storage.take_unreadable()  # what earlier tests have left
    with pytest.raises(CannotOpen):
        CIPHER.open("drafts", "sealed_fields", b"uid", b"damaged")
    await FailedRows(world.storage, alarms, clock).look()
    assert [dict(each.facts) for each in alarms.ringing()] == [{"places": 1, "newest": "drafts"}]
