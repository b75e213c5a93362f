"""Hours that close at the registry: visits are called off, other times kept for them, and all of it undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clinics.desk_port import SlotIsOffered
from bot.clinics.port import NO_HOLDER, BookingStatus, NotFound, SlotIsTaken
from bot.clinics.reserving import Instead
from bot.clinics.schedule_port import DayHours, NothingToClose, TimeState
from bot.glossary import SlotRef
from tests.storage.registry_world import CHILDREN, GIRL, TUESDAY, World, at, child, key, world_in

DAY, NEXT_DAY = DayHours(TUESDAY), TUESDAY + timedelta(days=1)
AFTERNOON = DayHours(TUESDAY, 11 * 60)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


async def book_day(world: World, count: int) -> None:
    """Book ``count`` visits of four minutes one after another, from 7:00 of the day that closes."""
    for number in range(count):
        slot = await world.add_slot("Петрова", at(7, 4 * number) if number < 15 else at(8, 4 * (number - 15)), 4)
        await world.registry.book(key(number), await world.person(CHILDREN[number]), slot)


async def close(world: World, span: DayHours = DAY) -> int:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    return (await world.desk.close(clinic, doctor, span, "DOCTOR_ILL")).number


async def state(world: World) -> list[list[tuple[object, ...]]]:
    """Return everything that a closing and its opening change."""
    return [
        [tuple(row) for row in await world.rows(sql)]
        for sql in (
            "SELECT id, status FROM registry_slots ORDER BY id",
            "SELECT id, status, slot_id FROM registry_bookings ORDER BY id",
            "SELECT slot_id FROM registry_reservations ORDER BY slot_id",
            "SELECT id, reopened_at FROM registry_closures",
            "SELECT closure_id, slot_id, booking_id, offer_slot, offer_key FROM registry_closed_slots ORDER BY 1, 2",
            "SELECT id, booking_id FROM registry_changes ORDER BY id",
            "SELECT id, slot_id FROM registry_openings ORDER BY id",
        )
    ]


async def test_closed_day_calls_off_its_visits_and_keeps_other_times(world: World) -> None:
    """Of twenty-nine visits each that can have another time gets its own; the first in the day get the soonest."""
    await book_day(world, 29)
    start = await world.registry.changes(None)
    closure = await world.desk.closure(await world.clinic(), await close(world))
    assert (closure.visits, closure.reason, closure.span) == (29, "DOCTOR_ILL", DAY)
    visits = await world.desk.closed_visits(await world.clinic(), closure.number)
    kept = [each.instead.slot for each in visits if each.instead and each.instead.slot]
    assert len(kept) == closure.kept == 29
    assert len({slot.ref for slot in kept}) == 29
    assert [slot.starts_at for slot in kept] == sorted(slot.starts_at for slot in kept)
    assert {slot.doctor for slot in kept[:4]} == {await world.doctor("Громов")}, "the same day, the other doctor"
    assert await world.free_hours() == []
    feed = await world.registry.changes(start.cursor)
    assert {each.status for each in feed.bookings} == {BookingStatus.CANCELLED}
    assert [each.instead for each in feed.bookings] == [each.instead for each in visits]


async def test_visits_for_which_nothing_is_left_are_told_so(world: World) -> None:
    await book_day(world, 6)
    await world.run(
        "UPDATE registry_slots SET status = 'BLOCKED' WHERE status = 'FREE' AND local_day > :day", day=str(TUESDAY)
    )
    start = await world.registry.changes(None)
    closure = await world.desk.closure(await world.clinic(), await close(world))
    assert (closure.visits, closure.kept) == (6, 4)
    feed = await world.registry.changes(start.cursor)
    assert [each.instead == Instead(None) for each in feed.bookings] == [False] * 4 + [True] * 2


async def test_kept_time_is_taken_by_its_key_alone(world: World) -> None:
    await book_day(world, 1)
    number = await close(world)
    [closed] = await world.desk.closed_visits(await world.clinic(), number)
    assert closed.instead
    assert closed.instead.slot
    assert closed.instead.until == closed.instead.slot.starts_at - timedelta(hours=2)
    slot, person = closed.instead.slot, closed.visit.booking.person
    with pytest.raises(SlotIsTaken):
        await world.registry.hold(key(100), await world.person(), slot.ref)
    await world.registry.hold(key(101), person, slot.ref, NO_HOLDER, closed.instead.key)
    booked = await world.registry.book(key(101), person, slot.ref, NO_HOLDER, closed.instead.key)
    reopened = await world.desk.reopen(await world.clinic(), number, ())
    assert reopened == (0, 1, 0), "whoever has chosen keeps what was chosen"
    assert booked.status is BookingStatus.BOOKED


async def test_reopened_day_gives_the_visits_back_and_lets_the_times_go(world: World) -> None:
    await book_day(world, 8)
    before = await state(world)
    start = await world.registry.changes(None)
    number = await close(world)
    visits = await world.desk.closed_visits(await world.clinic(), number)
    chosen = visits[0].visit.booking.ref
    assert await world.desk.reopen(await world.clinic(), number, [chosen]) == (7, 1, 0)
    slots, bookings, reservations, *_more = await state(world)
    assert reservations == []
    assert sum(old != new for old, new in zip(before[0], slots, strict=True)) == 1, "the time of the one who chose"
    assert sum(old != new for old, new in zip(before[1], bookings, strict=True)) == 1
    feed = await world.registry.changes(start.cursor)
    assert sorted(each.status for each in feed.bookings) == ["BOOKED"] * 7 + ["CANCELLED"]
    with pytest.raises(NotFound):
        await world.desk.reopen(await world.clinic(), number, ())


async def test_hours_close_without_the_rest_of_the_day(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    booked = await world.registry.book(key(1), await world.person(), await world.slot(hour=9))
    await close(world, AFTERNOON)
    assert await world.free_hours() == [10]
    _doctor, times = await world.desk.times(clinic, doctor, TUESDAY, TUESDAY)
    assert [each.state for each in times] == [TimeState.BOOKED, TimeState.FREE, TimeState.CLOSED, TimeState.CLOSED]
    assert list(await world.registry.bookings(booked.person, at(0))) == [booked]
    with pytest.raises(NothingToClose):
        await close(world, AFTERNOON)
    [closure] = await world.desk.closures(clinic, doctor, TUESDAY)
    await world.desk.reopen(clinic, closure.number, ())
    assert await world.free_hours() == [10, 11, 12]


async def test_two_who_close_a_day_at_once_close_it_once(world: World) -> None:
    await book_day(world, 5)
    answers = await asyncio.gather(close(world), close(world), return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["NothingToClose", "int"]
    assert len(await world.rows("SELECT id FROM registry_reservations")) == 5


async def test_closed_day_of_another_clinic_is_missing(world: World) -> None:
    await book_day(world, 1)
    number, ural, doctor = await close(world), await world.clinic("Уральская"), int(await world.doctor())
    for ask in (
        world.desk.closure(ural, number),
        world.desk.closed_visits(ural, number),
        world.desk.reopen(ural, number, ()),
        world.desk.set_called(ural, number, 1, called=True),
        world.desk.close(ural, doctor, DAY, "DOCTOR_ILL"),
        world.desk.touched(ural, doctor, DAY),
        world.desk.times(ural, doctor, TUESDAY, TUESDAY),
        world.desk.open_hours(ural, doctor, DAY, 10),
        world.desk.set_room(ural, doctor, TUESDAY, "5"),
        world.desk.list_stand_ins(ural, doctor),
        world.desk.stand_in(ural, doctor, int(await world.doctor("Громов")), TUESDAY, TUESDAY),
    ):
        with pytest.raises(NotFound):
            await ask
    assert await world.desk.closures(ural, doctor, TUESDAY) == []


async def test_one_called_off_visit_is_not_undone_alone(world: World) -> None:
    await book_day(world, 1)
    soon = world.clock.now() + timedelta(minutes=1)
    closure = await world.desk.close(await world.clinic(), int(await world.doctor()), DAY, "DOCTOR_ILL", soon)
    [closed] = await world.desk.closed_visits(await world.clinic(), closure.number)
    seen = await world.desk.visit(await world.clinic(), closed.visit.number)
    assert seen.booking.undo_until is None
    with pytest.raises(NotFound):
        await world.desk.undo(await world.clinic(), closed.visit.number)


async def test_the_desk_ticks_whom_it_has_called(world: World) -> None:
    await world.registry.book(key(1), await world.person(GIRL), await world.slot())
    clinic, number = await world.clinic(), await close(world)
    [closed] = await world.desk.closed_visits(clinic, number)
    assert (closed.phone, closed.called_at) == ("+79161234567", None)
    await world.desk.set_called(clinic, number, closed.visit.number, called=True)
    [closed] = await world.desk.closed_visits(clinic, number)
    assert closed.called_at == world.clock.now()
    await world.desk.set_called(clinic, number, closed.visit.number, called=False)
    [closed] = await world.desk.closed_visits(clinic, number)
    assert closed.called_at is None


class Killed(Exception):
    pass


Act = Callable[[], Awaitable[object]]


async def close_first(world: World) -> Act:
    return lambda: close(world)


async def reopen_first(world: World) -> Act:
    clinic, number = await world.clinic(), await close(world)
    return lambda: world.desk.reopen(clinic, number, ())


async def close_kept_times(world: World) -> Act:
    """The day in which other times are kept for the visits of a day that is closed already."""
    clinic, other = await world.clinic(), int(await world.doctor("Громов"))
    await close(world)
    return lambda: world.desk.close(clinic, other, DAY, "DOCTOR_ILL")


async def reopen_after_kept_times_were_closed(world: World) -> Act:
    clinic, other, number = await world.clinic(), int(await world.doctor("Громов")), await close(world)
    await world.desk.close(clinic, other, DAY, "DOCTOR_ILL")
    return lambda: world.desk.reopen(clinic, number, ())


async def reopen_day_of_kept_times(world: World) -> Act:
    clinic, other = await world.clinic(), int(await world.doctor("Громов"))
    await close(world)
    closure = await world.desk.close(clinic, other, DAY, "DOCTOR_ILL")
    return lambda: world.desk.reopen(clinic, closure.number, ())


@pytest.mark.parametrize(
    ("prepare", "writes"),
    [
        (close_first, 15),
        (reopen_first, 15),
        (close_kept_times, 20),
        (reopen_after_kept_times_were_closed, 15),
        (reopen_day_of_kept_times, 8),
    ],
)
async def test_kill_at_any_statement_leaves_the_old_day_or_the_whole_new_one(
    tmp_path: Path, prepare: Callable[[World], Awaitable[Act]], writes: int
) -> None:
    """Each statement that writes fails once, and the database is as it was before."""
    fuse = [-1]

    def probe(_number: int, sql: str) -> None:
        fuse[0] -= fuse[0] > 0 and "registry" in sql and not sql.startswith(("SELECT", "--"))
        if not fuse[0]:
            raise Killed

    async with world_in(tmp_path, probe) as world:
        await book_day(world, 3)
        act = await prepare(world)
        old, failed = await state(world), 0
        while True:
            fuse[0] = failed + 1
            try:
                await act()
                break
            except Killed:
                failed += 1
                fuse[0] = -1
                assert await state(world) == old
        assert failed >= writes
        fuse[0] = -1
        assert await state(world) != old


# --- what is kept, and goes to somebody else --------------------------------------------------------------------------


async def kept_slot(world: World, number: int) -> SlotRef:
    [closed] = await world.desk.closed_visits(await world.clinic(), number)
    assert closed.instead
    assert closed.instead.slot
    return closed.instead.slot.ref


async def test_desk_gives_away_a_kept_time_only_when_it_says_so(world: World) -> None:
    """Whom it was kept for gets the next one, and the feed says that."""
    await book_day(world, 1)
    number, clinic = await close(world), await world.clinic()
    slot, other = await kept_slot(world, number), int(await world.insure(child(700)))
    doctor = await world.doctor("Громов")
    offered = {
        each.slot.ref: each.is_offered for each in await world.desk.free_slots(clinic, other, doctor, at(0), at(23))
    }
    assert offered[slot] is True
    assert list(offered.values()).count(True) == 1
    with pytest.raises(SlotIsOffered):
        await world.desk.book_visit(clinic, other, slot)
    start = await world.registry.changes(None)
    booked = await world.desk.book_visit(clinic, other, slot, gives_away=True)
    assert booked.booking.status is BookingStatus.BOOKED
    after = await kept_slot(world, number)
    assert after != slot
    feed = await world.registry.changes(start.cursor)
    [changed] = [each for each in feed.bookings if each.status is BookingStatus.CANCELLED]
    assert changed.instead
    assert changed.instead.slot
    assert changed.instead.slot.ref == after
    assert [row["slot_id"] for row in await world.rows("SELECT slot_id FROM registry_reservations")] == [int(after)]


async def test_desk_books_a_kept_time_for_its_own_person_without_a_question(world: World) -> None:
    await book_day(world, 1)
    number, clinic = await close(world), await world.clinic()
    slot, person = await kept_slot(world, number), int(await world.person(CHILDREN[0]))
    free = await world.desk.free_slots(clinic, person, await world.doctor("Громов"), at(0), at(23))
    assert not any(each.is_offered for each in free)
    await world.desk.book_visit(clinic, person, slot)
    assert list(await world.rows("SELECT 1 FROM registry_reservations")) == []
    [closed] = await world.desk.closed_visits(clinic, number)
    assert closed.is_booked
    assert closed.instead == Instead(None)


async def test_kept_time_is_let_go_when_the_person_books_another(world: World) -> None:
    await book_day(world, 1)
    number = await close(world)
    kept = await kept_slot(world, number)
    cursor = (await world.registry.openings(None)).cursor
    await world.registry.book(key(200), await world.person(CHILDREN[0]), await world.slot(hour=9, day=1))
    assert list(await world.rows("SELECT 1 FROM registry_reservations")) == []
    assert [each.slot.ref for each in (await world.registry.openings(cursor)).openings] == [kept]
    assert await world.status(kept) == "FREE"


async def test_closing_over_a_kept_time_keeps_another_or_tells_that_none_is_left(world: World) -> None:
    await book_day(world, 2)
    clinic, number = await world.clinic(), await close(world)
    first = [each.instead.slot for each in await world.desk.closed_visits(clinic, number) if each.instead]
    other = int(await world.doctor("Громов"))
    await world.run(
        "UPDATE registry_slots SET status = 'BLOCKED' WHERE status = 'FREE' AND doctor_id <> :id AND local_day > :day",
        id=other,
        day=str(TUESDAY),
    )
    start = await world.registry.changes(None)
    await world.desk.close(clinic, other, DAY, "DOCTOR_ILL")
    feed = await world.registry.changes(start.cursor)
    now = [each.instead and each.instead.slot for each in feed.bookings]
    assert len(now) == len(first) == 2
    assert all(slot is None or slot.starts_at >= at(0, day=1) for slot in now)
    reserved = {row["slot_id"] for row in await world.rows("SELECT slot_id FROM registry_reservations")}
    assert reserved == {int(slot.ref) for slot in now if slot is not None}


async def test_replaced_time_that_is_not_found_no_longer_counts_as_kept(world: World) -> None:
    await book_day(world, 2)
    clinic, number, other = await world.clinic(), await close(world), int(await world.doctor("Громов"))
    await world.run(
        "UPDATE registry_slots SET status = 'BLOCKED' WHERE status = 'FREE' AND local_day > :day", day=str(TUESDAY)
    )
    assert (await world.desk.closure(clinic, number)).kept == 2
    await world.desk.close(clinic, other, DAY, "DOCTOR_ILL")
    closure = await world.desk.closure(clinic, number)
    assert (closure.visits, closure.kept) == (2, 0)


async def test_who_was_called_is_called_again_when_the_kept_time_changes(world: World) -> None:
    await book_day(world, 2)
    number, clinic = await close(world), await world.clinic()
    visits = await world.desk.closed_visits(clinic, number)
    for each in visits:
        await world.desk.set_called(clinic, number, each.visit.number, called=True)
    assert visits[0].instead is not None
    assert visits[0].instead.slot is not None
    other = int(await world.insure(child(700)))
    await world.desk.book_visit(clinic, other, visits[0].instead.slot.ref, gives_away=True)
    called = [each.called_at is not None for each in await world.desk.closed_visits(clinic, number)]
    assert called == [False, True]


# --- opening again, when not all can have their visits back -----------------------------------------------------------


async def close_with_times_of_tomorrow(world: World, visits: int) -> tuple[int, list[SlotRef]]:
    """Close the day; no other doctor is free on it. Return the closure and what is kept, by visit."""
    await book_day(world, visits)
    other = int(await world.doctor("Громов"))
    await world.run(
        "UPDATE registry_slots SET status = 'BLOCKED' WHERE doctor_id = :id AND local_day = :day",
        id=other,
        day=str(TUESDAY),
    )
    number = await close(world)
    closed = await world.desk.closed_visits(await world.clinic(), number)
    return number, [each.instead.slot.ref for each in closed if each.instead and each.instead.slot]


async def reserved(world: World) -> set[SlotRef]:
    return {SlotRef(str(row["slot_id"])) for row in await world.rows("SELECT slot_id FROM registry_reservations")}


async def test_visit_that_cannot_be_given_back_keeps_its_other_time(world: World) -> None:
    """One has begun by now, the time of another was opened and booked: nobody is left with nothing."""
    number, kept = await close_with_times_of_tomorrow(world, 3)
    clinic, doctor = await world.clinic(), int(await world.doctor())
    visits = await world.desk.closed_visits(clinic, number)
    assert await world.desk.open_hours(clinic, doctor, DayHours(TUESDAY, 7 * 60 + 8, 7 * 60 + 12), 4) == 1
    [opened] = await world.registry.slots(await world.doctor(), at(7, 8), at(7, 9))
    await world.registry.book(key(300), await world.insure(child(701)), opened.ref)
    world.clock.advance(at(7, 2) - world.clock.now())
    start = await world.registry.changes(None)
    assert await world.desk.reopen(clinic, number, ()) == (1, 2, 0)
    assert await reserved(world) == {kept[0], kept[2]}
    assert len((await world.registry.changes(start.cursor)).bookings) == 1
    await world.run("UPDATE registry_slots SET status = 'BLOCKED' WHERE local_day <> :day", day=str(NEXT_DAY))
    for each in (doctor, int(await world.doctor("Громов"))):
        await world.desk.close(clinic, each, DayHours(NEXT_DAY), "DOCTOR_ILL")
    feed = await world.registry.changes(start.cursor)
    lost = [each for each in feed.bookings if each.status is BookingStatus.CANCELLED]
    assert {each.instead for each in lost} == {Instead(None)}, "they are told when it goes as well"
    assert {int(each.ref) for each in lost} == {visits[0].visit.number, visits[2].visit.number}


async def test_hours_that_another_closing_covers_stay_closed(world: World) -> None:
    """The afternoon was closed, then the whole day: opening the afternoon again opens nothing of the day."""
    await world.registry.book(key(1), await world.person(), await world.slot(hour=11))
    clinic, doctor = await world.clinic(), int(await world.doctor())
    afternoon, day = await close(world, AFTERNOON), await close(world)
    kept = await reserved(world)
    assert len(kept) == 1
    assert await world.desk.reopen(clinic, afternoon, ()) == (0, 0, 1)
    assert await world.free_hours() == []
    assert await reserved(world) == kept
    assert [each.number for each in await world.desk.closures(clinic, doctor, TUESDAY)] == [day]
    [closed] = await world.desk.closed_visits(clinic, day)
    assert closed.visit.booking.starts_at == at(11)
    assert await world.desk.reopen(clinic, day, ()) == (1, 0, 0)
    assert await world.free_hours() == [9, 10, 12]
    assert await reserved(world) == set()


# --- who has come already ---------------------------------------------------------------------------------------------


@pytest.fixture
async def arrived(world: World) -> int:
    """Check a patient in at eight o'clock for nine; return the visit."""
    booked = await world.registry.book(key(1), await world.person(), await world.slot(hour=9))
    world.clock.advance(at(8) - world.clock.now())
    await world.desk.check_in(await world.clinic(), int(booked.ref), at(8, 1))
    return int(booked.ref)


async def seen(world: World, visit: int) -> tuple[BookingStatus, datetime | None]:
    found = await world.desk.visit(await world.clinic(), visit)
    return found.booking.status, found.arrived_at


@pytest.mark.requirement("B41")
async def test_who_had_come_has_come_again_when_the_hours_open_again(world: World, arrived: int) -> None:
    number = await close(world)
    assert await seen(world, arrived) == (BookingStatus.CANCELLED, None)
    await world.desk.reopen(await world.clinic(), number, ())
    assert await seen(world, arrived) == (BookingStatus.CHECKED_IN, at(8))


@pytest.mark.requirement("B41")
async def test_undone_cancellation_of_who_had_come_is_an_arrival_again(world: World, arrived: int) -> None:
    clinic = await world.clinic()
    await world.desk.cancel_visit(clinic, arrived, "DOCTOR_ILL", at(8, 5))
    await world.desk.undo(clinic, arrived)
    assert await seen(world, arrived) == (BookingStatus.CHECKED_IN, at(8))


@pytest.mark.requirement("B41")
async def test_arrival_stays_with_its_day_when_the_visit_moves(world: World, arrived: int) -> None:
    """To another hour of the day it goes along, also to another room; on another day the patient has not come yet."""
    clinic, doctor = await world.clinic(), int(await world.doctor())
    await world.desk.move_visit(clinic, arrived, await world.slot(hour=11))
    world.clock.advance(timedelta(minutes=5))
    await world.desk.set_room(clinic, doctor, TUESDAY, "305")
    assert await seen(world, arrived) == (BookingStatus.CHECKED_IN, at(8))
    await world.desk.move_visit(clinic, arrived, await world.slot(hour=9, day=1), at(8, 10))
    assert await seen(world, arrived) == (BookingStatus.BOOKED, None)
    await world.desk.undo(clinic, arrived)
    assert await seen(world, arrived) == (BookingStatus.BOOKED, None)
    await world.desk.check_in(clinic, arrived)
    assert await seen(world, arrived) == (BookingStatus.CHECKED_IN, at(8, 5))


@pytest.mark.requirement("B41")
async def test_undone_arrival_leaves_no_trace(world: World, arrived: int) -> None:
    clinic = await world.clinic()
    await world.desk.undo(clinic, arrived)
    number = await close(world)
    await world.desk.reopen(clinic, number, ())
    assert await seen(world, arrived) == (BookingStatus.BOOKED, None)
