"""Run the jobs of the timetable on intervals; a job that fails is logged and runs again at its next time."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]  # version 3 has no types

from bot.delivery.alarms import Alarm, Alarms

Job = Callable[[], Awaitable[object]]
"""Does what is due now; its result is ignored."""

EVERY: Mapping[str, float] = {
    "lease": 10,
    "directory": 60,
    "zones": 3600,
    "publish": 30,
    "day_end": 60,
    "sync": 5,
    "compare": 30,
    "settle": 2,
    "refusals": 5,
    "checks": 2,
    "desk_checks": 5,
    "applications": 5,
    "policy_requests": 5,
    "unchecked": 5,
    "watch": 10,
    "takeovers": 10,
    "referrals": 3600,
    "retention": 3600,
    "reading": 60,
    "digests": 30,
    "menus": 5,
    "passing": 1,
    "failed_rows": 10,
    "silent": 5,
    "invariants": 60,
    "log": 60,
    "alarms": 5,
    "outbox": 1,
}
"""Seconds between two runs. The outbox is last, so that one run of all jobs also delivers what the others enqueue.

lease        renew the lease of this process on the database
directory    refresh the clinics, specialties and doctors
zones        note the law of each zone; after a change of it, keep the local times of visits
publish      open the next days of the embedded registry at each clinic's hour
day_end      after midnight: note who came to the visits of the day before
sync         read the changes that clinics have made to visits
compare      in the night: compare a share of the visits ahead with their clinics
settle       settle bookings and cancellations whose outcome is unknown
refusals     count the refusals of the register, and start or end the alarm
checks       repeat policy checks that wait for the register
desk_checks  do what desks have decided about policies, tell of late ones, ask again after a year
applications do what desks have decided about applications, tell of late ones, end those that were not corrected
policy_requests do the same with applications for a policy
unchecked    let visits that were booked before the policy was checked be those of the person it is of
watch        look at verified policies that are due for another look
takeovers    end takeovers that were not answered in time, erase what they suspended for 30 days
referrals    once a day: plan what is told of the ends of referrals, also of those that nobody has looked at
retention    erase what is older than its retention period
reading      end the alarm about a member of the staff who has read many names
digests      in the morning: enqueue what the day brings to each clinic's staff
menus        show each member of the staff the commands of its role, and take them away with it
passing      delete the messages with full data from the desk
failed_rows  start or end the alarm about rows that cannot be read or handled
silent       start or end the alarm about clinic systems that do not answer
invariants   start or end the alarm about rows that contradict one another
log          start or end the alarm about a streamed database whose log grows
alarms       tell the operator of alarms that have started or are over
outbox       deliver messages that are due
"""

ALARM_AFTER = 3
"""failures of a job without a success"""

log = structlog.get_logger(__name__)


class Jobs:
    """Intervals are the only triggers.

    What is due at a certain moment is a row in the database with that moment, so a clock that is moved moves it too.
    """

    def __init__(self, jobs: Mapping[str, Job], alarms: Alarms) -> None:
        """Raises ValueError for a job without an interval."""
        if unknown := jobs.keys() - EVERY.keys():
            raise ValueError(f"no interval for {', '.join(sorted(unknown))}")
        self._jobs = {name: jobs[name] for name in EVERY if name in jobs}
        self._alarms, self._failures = alarms, Counter[str]()
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
        )

    def start(self) -> None:
        # APScheduler logs every run, and every run that is skipped because the last one is not finished.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        for name, job in self._jobs.items():
            self._scheduler.add_job(self._run, "interval", (name, job), seconds=EVERY[name], id=name)
            # And once now: what became due while the bot was stopped should not wait for an interval.
            self._scheduler.add_job(self._run, args=(name, job))
        self._scheduler.start()

    async def stop(self) -> None:
        """Start no more jobs and wait for those that are running; the scheduler's own shutdown would cancel them."""
        if self._scheduler.running:
            self._scheduler.pause()
        while self._running:
            await asyncio.wait(self._running.values())
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def run_all_once(self) -> None:
        """Run every job once, one after another; a test calls this after it has moved the clock."""
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
            self._failures[name] += 1
        else:
            del self._failures[name]
        finally:
            del self._running[name]
        await self._report()

    async def _report(self) -> None:
        failing = sorted(name for name, times in self._failures.items() if times >= ALARM_AFTER)
        if failing:
            await self._alarms.start(Alarm.JOB_FAILS, job=failing[0], jobs=len(failing))
        else:
            await self._alarms.end(Alarm.JOB_FAILS)
