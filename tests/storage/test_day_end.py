"""The end of a clinic's day at the registry: who came has been there, the others only where the clinic wants it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clinics.port import BookingStatus
from storage.registry.day_end import DayEnd
from tests.storage.registry_world import CHILDREN, World, at, key, world_in


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


@pytest.mark.requirement("B41")
@pytest.mark.parametrize("days", [1, 10])
@pytest.mark.parametrize("marks", [True, False])
async def test_who_came_has_been_there_however_late_the_day_is_ended(world: World, days: int, marks: bool) -> None:
    """Nobody is noted as missing of a day that ended longer ago: the bot was off, or the clinic has only just asked."""
    if marks:
        await world.run("UPDATE registry_clinics SET details = '{\"marks_no_show\": true}'")
    came, away = [
        await world.registry.book(key(number), await world.person(CHILDREN[number]), await world.slot(hour=9 + number))
        for number in range(2)
    ]
    world.clock.advance(at(9) - world.clock.now())
    await world.desk.check_in(await world.clinic(), int(came.ref))
    job = DayEnd(world.database, world.clock)
    assert await job.settle() == 0, "the day goes on"
    world.clock.advance(timedelta(days=days))
    is_missed = marks and days == 1
    assert await job.settle() == 1 + is_missed
    statuses = [(await world.desk.visit_of(await world.clinic(), each.ref)).booking.status for each in (came, away)]
    assert statuses == [BookingStatus.FULFILLED, BookingStatus.NO_SHOW if is_missed else BookingStatus.BOOKED]
