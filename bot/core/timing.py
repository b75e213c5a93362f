"""When it is in the clinic's own day: local days, hours in which nobody is disturbed, the moment of a reminder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOSCOW = ZoneInfo("Europe/Moscow")
"""Where no clinic, and so no other zone, is known."""

QUIET_FROM = time(22)
QUIET_UNTIL = time(8)

PEACE = timedelta(minutes=2)
"""Whoever is being asked something is told nothing else for so long."""

_LAST_CALL = time(21, 30)
_EARLIEST_HOUR, _LATEST_HOUR = 8, 21
_SHORT_LEADS = (timedelta(hours=3), timedelta(hours=1))
_BREATH = timedelta(minutes=30)
_TIME_TO_GO = timedelta(hours=1)
_FRESH = timedelta(hours=2)


def day_before_reminder(starts_at: datetime, zone: ZoneInfo, booked_at: datetime, hour: int = 18) -> datetime | None:
    """The moment in UTC at which to remind of a visit, None where the person has no time to forget it.

    The first of these that is at least 30 minutes after the booking and at least an hour before the visit:

    1. ``hour``:00 of the clinic's local day before the visit; an hour of the night becomes 08:00 or 21:00;
    2. three hours before the visit, and if the night (22:00-08:00) does not let it, 08:00 after that night, else 21:30
       before it;
    3. one hour before the visit, with the same regard for the night.

    Booked less than two hours ahead there is no reminder. Whatever comes out is never in quiet hours.
    """
    if starts_at - booked_at < _FRESH:
        return None
    return next(
        (
            moment
            for moment in _moments(starts_at, zone, hour)
            if booked_at + _BREATH <= moment <= starts_at - _TIME_TO_GO and not in_quiet_hours(moment, zone)
        ),
        None,
    )


def _moments(starts_at: datetime, zone: ZoneInfo, hour: int) -> Iterator[datetime]:
    """Moments worth a try, the best first."""
    waking_hour = min(max(hour, _EARLIEST_HOUR), _LATEST_HOUR)
    yield _moment(local_day(starts_at, zone) - timedelta(days=1), time(waking_hour), zone)
    for lead in _SHORT_LEADS:
        moment = (starts_at - lead).astimezone(UTC)
        yield moment
        yield from _around_the_night(moment, zone)


def _around_the_night(moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The end of the quiet hours that ``moment`` falls into and the last call before them; nothing by day."""
    if not in_quiet_hours(moment, zone):
        return
    local = moment.astimezone(zone)
    evening = local.date() if local.time() >= QUIET_FROM else local.date() - timedelta(days=1)
    yield _moment(evening + timedelta(days=1), QUIET_UNTIL, zone)
    yield _moment(evening, _LAST_CALL, zone)


def in_quiet_hours(moment: datetime, zone: ZoneInfo) -> bool:
    """22:00 is quiet already, 08:00 no longer."""
    local = moment.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a local day and of the next one, in UTC; not always 24 hours apart."""
    return _moment(day, time(), zone), _moment(day + timedelta(days=1), time(), zone)


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
