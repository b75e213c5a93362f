"""Tests of the publication of the weekly template: which days are open when, and what a changed template does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clinics.port import NotEligible, SlotIsGone
from bot.core.clinic import Audience
from bot.glossary import PersonRef, SlotRef
from storage.database.connection import Connection
from storage.registry.publishing import Publisher, Replanned, replan
from tests.storage.registry_world import MOSCOW, World, at, child, key, world_in

HOURS = """
INSERT INTO registry_timetable (
    doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, audience, on_holidays
)
VALUES (:doctor, :weekday, :starts, :ends, :minutes, 'ALL', 'ALL', 'PLANNED', 'IN_PERSON', :audience, 0)
"""
FRIDAY = 5
"""the weekday of the template: 27 November, 4 and 11 December are the next ones"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A clinic with a horizon of 14 days whose doctor works on Fridays; nothing is published."""
    async with world_in(tmp_path) as world:
        await world.run("DELETE FROM registry_bookings")
        await world.run("DELETE FROM registry_slots")
        await world.run("UPDATE registry_clinics SET horizon = 14 * 86400")
        await add_hours(world, 9 * 60, 11 * 60, 30)
        yield world


async def add_hours(world: World, starts: int, ends: int, minutes: int, audience: str = Audience.ALL) -> None:
    doctor = int(await world.doctor())
    values = {"starts": starts, "ends": ends, "minutes": minutes, "audience": audience}
    await world.run(HOURS, doctor=doctor, weekday=FRIDAY, **values)


async def publish(world: World) -> int:
    return await Publisher(world.database, world.clock).publish()


async def days(world: World) -> list[date]:
    """Return the days on which a parent finds free times."""
    since = world.clock.now()
    return [day.day for day in await world.registry.days(await world.doctor(), since, since + timedelta(days=60))]


async def change_template(world: World, starts: int, ends: int, minutes: int) -> Replanned:
    """Replace the doctor's hours and bring what is published up to them."""
    await world.run("DELETE FROM registry_timetable")
    await add_hours(world, starts, ends, minutes)
    doctor, now = int(await world.doctor()), world.clock.now()

    async def work(connection: Connection) -> list[Replanned]:
        return await replan(connection, [doctor], now)

    (replanned,) = await world.database.write(work)
    return replanned


async def test_days_of_the_horizon_are_published_once(world: World) -> None:
    assert await publish(world) == 8
    assert await days(world) == [date(2026, 11, 27), date(2026, 12, 4)]
    assert await publish(world) == 0


@pytest.mark.requirement("B18")
async def test_newest_day_opens_at_the_clinics_hour(world: World) -> None:
    """With a horizon of 14 days the whole of 11 December is open from 28 November, 7:30, on."""
    await publish(world)
    wait_until(world, at(7, 29, day=4))
    assert await publish(world) == 0
    wait_until(world, at(7, 30, day=4))
    assert await publish(world) == 4
    assert await days(world) == [date(2026, 12, 4), date(2026, 12, 11)]


async def test_changed_template_withdraws_free_times_and_adds_new_ones(world: World) -> None:
    await publish(world)
    changed = await change_template(world, 10 * 60, 12 * 60, 30)
    assert changed == Replanned(new=4, withdrawn=4, booked=())
    assert await free_times(world) == ["10:00", "10:30", "11:00", "11:30"]
    assert await world.rows("SELECT id FROM registry_slots WHERE status = 'BLOCKED'") == []


async def test_changed_template_leaves_what_is_booked_and_held(world: World) -> None:
    await publish(world)
    first, second, *_ = await slots_of_friday(world)
    booking = await world.registry.book(key(1), await world.person(), first)
    await world.registry.hold(key(2), await world.person(child(100)), second)
    changed = await change_template(world, 9 * 60, 10 * 60, 20)
    assert changed.booked == ("2026-11-27",)
    assert (await world.registry.bookings(booking.person, booking.starts_at))[0] == booking
    assert await free_times(world) == []
    world.clock.advance(timedelta(minutes=4))
    assert await free_times(world) == ["9:30"], "the hold is over; 9:40 would overlap its time"


async def test_time_that_was_once_booked_is_withdrawn_too(world: World) -> None:
    await publish(world)
    first, *_ = await slots_of_friday(world)
    booking = await world.registry.book(key(1), await world.person(), first)
    await world.registry.cancel(key(2), booking.person, booking.ref)
    await change_template(world, 10 * 60, 11 * 60, 30)
    assert await free_times(world) == ["10:00", "10:30"]
    assert await world.status(first) == "BLOCKED"


async def test_practice_that_a_killed_import_has_left_is_opened_a_minute_later(world: World) -> None:
    await publish(world)
    await world.run("DELETE FROM registry_timetable")
    await add_hours(world, 10 * 60, 12 * 60, 30)
    values = {"doctor": int(await world.doctor()), "now": int(world.clock.now().timestamp())}
    await world.run("INSERT INTO registry_replans (doctor_id, marked_at) VALUES (:doctor, :now)", **values)
    assert await publish(world) == 0, "the import is still at work"
    world.clock.advance(timedelta(minutes=1))
    assert await publish(world) == 4
    assert await free_times(world) == ["10:00", "10:30", "11:00", "11:30"]
    assert await world.rows("SELECT * FROM registry_replans") == []


async def test_unchanged_template_changes_nothing(world: World) -> None:
    await publish(world)
    assert await change_template(world, 9 * 60, 11 * 60, 30) == Replanned(0, 0, ())


@pytest.mark.requirement("B20")
async def test_times_for_infants_are_offered_to_infants_alone(world: World) -> None:
    await add_hours(world, 11 * 60, 12 * 60, 30, Audience.INFANTS)
    await publish(world)
    infant = await world.insure(child(200, birth_date=date(2025, 11, 28)))
    older = await world.insure(child(201, birth_date=date(2025, 11, 27)))
    assert len(await slots_of_friday(world)) == len(await slots_of_friday(world, older)) == 4
    *_, slot = await slots_of_friday(world, infant)
    assert len(await slots_of_friday(world, infant)) == 6
    with pytest.raises(NotEligible):
        await world.registry.book(key(1), older, slot)
    assert (await world.registry.book(key(2), infant, slot)).starts_at == at(11, 30, day=3)


async def test_times_of_the_desk_are_not_offered_and_not_booked(world: World) -> None:
    await add_hours(world, 11 * 60, 12 * 60, 30, Audience.DESK)
    await publish(world)
    assert len(await slots_of_friday(world, await world.person())) == 4
    (row,) = await world.rows("SELECT id FROM registry_slots WHERE starts_at = :at", at=int(at(11, day=3).timestamp()))
    with pytest.raises(SlotIsGone):
        await world.registry.book(key(1), await world.person(), SlotRef(str(row["id"])))


async def test_time_is_offered_until_the_clinics_notice(world: World) -> None:
    await world.run("UPDATE registry_clinics SET notice = 2 * 3600")
    await publish(world)
    first, *_ = await slots_of_friday(world)
    wait_until(world, at(7, day=3))
    assert await free_times(world) == ["9:30", "10:00", "10:30"]
    with pytest.raises(SlotIsGone):
        await world.registry.book(key(1), await world.person(), first)


def wait_until(world: World, moment: datetime) -> None:
    world.clock.advance(moment - world.clock.now())


async def slots_of_friday(world: World, person: PersonRef | None = None) -> list[SlotRef]:
    bounds = at(0, day=3), at(23, 59, day=3)
    return [slot.ref for slot in await world.registry.slots(await world.doctor(), *bounds, person)]


async def free_times(world: World) -> list[str]:
    slots = await world.registry.slots(await world.doctor(), at(0, day=3), at(23, 59, day=3))
    return [f"{slot.starts_at.astimezone(MOSCOW):%-H:%M}" for slot in slots]


async def test_published_times_are_in_the_feed_of_openings(world: World) -> None:
    start = await world.registry.openings(None)
    await publish(world)
    opened = (await world.registry.openings(start.cursor)).openings
    assert [each.slot.ref for each in opened] == [
        slot.ref for slot in await world.registry.slots(await world.doctor(), world.clock.now(), at(0, day=20))
    ]


async def test_reservation_that_is_over_opens_its_time_and_is_deleted(tmp_path: Path) -> None:
    """It survives a restart; the job that publishes ends it."""
    async with world_in(tmp_path) as world:
        slot, until = await world.slot(), world.clock.now() + timedelta(hours=1)
        await world.registry.reserve(key(1), slot, until)
    async with world_in(tmp_path) as world:
        start = await world.registry.openings(None)
        await publish(world)
        assert await world.free_hours() == [10, 11, 12]
        world.clock.advance(timedelta(hours=1))
        await publish(world)
        assert [each.slot.ref for each in (await world.registry.openings(start.cursor)).openings] == [slot]
        assert await world.rows("SELECT id FROM registry_reservations") == []
        world.clock.advance(timedelta(days=2, seconds=1))
        await publish(world)
        assert await world.rows("SELECT id FROM registry_openings") == []
