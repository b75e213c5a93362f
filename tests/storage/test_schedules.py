"""What the desk changes of a doctor's days: hours that open, rooms, stand-ins; publishing and imports keep it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clinics.port import BookingStatus, NotFound
from bot.clinics.schedule_port import END_OF_DAY, DayHours, NothingToClose, NothingToStandInFor, TimeState
from bot.core.clinic import VisitType
from storage.registry.publishing import Publisher
from tests.storage.registry_world import CHILDREN, GIRL, TUESDAY, World, at, child, key, world_in

NEXT = TUESDAY + timedelta(days=1)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


async def test_doctors_and_times_of_a_week_are_listed(world: World) -> None:
    clinic = await world.clinic()
    doctors = await world.desk.doctors(clinic)
    assert [each.name.family for each in doctors] == ["Громов", "Петрова", "Зайцев", "Рябова", "Ильина"]
    await world.registry.reserve(key(1), await world.slot(hour=9), at(8))
    await world.registry.hold(key(2), await world.person(), await world.slot(hour=10))
    await world.registry.book(key(3), await world.person(CHILDREN[0]), await world.slot(hour=11))
    doctor, times = await world.desk.times(clinic, int(await world.doctor()), TUESDAY, NEXT)
    assert (doctor.name.family, doctor.specialty, doctor.room) == ("Петрова", "Педиатр", "101")
    states = [TimeState.OFFERED, TimeState.HELD, TimeState.BOOKED, *[TimeState.FREE] * 5]
    assert [each.state for each in times] == states
    assert {each.day for each in times} == {TUESDAY, NEXT}


async def test_opened_hours_leave_out_what_overlaps(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    start = await world.registry.openings(None)
    assert await world.desk.open_hours(clinic, doctor, DayHours(TUESDAY, 9 * 60, 11 * 60), 30) == 2
    slots = await world.registry.slots(await world.doctor(), at(9), at(11))
    assert [slot.starts_at for slot in slots] == [at(9), at(9, 30), at(10), at(10, 30)]
    assert len((await world.registry.openings(start.cursor)).openings) == 2
    assert await world.desk.open_hours(clinic, doctor, DayHours(TUESDAY, 9 * 60, 11 * 60), 30) == 0
    assert await world.desk.open_hours(clinic, doctor, DayHours(world.clock.now().date(), 0, 60), 30) == 0, "it is over"


async def test_closed_hour_opens_again_by_itself(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    await world.desk.close(clinic, doctor, DayHours(TUESDAY, 9 * 60, 10 * 60), "DOCTOR_AWAY")
    assert await world.desk.open_hours(clinic, doctor, DayHours(TUESDAY, 9 * 60, 9 * 60 + 30), 30) == 1
    assert await world.free_hours() == [9, 10, 11, 12]


async def test_room_of_a_day_is_in_the_feed_for_who_is_booked(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    booking = await world.registry.book(key(1), await world.person(), await world.slot())
    start = await world.registry.changes(None)
    assert await world.desk.set_room(clinic, doctor, TUESDAY, "305") == 1
    [changed] = (await world.registry.changes(start.cursor)).bookings
    assert (changed.ref, changed.room, changed.status) == (booking.ref, "305", BookingStatus.BOOKED)
    assert {slot.room for slot in await world.registry.slots(await world.doctor(), at(0), at(23))} == {"305"}
    assert {slot.room for slot in await world.registry.slots(await world.doctor(), at(0, day=1), at(23, day=1))} == {
        "101"
    }


async def test_stand_in_sees_those_who_fit_while_free(world: World) -> None:
    """Of four patients one is too old for the stand-in, and at another's time the stand-in has a patient."""
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    await world.run("UPDATE registry_doctors SET max_age = 9 WHERE id = :id", id=other)
    await world.run(
        "DELETE FROM registry_slots WHERE doctor_id = :id AND starts_at <> :at", id=other, at=int(at(10).timestamp())
    )
    old = await world.insure(child(300, birth_date=date(2013, 5, 20)))
    people = [old, *[await world.person(each) for each in CHILDREN[:3]]]
    bookings = [
        await world.registry.book(key(number), person, await world.slot(hour=9 + number))
        for number, person in enumerate(people)
    ]
    await world.registry.book(key(9), await world.person(GIRL), await world.slot("Громов", 10))
    start = await world.registry.changes(None)
    done = await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)
    assert (done.moved, list(done.unresolved)) == (2, [int(bookings[0].ref), int(bookings[1].ref)])
    feed = await world.registry.changes(start.cursor)
    assert [(each.ref, each.doctor, each.room) for each in feed.bookings] == [
        (each.ref, await world.doctor("Громов"), "101") for each in bookings[2:]
    ]
    kept = await world.registry.bookings(people[0], at(0))
    assert [each.doctor for each in kept] == [await world.doctor()], "what is not resolved stays as it is"


async def test_stand_in_takes_own_free_time_of_the_same_hours_and_the_free_times(world: World) -> None:
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    booking = await world.registry.book(key(1), await world.person(), await world.slot(hour=9))
    await world.run(
        "DELETE FROM registry_slots WHERE doctor_id = :id AND starts_at = :at", id=other, at=int(at(12).timestamp())
    )
    done = await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)
    assert (done.moved, list(done.unresolved)) == (1, [])
    [moved] = await world.registry.bookings(booking.person, at(0))
    assert (moved.doctor, moved.room) == (await world.doctor("Громов"), "102")
    assert await world.free_hours() == []
    assert await world.free_hours("Громов") == [10, 11, 12]
    assert await world.free_hours("Петрова", 1) == [9, 10, 11, 12]


async def test_stand_in_sees_nobody_in_hours_that_are_closed(world: World) -> None:
    """Who has closed the afternoon is not free then, between the own times either; no time is opened."""
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    await world.run(
        "DELETE FROM registry_slots WHERE doctor_id = :id AND starts_at = :at", id=other, at=int(at(9).timestamp())
    )
    between = await world.add_slot("Петрова", at(11, 40), 15)
    await world.add_slot("Петрова", at(12, 40), 15)
    early, late = await world.person(CHILDREN[0]), await world.person(CHILDREN[1])
    await world.registry.book(key(1), early, await world.slot(hour=9))
    unresolved = await world.registry.book(key(2), late, between)
    await world.desk.close(clinic, other, DayHours(TUESDAY, 11 * 60), "DOCTOR_ILL")
    done = await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)
    assert (done.moved, list(done.unresolved)) == (1, [int(unresolved.ref)])
    [moved] = await world.registry.bookings(early, at(0))
    assert moved.doctor == await world.doctor("Громов")
    assert await world.free_hours("Громов") == [10]


async def test_stand_in_takes_over_only_what_is_open(world: World) -> None:
    """Neither a day that is closed whole nor one that somebody else has taken over already."""
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    closure = await world.desk.close(clinic, doctor, DayHours(TUESDAY), "DOCTOR_ILL")
    with pytest.raises(NothingToStandInFor):
        await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)
    await world.desk.reopen(clinic, closure.number, ())
    await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)
    with pytest.raises(NothingToStandInFor):
        await world.desk.stand_in(clinic, doctor, other, TUESDAY, TUESDAY)


async def test_stand_in_is_named_for_the_hours_that_are_not_closed(world: World) -> None:
    """Hours closed before are not taken over; the day that is not published yet is closed for the stand-in too."""
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    await works_on_mondays(world, doctor)
    monday = TUESDAY + timedelta(days=6)
    await Publisher(world.database, world.clock).publish()
    noon = await world.desk.close(clinic, doctor, DayHours(monday, 9 * 60 + 30, 10 * 60), "DOCTOR_AWAY")
    await world.desk.stand_in(clinic, doctor, other, monday, None)
    named = await world.desk.stood_in_by(clinic, doctor, monday, monday + timedelta(days=1))
    assert [(each.day, each.starts, each.ends) for each in named] == [
        (monday, 0, 9 * 60 + 30),
        (monday, 10 * 60, END_OF_DAY),
        (monday + timedelta(days=1), 0, END_OF_DAY),
    ]
    assert await world.free_hours("Громов", 6) == [9, 10, 10]
    later = monday + timedelta(days=14)
    await world.desk.close(clinic, doctor, DayHours(later), "DOCTOR_AWAY")
    with pytest.raises(NothingToStandInFor):
        await world.desk.stand_in(clinic, doctor, other, later, later)
    assert list(await world.desk.stood_in_by(clinic, doctor, later, later)) == []
    await world.desk.reopen(clinic, noon.number, ())
    assert await world.free_hours("Громов", 6) == [9, 9, 10, 10], "what opens again goes to the stand-in"
    [whole] = await world.desk.stood_in_by(clinic, doctor, monday, monday)
    assert (whole.starts, whole.ends) == (0, END_OF_DAY)


async def test_stand_in_keeps_what_was_handed_over_before_the_rest_closed(world: World) -> None:
    """What the stand-in could not take is called off; the times that went over are the stand-in's as before."""
    clinic, doctor, other = await world.clinic(), int(await world.doctor()), int(await world.doctor("Громов"))
    await works_on_mondays(world, doctor)
    monday = TUESDAY + timedelta(days=6)
    await Publisher(world.database, world.clock).publish()
    await world.run("UPDATE registry_doctors SET max_age = 9 WHERE id = :id", id=other)
    old = await world.insure(child(300, birth_date=date(2013, 5, 20)))
    await world.registry.book(key(1), old, await world.slot(hour=9, day=6))
    done = await world.desk.stand_in(clinic, doctor, other, monday, monday)
    assert len(done.unresolved) == 1
    await world.desk.close(clinic, doctor, DayHours(monday), "DOCTOR_AWAY")
    assert await world.free_hours("Громов", 6) == [9, 10, 10]
    [named] = await world.desk.stood_in_by(clinic, doctor, monday, monday)
    assert (named.starts, named.ends) == (0, END_OF_DAY)


async def works_on_mondays(world: World, doctor: int) -> None:
    """Let a doctor work by a template, on Mondays from 9 to 11; two weeks are published."""
    await world.run("UPDATE registry_clinics SET horizon = 14 * 86400")
    sql = """
        INSERT INTO registry_timetable (
            doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, audience, on_holidays
        ) VALUES (:doctor, 1, 540, 660, 30, 'ALL', 'ALL', 'PLANNED', 'IN_PERSON', 'ALL', 0)
    """
    await world.run(sql, doctor=doctor)


async def test_stand_in_is_of_the_same_clinic_and_specialty(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    assert [each.name.family for each in await world.desk.list_stand_ins(clinic, doctor)] == ["Громов"]
    for family in ("Петрова", "Зайцев", "Ветров"):
        with pytest.raises(NotFound):
            await world.desk.stand_in(clinic, doctor, int(await world.doctor(family)), TUESDAY, None)


async def test_import_and_publishing_keep_what_the_desk_has_changed(world: World) -> None:
    """A practice with a template gets an exception of the desk, which no file ends and days to come follow."""
    clinic, doctor = await world.clinic(), int(await world.doctor())
    await works_on_mondays(world, doctor)
    monday = TUESDAY + timedelta(days=6)
    closure = await world.desk.close(clinic, doctor, DayHours(monday), "DOCTOR_AWAY")
    with pytest.raises(NothingToClose):
        await world.desk.close(clinic, doctor, DayHours(monday), "DOCTOR_AWAY")
    await Publisher(world.database, world.clock).publish()
    assert await world.free_hours(day=6) == []
    [row] = await world.rows("SELECT what, from_desk FROM registry_exceptions")
    assert tuple(row) == ("CLOSED", 1)
    await world.desk.reopen(clinic, closure.number, ())
    assert await world.rows("SELECT what FROM registry_exceptions") == []
    assert await world.free_hours(day=6) == [9, 9, 10, 10], "the times of the template"


async def test_added_times_keep_their_kind_when_the_template_is_planned_again(world: World) -> None:
    clinic, doctor = await world.clinic(), int(await world.doctor())
    await world.run("UPDATE registry_clinics SET horizon = 14 * 86400")
    sql = """
        INSERT INTO registry_timetable (
            doctor_id, weekday, starts, ends, minutes, weeks, dates, visit_type, form, audience, on_holidays
        ) VALUES (:doctor, 1, 540, 600, 30, 'ALL', 'ALL', 'PLANNED', 'IN_PERSON', 'ALL', 0)
    """
    await world.run(sql, doctor=doctor)
    monday = TUESDAY + timedelta(days=6)
    span = DayHours(monday, 19 * 60, 20 * 60)
    assert await world.desk.open_hours(clinic, doctor, span, 20, VisitType.VACCINATION) == 3
    await Publisher(world.database, world.clock).publish()
    _doctor, times = await world.desk.times(clinic, doctor, monday, monday)
    assert [each.visit_type for each in times].count(VisitType.VACCINATION) == 3
    assert len(times) == 5
