"""Reminders, quiet hours and local days, in every zone of a clinic."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, strategies as st

from bot.core.timing import day_before_reminder, day_bounds, in_quiet_hours, local_day

MOSCOW = ZoneInfo("Europe/Moscow")
RUSSIAN_ZONES = [
    ZoneInfo(name)
    for name in [
        "Europe/Moscow",
        "Europe/Kaliningrad",
        "Europe/Simferopol",
        "Europe/Kirov",
        "Europe/Volgograd",
        "Europe/Astrakhan",
        "Europe/Saratov",
        "Europe/Ulyanovsk",
        "Europe/Samara",
        "Asia/Yekaterinburg",
        "Asia/Omsk",
        "Asia/Novosibirsk",
        "Asia/Barnaul",
        "Asia/Tomsk",
        "Asia/Novokuznetsk",
        "Asia/Krasnoyarsk",
        "Asia/Irkutsk",
        "Asia/Chita",
        "Asia/Yakutsk",
        "Asia/Vladivostok",
        "Asia/Magadan",
        "Asia/Sakhalin",
        "Asia/Kamchatka",
        "Asia/Anadyr",
        "Asia/Srednekolymsk",
    ]
]
ZONES_THAT_CHANGE_CLOCKS = [ZoneInfo(name) for name in ("Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut")]

zones = st.sampled_from(RUSSIAN_ZONES + ZONES_THAT_CHANGE_CLOCKS)
# Russia changed its clocks until 2011 and its zones until 2020.
moments = st.builds(datetime.combine, st.dates(date(1995, 1, 1), date(2040, 1, 1)), st.times(), st.just(UTC))
leads = st.one_of(
    st.timedeltas(timedelta(), timedelta(hours=40)),
    st.timedeltas(timedelta(), timedelta(days=30)),
    st.integers(0, 96).map(lambda halves: timedelta(minutes=30 * halves)),
)


def local(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """Return «24 10:30» of November 2026 in a zone, as UTC."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("visit", "booked", "reminder"),
    [
        ("24 10:30", "20 12:00", "23 18:00"),
        ("24 10:30", "23 17:30", "23 18:00"),
        ("24 00:15", "20 12:00", "23 18:00"),
        ("24 23:45", "20 12:00", "23 18:00"),
        # the same evening
        ("24 12:00", "23 17:31", "23 21:30"),
        ("24 10:30", "23 19:00", "23 21:30"),
        ("24 08:59", "23 19:00", "23 21:30"),
        ("24 08:00", "23 21:00", "23 21:30"),
        ("24 00:30", "23 18:40", "23 21:30"),
        # the same morning
        ("24 11:00", "23 23:30", "24 08:00"),
        ("24 09:00", "23 23:50", "24 08:00"),
        ("24 15:00", "24 07:30", "24 08:00"),
        # two hours before, else one
        ("24 15:00", "24 09:00", "24 13:00"),
        ("24 15:00", "24 12:30", "24 13:00"),
        ("24 15:00", "24 13:00", "24 14:00"),
        ("24 10:00", "24 07:45", "24 09:00"),
        # no moment is left
        ("24 15:00", "24 13:01", None),
        ("24 08:30", "23 23:00", None),
        ("24 08:00", "23 21:01", None),
        ("24 02:00", "23 22:30", None),
        ("24 15:00", "24 15:30", None),
    ],
)
def test_reminder_is_the_first_useful_moment(visit: str, booked: str, reminder: str | None) -> None:
    moment = day_before_reminder(local(visit), MOSCOW, local(booked))
    assert moment == (local(reminder) if reminder else None)


@pytest.mark.parametrize("zone", RUSSIAN_ZONES, ids=str)
def test_reminder_is_at_18_in_the_clinics_zone(zone: ZoneInfo) -> None:
    moment = day_before_reminder(local("24 10:30", zone), zone, local("20 12:00", zone))
    assert moment == local("23 18:00", zone)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("hour", "reminder"),
    [(8, "23 08:00"), (12, "23 12:00"), (21, "23 21:00"), (3, "22 21:30"), (23, "23 21:30")],
)
def test_chosen_hour_of_a_reminder_is_kept_out_of_quiet_hours(hour: int, reminder: str) -> None:
    assert day_before_reminder(local("24 10:30"), MOSCOW, local("20 12:00"), hour) == local(reminder)


@given(moments, leads, zones, st.integers(0, 23))
@example(datetime(2011, 3, 27, 0, 30, tzinfo=UTC), timedelta(hours=7), MOSCOW, 18)
@example(datetime(2014, 10, 25, 22, 0, tzinfo=UTC), timedelta(hours=9), MOSCOW, 21)
def test_reminder_is_between_booking_and_visit_and_not_in_quiet_hours(
    starts_at: datetime, lead: timedelta, zone: ZoneInfo, hour: int
) -> None:
    booked_at = starts_at - lead
    moment = day_before_reminder(starts_at, zone, booked_at, hour)
    if moment is None:
        assert lead < timedelta(days=2)
        return
    assert booked_at + timedelta(minutes=30) <= moment <= starts_at - timedelta(hours=1)
    assert not in_quiet_hours(moment, zone)
    assert moment.tzinfo is UTC


@given(
    st.dates(date(2021, 1, 1), date(2040, 1, 1)), st.times(time(9), time(21, 59)), leads, st.sampled_from(RUSSIAN_ZONES)
)
def test_visit_between_9_and_22_always_has_a_reminder(day: date, at: time, lead: timedelta, zone: ZoneInfo) -> None:
    """If it is booked at least two hours ahead, at any hour."""
    starts_at = datetime.combine(day, at, zone).astimezone(UTC)
    booked_at = starts_at - max(lead, timedelta(hours=2))
    assert day_before_reminder(starts_at, zone, booked_at) is not None


@pytest.mark.parametrize(
    ("at", "quiet"), [("21:59", False), ("22:00", True), ("00:00", True), ("07:59", True), ("08:00", False)]
)
@pytest.mark.parametrize("zone", RUSSIAN_ZONES, ids=str)
def test_quiet_hours_are_from_22_to_8(zone: ZoneInfo, at: str, quiet: bool) -> None:
    assert in_quiet_hours(local(f"24 {at}", zone), zone) is quiet


def test_local_day_depends_on_the_zone() -> None:
    moment = datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert local_day(moment, MOSCOW) == date(2026, 11, 23)
    assert local_day(moment, ZoneInfo("Asia/Kamchatka")) == date(2026, 11, 24)


def test_local_day_runs_from_midnight_to_midnight() -> None:
    first, following = day_bounds(date(2026, 11, 24), ZoneInfo("Asia/Yekaterinburg"))
    assert first == datetime(2026, 11, 23, 19, tzinfo=UTC)
    assert following - first == timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2010, 3, 28), 23), (date(2010, 10, 31), 25), (date(2014, 10, 26), 25), (date(1981, 4, 1), 23)],
)
def test_day_of_a_clock_change_has_23_or_25_hours(day: date, hours: int) -> None:
    first, following = day_bounds(day, MOSCOW)
    assert following - first == timedelta(hours=hours)


@given(st.dates(date(1981, 1, 1), date(2040, 1, 1)), zones)
@example(date(1981, 4, 1), MOSCOW)
@example(date(1981, 10, 1), MOSCOW)
@example(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo"))
def test_consecutive_days_have_no_gap(day: date, zone: ZoneInfo) -> None:
    first, following = day_bounds(day, zone)
    assert first.tzinfo is following.tzinfo is UTC
    assert following == day_bounds(day + timedelta(days=1), zone)[0]
    assert local_day(first, zone) == day
    assert local_day(following, zone) == day + timedelta(days=1)
    assert local_day(following - timedelta(microseconds=1), zone) == day


@given(moments, zones)
def test_moment_is_within_its_local_day(moment: datetime, zone: ZoneInfo) -> None:
    first, following = day_bounds(local_day(moment, zone), zone)
    assert first <= moment < following


def test_midnight_belongs_to_the_new_day() -> None:
    midnight = datetime.combine(date(2026, 11, 24), time(), MOSCOW)
    assert local_day(midnight, MOSCOW) == date(2026, 11, 24)
    assert local_day(midnight - timedelta(microseconds=1), MOSCOW) == date(2026, 11, 23)
