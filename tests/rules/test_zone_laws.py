"""The local time of a moment when the law of its zone changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.core.zone_laws import is_changed, law_of, same_local_time

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANGE = datetime(2026, 12, 1, tzinfo=UTC)
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
SAMARA, MOSCOW, BERLIN = (ZoneInfo(name) for name in ("Europe/Samara", "Europe/Moscow", "Europe/Berlin"))


class Changing(tzinfo):
    """A zone with one offset before a moment of UTC, and another from then on."""

    def __init__(self, before: int, after: int, change: datetime = CHANGE) -> None:
        self._before, self._after, self._change = timedelta(hours=before), timedelta(hours=after), change

    def utcoffset(self, local: datetime | None) -> timedelta:
        assert local is not None
        is_after = local.replace(tzinfo=UTC) - self._after >= self._change
        return self._after if is_after else self._before

    def tzname(self, _local: datetime | None) -> str:
        return "changing"

    def dst(self, _local: datetime | None) -> timedelta:
        return timedelta()

    def fromutc(self, moment: datetime) -> datetime:
        return moment + (self._after if moment.replace(tzinfo=UTC) >= self._change else self._before)


def test_law_has_the_second_of_each_change() -> None:
    [first, *changes, end] = law_of(BERLIN, NOW, NOW + YEAR)
    assert first == (int(NOW.timestamp()), 3600)
    assert [(datetime.fromtimestamp(at, UTC).isoformat(), offset) for at, offset in changes] == [
        ("2027-03-28T01:00:00+00:00", 7200),
        ("2027-10-31T01:00:00+00:00", 3600),
    ]
    assert end == (int((NOW + YEAR).timestamp()), 3600)
    assert law_of(MOSCOW, NOW, NOW + YEAR) == [(int(NOW.timestamp()), 10800), (end[0], 10800)]


@pytest.mark.requirement("D3")
@pytest.mark.parametrize(("old", "new"), [(Changing(3, 3), Changing(3, 4)), (Changing(3, 4), Changing(3, 3))])
def test_visit_after_a_change_of_the_law_keeps_its_local_time(old: tzinfo, new: tzinfo) -> None:
    known = law_of(old, NOW, NOW + YEAR)
    assert is_changed(known, law_of(new, NOW, NOW + YEAR))
    visit = datetime(2026, 12, 7, 10, tzinfo=old).astimezone(UTC)
    kept = same_local_time(visit, known, new)
    assert kept.astimezone(new).replace(tzinfo=None) == datetime(2026, 12, 7, 10)  # noqa: DTZ001 - a local time
    assert kept != visit
    before = datetime(2026, 11, 27, 10, tzinfo=old)
    assert same_local_time(before, known, new) == before


def test_a_later_start_with_the_same_law_changes_nothing() -> None:
    known = law_of(BERLIN, NOW, NOW + YEAR)
    assert not is_changed(known, law_of(BERLIN, NOW + YEAR / 2, NOW + 2 * YEAR))
    assert is_changed(law_of(MOSCOW, NOW, NOW + YEAR), law_of(SAMARA, NOW + YEAR / 2, NOW + 2 * YEAR))


@given(
    st.integers(-1, 1).map(lambda shift: Changing(3, 3 + shift)),
    st.integers(-1, 1).map(lambda shift: Changing(3, 3 + shift)),
    st.integers(0, 360 * 24).map(lambda hours: NOW + hours * HOUR),
)
def test_no_two_visits_of_a_day_come_to_the_same_time(old: tzinfo, new: tzinfo, at: datetime) -> None:
    known = law_of(old, NOW, NOW + YEAR)
    first, second = (same_local_time(each, known, new) for each in (at, at + HOUR))
    assert first <= second
    assert same_local_time(first, law_of(new, NOW, NOW + YEAR), new) == first, "reckoned once"
