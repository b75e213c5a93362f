"""Keep the local time of a moment when the law of its zone changes.

A moment is stored in UTC, reckoned by the law that was known then. What was promised is the local time: when a new
time zone database has another offset for that day, the moment changes and the local time stays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

Law = Sequence[tuple[int, int]]
"""The offsets of a zone in seconds, each with the moment from which it holds in seconds since 1970, in order.

The last moment is the end of what is known; its offset is that before it.
"""

DAY = timedelta(days=1)


def law_of(zone: tzinfo, since: datetime, until: datetime) -> Law:
    """Return the offsets that the present time zone database has for a zone from ``since`` to ``until``."""
    law = [(int(since.timestamp()), _offset(zone, since))]
    at = since
    while at < until:
        after = min(at + DAY, until)
        if _offset(zone, after) != law[-1][1]:
            changes = _find_change(zone, int(at.timestamp()), int(after.timestamp()))
            law.append((changes, _offset(zone, after)))
        at = after
    law.append((int(until.timestamp()), law[-1][1]))
    return law


def _offset(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _find_change(zone: tzinfo, low: int, high: int) -> int:
    """Return the first second of the offset at ``high``; at ``low`` there is another."""
    wanted = _offset(zone, _moment(high))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _offset(zone, _moment(middle)) == wanted else (middle, high)
    return high


def same_local_time(at: datetime, known: Law, zone: tzinfo) -> datetime:
    """Return the moment at which the zone's clocks now show what they would have shown at ``at`` by the known law."""
    place = bisect_right([since for since, _offset in known], int(at.timestamp())) - 1
    if place < 0 or known[place][1] == _offset(zone, at):
        return at
    local = at.astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=known[place][1])
    return local.replace(tzinfo=zone).astimezone(UTC)


def is_changed(known: Law, present: Law) -> bool:
    """Whether the two laws have different offsets at any moment that both of them know."""
    first, last = max(known[0][0], present[0][0]), min(known[-1][0], present[-1][0])
    moments = {first, *(since for since, _offset in (*known, *present) if first < since < last)}
    return any(_at(known, moment) != _at(present, moment) for moment in moments)


def _at(law: Law, moment: int) -> int:
    return law[bisect_right([since for since, _offset in law], moment) - 1][1]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
