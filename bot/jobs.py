"""The timetable: every job is one call on an interval; a failing one is logged and runs again next time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # version 3 has no types

Job = Callable[[], Awaitable[object]]

EVERY: Mapping[str, float] = {
    "lease": 10,
    "directory": 60,
    "sync": 5,
    "settle": 2,
    "checks": 2,
    "watch": 10,
    "takeovers": 10,
    "retention": 3600,
    "outbox": 1,
}
"""Seconds between two runs. The outbox comes last, so that one run of everything also tells what the others found.

lease      this process still owns what one process at a time may do
directory  what clinics say of themselves
sync       changes that the clinic made on its side
settle     visits whose outcome the clinic has not told yet
checks     policies that wait for the register
watch      confirmed policies that are due for another look
takeovers  what one account asks of another and nobody has answered in time
retention  erasing what has outlived its purpose
outbox     telling people
"""

log = structlog.get_logger(__name__)


class Jobs:
    """Daily work is a row with a due moment, so that a moved clock moves it too: there are no other triggers here."""

    def __init__(self, jobs: Mapping[str, Job]) -> None:
        if unknown := jobs.keys() - EVERY.keys():
            raise ValueError(f"no interval for {', '.join(sorted(unknown))}")
        self._jobs = {name: jobs[name] for name in EVERY if name in jobs}
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )

    def start(self) -> None:
        # It tells of every run, and of every run put off because the last one still goes on.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for name, job in self._jobs.items():
            self._scheduler.add_job(self._run, "interval", (name, job), seconds=EVERY[name], id=name)
            # And once at the start: whatever fell due meanwhile has waited long enough.
            self._scheduler.add_job(self._run, args=(name, job))
        self._scheduler.start()

    async def stop(self) -> None:
        """Start nothing more and wait for what is running: the scheduler itself would cancel it."""
        if self._scheduler.running:
            self._scheduler.pause()
        while self._running:
            await asyncio.wait(self._running.values())
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def run_all_once(self) -> None:
        """Every job once, one after another: what a test calls after it has moved the clock."""
        for name, job in self._jobs.items():
            await self._run(name, job)

    async def _run(self, name: str, job: Job) -> None:
        if name in self._running:
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine always runs in a task
        self._running[name] = task
        try:
            await job()
        except Exception:
            log.exception("a job failed", job=name)
        finally:
            del self._running[name]
