"""Tests of the rule by which the weekly template and the exceptions become the slots of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.clinic_file.records import DayChange, Parity
from bot.core.clinic import Audience, VisitType
from bot.core.working_hours import is_holiday
from storage.registry.timetable import OtherDays, PlannedSlot, Practice, WorkHours, moment_of, plan_day

MONDAY, UNITY_DAY = date(2026, 11, 30), date(2026, 11, 4)
MORNING = WorkHours(1, 9 * 60, 11 * 60, 30)
PRACTICE = Practice(1, hours=(MORNING,), room="101")


def starts(practice: Practice, day: date, *others: OtherDays, practices: tuple[Practice, ...] = ()) -> list[str]:
    """Return the starts of the slots of a day, «9:30»."""
    known = {each.id: each for each in (practice, *practices)}
    return [f"{slot.starts // 60}:{slot.starts % 60:02}" for slot in plan_day(practice, day, others, known)]


def closed(*hours: int, practice: int | None = None) -> OtherDays:
    first, last = hours or (None, None)
    return OtherDays(MONDAY, MONDAY, DayChange.CLOSED, practice, first, last)


@pytest.mark.requirement("B18")
def test_hours_are_cut_into_visits_of_their_length() -> None:
    assert starts(PRACTICE, MONDAY) == ["9:00", "9:30", "10:00", "10:30"]


def test_rest_that_is_too_short_for_a_visit_is_no_slot() -> None:
    assert starts(Practice(1, hours=(WorkHours(1, 540, 610, 45),)), MONDAY) == ["9:00"]


def test_template_is_for_its_weekday_alone() -> None:
    assert starts(PRACTICE, date(2026, 12, 1)) == []


@pytest.mark.parametrize(("weeks", "works"), [(Parity.ALL, True), (Parity.ODD, True), (Parity.EVEN, False)])
def test_weeks_are_counted_by_their_iso_number(weeks: Parity, works: bool) -> None:
    assert MONDAY.isocalendar().week == 49
    assert bool(starts(Practice(1, hours=(WorkHours(1, 540, 600, 30, weeks=weeks),)), MONDAY)) == works


@pytest.mark.parametrize(("dates", "works"), [(Parity.EVEN, True), (Parity.ODD, False)])
def test_dates_are_counted_by_the_day_of_the_month(dates: Parity, works: bool) -> None:
    assert bool(starts(Practice(1, hours=(WorkHours(1, 540, 600, 30, dates=dates),)), MONDAY)) == works


def test_template_and_practice_end_with_their_last_day() -> None:
    ended = WorkHours(1, 540, 600, 30, valid_until=date(2026, 11, 29))
    last = WorkHours(1, 600, 660, 30, valid_until=MONDAY)
    assert starts(Practice(1, hours=(ended, last)), MONDAY) == ["10:00", "10:30"]
    assert starts(Practice(1, hours=(MORNING,), valid_until=date(2026, 11, 29)), MONDAY) == []
    assert starts(Practice(1, hours=(MORNING,), valid_from=date(2026, 12, 1)), MONDAY) == []


def test_holiday_is_a_day_off_unless_the_template_says_so() -> None:
    wednesday = WorkHours(3, 540, 600, 30)
    on_duty = WorkHours(3, 600, 660, 30, on_holidays=True)
    assert UNITY_DAY.isoweekday() == 3
    assert starts(Practice(1, hours=(wednesday, on_duty)), UNITY_DAY) == ["10:00", "10:30"]


@pytest.mark.parametrize(
    ("day", "off"), [(date(2026, 12, 31), True), (date(2027, 1, 8), True), (date(2027, 1, 11), False)]
)
def test_days_off_of_the_new_year(day: date, off: bool) -> None:
    assert is_holiday(day) == off


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (closed(), []),
        (closed(10 * 60, 11 * 60), ["9:00", "9:30"]),
        (closed(570, 571), ["9:00", "10:00", "10:30"]),
        (closed(practice=2), ["9:00", "9:30", "10:00", "10:30"]),
    ],
)
def test_closing_takes_every_slot_that_it_meets(change: OtherDays, left: list[str]) -> None:
    assert starts(PRACTICE, MONDAY, change) == left


def test_opening_adds_hours_and_never_an_overlapping_slot() -> None:
    opened = OtherDays(MONDAY, MONDAY, DayChange.OPEN, 1, 10 * 60 + 45, 12 * 60 + 15, 30)
    assert starts(PRACTICE, MONDAY, opened) == ["9:00", "9:30", "10:00", "10:30", "11:15", "11:45"]


def test_another_room_is_that_of_its_hours() -> None:
    moved = OtherDays(MONDAY, MONDAY, DayChange.ROOM, 1, 10 * 60, 11 * 60, room="205")
    assert [slot.room for slot in plan_day(PRACTICE, MONDAY, [moved], {})] == ["", "", "205", "205"]


def test_substitute_takes_the_slots_in_the_room_of_the_absent_doctor() -> None:
    substitute = Practice(2, room="102")
    away = OtherDays(MONDAY, MONDAY, DayChange.SUBSTITUTE, 1, substitute=2)
    practices = {1: PRACTICE, 2: substitute}
    assert plan_day(PRACTICE, MONDAY, [away], practices) == []
    taken = plan_day(substitute, MONDAY, [away], practices)
    assert [(slot.starts, slot.room) for slot in taken] == [(540, "101"), (570, "101"), (600, "101"), (630, "101")]


def test_kind_and_audience_are_those_of_the_template() -> None:
    hours = WorkHours(1, 540, 560, 20, visit_type=VisitType.VACCINATION, audience=Audience.INFANTS)
    expected = [PlannedSlot(540, 20, VisitType.VACCINATION, audience=Audience.INFANTS)]
    assert plan_day(Practice(1, hours=(hours,)), MONDAY, [], {}) == expected


def test_moment_is_that_of_the_clinics_clock() -> None:
    assert moment_of(MONDAY, 9 * 60, ZoneInfo("Asia/Yekaterinburg")) == datetime(2026, 11, 30, 4, tzinfo=UTC)


MINUTES = st.integers(0, 24 * 12).map(lambda five: five * 5)
HOURS = st.builds(
    lambda first, length, minutes: WorkHours(1, first, min(first + length, 24 * 60), minutes),
    MINUTES,
    st.integers(5, 600),
    st.integers(5, 120),
)
CHANGES = st.builds(
    lambda what, span, minutes: OtherDays(MONDAY, MONDAY, what, 1, span[0], span[1], minutes, substitute=2),
    st.sampled_from(DayChange),
    st.one_of(st.just((None, None)), st.tuples(MINUTES, MINUTES).map(lambda span: (min(span), max(span)))),
    st.integers(5, 120),
)


@given(st.lists(HOURS, max_size=5), st.lists(HOURS, max_size=3), st.lists(CHANGES, max_size=4))
def test_no_two_slots_of_a_doctor_overlap(
    own: list[WorkHours], other: list[WorkHours], changes: list[OtherDays]
) -> None:
    practices = {1: Practice(1, hours=tuple(own)), 2: Practice(2, hours=tuple(other))}
    for practice in practices.values():
        slots = plan_day(practice, MONDAY, changes, practices)
        assert all(first.ends <= second.starts for first, second in pairwise(slots))
        assert all(0 <= slot.starts < slot.ends <= 24 * 60 for slot in slots)
