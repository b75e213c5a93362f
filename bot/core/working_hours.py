"""Working days and hours: when a desk that answers within some working hours must have answered."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(8), time(20)
"""the hours of a desk, by the clinic's clock"""
MOST_DAYS = 2
"""working days within which a desk answers in any case"""

_SUNDAY, _SATURDAY = 7, 6


def is_holiday(day: date) -> bool:
    """Return whether a day is a public holiday of Russia, or one that replaces it; a Sunday is none."""
    return day in _holidays_of(day.year)


def is_working_day(day: date) -> bool:
    """Return whether a desk answers on a day: not on Saturdays, Sundays and public holidays."""
    return day.isoweekday() not in {_SATURDAY, _SUNDAY} and not is_holiday(day)


def due_within(hours: int, since: datetime, zone: ZoneInfo) -> datetime:
    """Return when this many working hours after ``since`` are over, at the latest after MOST_DAYS working days.

    The answer has the zone of ``since``.
    """
    a_day = datetime.combine(date.min, CLOSES) - datetime.combine(date.min, OPENS)
    left = min(timedelta(hours=max(hours, 0)), MOST_DAYS * a_day)
    day, at = since.astimezone(zone).date(), since
    while True:
        first, last = (datetime.combine(day, edge, zone).astimezone(since.tzinfo) for edge in (OPENS, CLOSES))
        begin = max(at, first)
        if is_working_day(day) and begin < last:
            if begin + left <= last:
                return begin + left
            left -= last - begin
        day += timedelta(days=1)


def end_of_working_day(days: int, since: datetime, zone: ZoneInfo) -> datetime:
    """Return when the ``days``-th working day after the local day of ``since`` ends, in the zone of ``since``.

    The day itself does not count: a term in days begins with the next one.
    """
    day = since.astimezone(zone).date()
    left = max(days, 1)
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return datetime.combine(day, CLOSES, zone).astimezone(since.tzinfo)


@cache
def _holidays_of(year: int) -> frozenset[date]:
    import holidays  # ten megabytes, which an idle bot does without

    return frozenset(holidays.country_holidays("RU", years=year))
