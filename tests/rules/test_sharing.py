"""Times that are left are shared out among the visits of hours that close."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.registry.sharing import kept_until, share_out

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""12:00 in Moscow"""
MOSCOW, URAL = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg")


def test_earlier_visit_gets_the_better_time() -> None:
    assert share_out({1: [10, 11], 2: [10, 11], 3: [10, 11]}) == {1: 10, 2: 11}


def test_as_many_as_possible_get_one() -> None:
    """The second and third visits can have only what the first two would take."""
    assert share_out({1: [10, 11, 12], 2: [10], 3: [11]}) == {1: 12, 2: 10, 3: 11}
    assert share_out({1: [], 2: [10]}) == {2: 10}


@pytest.mark.parametrize(
    ("starts_in", "zone", "until"),
    [
        (timedelta(days=3), MOSCOW, datetime(2026, 11, 24, 17, tzinfo=UTC)),
        (timedelta(days=3), URAL, datetime(2026, 11, 24, 15, tzinfo=UTC)),
        (timedelta(hours=5), MOSCOW, NOON + timedelta(hours=3)),
    ],
)
def test_time_is_kept_until_the_next_evening_or_two_hours_before_it(
    starts_in: timedelta, zone: ZoneInfo, until: datetime
) -> None:
    assert kept_until(NOON + starts_in, zone, NOON) == until
