"""Whether a message is still worth telling: until which moment, and at which hours.

Each kind of news has one rule. It decides when a message is planned, and again when it is sent: meanwhile the bot may
have been down.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.core.timing import after_quiet_hours

SOON = timedelta(minutes=15)
"""after an act of a person, who is awake"""
EARLY = timedelta(hours=2)
"""from the end of the quiet hours to 10:00: a visit that begins before it is early"""


class Hours(Enum):
    """When a message may ring."""

    WAKING = auto()
    """not in quiet hours"""
    SOON = auto()
    """the same, but at any hour soon after an act of its reader"""
    EARLY_VISITS = auto()
    """the same as WAKING, but at any hour about a visit that begins before 10:00 of the morning to come"""
    CHOSEN = auto()
    """at any hour: the operator has chosen it"""


@dataclass(frozen=True, slots=True)
class Telling:
    """The rule of a kind: a message is worth telling ``lasts`` long, and longer until a visit begins."""

    lasts: timedelta = timedelta(days=30)
    hours: Hours = Hours.WAKING
    until_visit: bool = False
    """until the visit of the message begins; without a visit ``lasts`` decides"""
    repeats: bool = True
    """silence is worse than a repeat, so what may have arrived is sent again"""

    def last_moment(self, planned_at: datetime, starts: Collection[datetime]) -> datetime:
        """Return the moment from which a message is not worth telling; ``starts`` are all times of its visit."""
        last = planned_at + self.lasts
        return max(last, *starts) if self.until_visit and starts else last

    def next_moment(
        self, planned_at: datetime, now: datetime, zone: ZoneInfo, starts: Collection[datetime]
    ) -> datetime:
        """Return the first moment from now on at which the message may ring."""
        if self.hours is Hours.CHOSEN:
            return now
        morning = after_quiet_hours(now, zone)
        if self.hours is Hours.SOON and now - planned_at <= SOON:
            return now
        if self.hours is Hours.EARLY_VISITS and any(now <= start < morning + EARLY for start in starts):
            return now
        return morning
