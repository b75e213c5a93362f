"""Time in a clinic's zone: local days, quiet hours and the moment of a reminder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
"""the zone to use if no clinic is known"""

QUIET_FROM = time(22)
QUIET_UNTIL = time(8)

PROMPT_QUIET = timedelta(minutes=2)
"""New messages wait at most this long while an account answers a prompt."""

_LAST_MOMENT_OF_EVENING = time(21, 30)
_LEADS = (timedelta(hours=2), timedelta(hours=1))
_AFTER_BOOKING = timedelta(minutes=30)
_BEFORE_VISIT = timedelta(hours=1)
_SHORTEST_LEAD = timedelta(hours=2)


def day_before_reminder(starts_at: datetime, zone: ZoneInfo, booked_at: datetime, hour: int = 18) -> datetime | None:
    """Return when to remind of a visit, in UTC, or None if it was booked too late for a reminder.

    It is the first of these moments that is at least 30 minutes after the booking and at least an hour before the
    visit; one in quiet hours (22:00-08:00) becomes 21:30 before them:

    1. ``hour``:00 of the clinic's local day before the visit;
    2. 21:30 of that evening;
    3. 08:00 of the day of the visit;
    4. two hours before the visit, else one hour before it.

    A visit booked less than two hours ahead has no reminder.
    """
    if starts_at - booked_at < _SHORTEST_LEAD:
        return None
    moments = (_before_quiet_hours(moment, zone) for moment in _moments(starts_at, zone, hour))
    return next(
        (moment for moment in moments if booked_at + _AFTER_BOOKING <= moment <= starts_at - _BEFORE_VISIT), None
    )


def _moments(starts_at: datetime, zone: ZoneInfo, hour: int) -> Iterator[datetime]:
    """Yield moments for a reminder, the best first."""
    day = local_day(starts_at, zone)
    day_before = day - timedelta(days=1)
    yield _utc(day_before, time(hour), zone)
    yield _utc(day_before, _LAST_MOMENT_OF_EVENING, zone)
    yield _utc(day, QUIET_UNTIL, zone)
    for lead in _LEADS:
        yield (starts_at - lead).astimezone(UTC)


def _before_quiet_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, or 21:30 before the quiet hours that it is in."""
    if not in_quiet_hours(moment, zone):
        return moment
    local = moment.astimezone(zone)
    evening = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    return _utc(evening, _LAST_MOMENT_OF_EVENING, zone)


def in_quiet_hours(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether a moment is in quiet hours: 22:00 is, 08:00 is not."""
    local = moment.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def after_quiet_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment, or the end of the quiet hours that it is in, in UTC."""
    if not in_quiet_hours(moment, zone):
        return moment
    local = moment.astimezone(zone)
    morning = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return _utc(morning, QUIET_UNTIL, zone)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first moments of a local day and of the next one, in UTC; they may be 23 or 25 hours apart."""
    return _utc(day, time(), zone), _utc(day + timedelta(days=1), time(), zone)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
