"""The rule by which the times that are left are shared out among the visits of hours that close."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

KEPT_UNTIL = time(20)
"""of the clinic's next day: in the evening parents have read their messages"""
BEFORE_VISIT = timedelta(hours=2)
"""how long before its start a time is let go, so that somebody else can still come; none sooner is offered"""


def kept_until(starts_at: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """Return until when a time is kept for a visit that was called off: 20:00 of the next day, or 2 h before it."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    evening = datetime.combine(tomorrow, KEPT_UNTIL, zone).astimezone(UTC)
    return min(evening, starts_at - BEFORE_VISIT)


def share_out(wishes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Return which slot each visit gets; ``wishes`` are the slots that fit a visit, the best first.

    As many visits as possible get one (a maximum matching), and a visit that comes earlier in ``wishes`` never loses
    its slot to a later one without getting another.
    """
    visit_of: dict[int, int] = {}

    def give(visit: int, seen: set[int]) -> bool:
        for slot in wishes[visit]:
            if slot not in visit_of:
                visit_of[slot] = visit
                return True
        for slot in wishes[visit]:
            if slot not in seen:
                seen.add(slot)
                if give(visit_of[slot], seen):
                    visit_of[slot] = visit
                    return True
        return False

    for visit in wishes:
        give(visit, set())
    return {visit: slot for slot, visit in visit_of.items()}
