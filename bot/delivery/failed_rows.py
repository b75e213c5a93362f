"""Rows that cannot be read or handled: the others are served meanwhile, and an alarm is on.

A job that works through people hands each item to ``each``, so that one that fails stops no other. Sealed values that
no key opens are counted by the cipher, whatever has tried to open them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.core.clock import Clock
from bot.core.transactions import Storage
from bot.delivery.alarms import Alarm, Alarms

T = TypeVar("T")

OVER_AFTER = timedelta(hours=2)
"""without a new failure; the slowest job runs once an hour"""

log = structlog.get_logger(__name__)


class FailedRows:
    def __init__(self, storage: Storage, alarms: Alarms, clock: Clock) -> None:
        self._storage, self._alarms, self._clock = storage, alarms, clock
        self._failed_at: dict[str, datetime] = {}

    async def each(self, job: str, items: Iterable[T], work: Callable[[T], Awaitable[object]]) -> None:
        """Do the work of a job for each item; one that fails is logged and stops no other."""
        for item in items:
            try:
                await work(item)
            except Exception:
                log.exception("an item of a job failed", job=job)
                self._failed_at[job] = self._clock.now()

    async def look(self) -> None:
        """Start the alarm for what has failed lately, or end it."""
        now = self._clock.now()
        self._failed_at |= dict.fromkeys(self._storage.take_unreadable(), now)
        self._failed_at = {where: at for where, at in self._failed_at.items() if now - at < OVER_AFTER}
        if self._failed_at:
            newest = max(self._failed_at, key=lambda where: self._failed_at[where])
            await self._alarms.start(Alarm.ROWS_FAIL, places=len(self._failed_at), newest=newest)
        else:
            await self._alarms.end(Alarm.ROWS_FAIL)
