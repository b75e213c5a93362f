"""When a desk must have answered: working hours only, by the clinic's clock, and at most two working days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as some

from bot.core.timing import MOSCOW
from bot.core.working_hours import CLOSES, OPENS, due_within, is_working_day

START = datetime(2026, 1, 1, tzinfo=UTC)
OMSK = ZoneInfo("Asia/Omsk")
MOMENTS = some.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def moscow(month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "since", "due"),
    [
        (4, moscow(11, 23, 9, 0), moscow(11, 23, 13, 0)),
        (4, moscow(11, 23, 18, 30), moscow(11, 24, 10, 30)),
        (4, moscow(11, 23, 3, 0), moscow(11, 23, 12, 0)),
        (4, moscow(11, 27, 19, 0), moscow(11, 30, 11, 0)),  # a weekend between
        (4, moscow(11, 3, 18, 0), moscow(11, 5, 10, 0)),  # the holiday of 4 November between
        (100, moscow(11, 23, 8, 0), moscow(11, 24, 20, 0)),
    ],
)
def test_due_counts_working_hours_only(hours: int, since: datetime, due: datetime) -> None:
    assert due_within(hours, since, MOSCOW) == due


@given(some.integers(0, 1000), MOMENTS, some.sampled_from([MOSCOW, OMSK]))
def test_due_is_in_working_hours_and_never_early(hours: int, since: datetime, zone: ZoneInfo) -> None:
    due = due_within(hours, since, zone)
    local = due.astimezone(zone)
    assert is_working_day(local.date())
    assert OPENS <= local.time() <= CLOSES
    assert due >= since + timedelta(hours=min(hours, 24))


@given(some.integers(0, 30), MOMENTS)
def test_more_hours_are_never_due_earlier(hours: int, since: datetime) -> None:
    assert due_within(hours, since, MOSCOW) <= due_within(hours + 1, since, MOSCOW)
