"""Watch the invariants of the database: each minute what has changed, each night everything."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from bot.core.clock import Clock
from bot.core.timing import MOSCOW
from bot.delivery.alarms import Alarm, Alarms
from storage.checks import Broken, describe_broken, find_broken

NIGHT_FROM = timedelta(hours=3)
"""from midnight in Moscow; everything is looked at once after it"""
AGAIN = timedelta(minutes=10)
"""between two looks at everything while an invariant is broken: only such a look ends the alarm"""
SLEPT = timedelta(hours=2)
"""between two looks: the machine was asleep, or its clock was moved"""
CATCHES_UP = timedelta(minutes=70)
"""after that every job has run, the hourly one that erases what is old included"""

log = structlog.get_logger(__name__)


class InvariantWatch:
    """Looks on a connection of its own, on another thread: people wait for nothing."""

    def __init__(self, path: Path, alarms: Alarms, clock: Clock) -> None:
        self._path, self._alarms, self._clock = path, alarms, clock
        self._looked_at: datetime | None = None
        self._night: date | None = None
        self._whole_from: datetime | None = None
        """when everything is looked at again; None while nothing is known to be broken"""

    async def look(self) -> None:
        """Start or end the alarm. The first run only begins the minute: other jobs still do what was due before it."""
        now = self._clock.now()
        since, self._looked_at = self._looked_at, now
        night, before = (now.astimezone(MOSCOW) - NIGHT_FROM).date(), self._night
        self._night = night
        if since is None:
            return
        if now - since > SLEPT:
            self._whole_from = now + CATCHES_UP
            return
        is_whole = night != before or (self._whole_from is not None and now >= self._whole_from)
        start = None if is_whole else int(min(since, now).timestamp())
        found = await asyncio.to_thread(find_broken, self._path, int(now.timestamp()), start)
        if found:
            await self._tell(found)
            self._whole_from = now + AGAIN
        elif is_whole:
            self._whole_from = None
            await self._alarms.end(Alarm.INVARIANT_BROKEN)

    async def _tell(self, found: list[Broken]) -> None:
        for each in found:
            log.warning("an invariant does not hold", found=describe_broken(each))
        rows = sum(each.rows for each in found)
        await self._alarms.start(Alarm.INVARIANT_BROKEN, newest=found[0].name, invariants=len(found), rows=rows)
