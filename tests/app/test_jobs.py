"""The jobs: intervals, failures, start and stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot import jobs as timetable
from bot.core.tasks import Tasks
from bot.delivery.alarms import Alarm, Alarms
from bot.jobs import EVERY, Job, Jobs
from tests.builders import StoppedClock
from tests.chat.wait import wait_until
from tests.time_limits import BUSY


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timetable, "EVERY", dict.fromkeys(EVERY, 0.02))
    level = logging.getLogger("apscheduler").level
    yield
    logging.getLogger("apscheduler").setLevel(level)


class Work:
    """A job that counts its runs."""

    def __init__(self, takes: float = 0, fails: int = 0) -> None:
        self.takes, self.fails = takes, fails
        self.begun = self.done = self.together = self.most_together = 0
        self.again = asyncio.Event()

    async def __call__(self) -> None:
        self.begun += 1
        self.together += 1
        self.most_together = max(self.together, self.most_together)
        try:
            await asyncio.sleep(self.takes)
            if self.begun <= self.fails:
                raise ValueError("Мария И.")
            self.done += 1
            if self.done > 1:
                self.again.set()
        finally:
            self.together -= 1


async def test_job_runs_on_its_interval() -> None:
    work = Work()
    jobs = Jobs({"outbox": work}, Alarms(StoppedClock()))
    jobs.start()
    await asyncio.wait_for(work.again.wait(), BUSY)
    await jobs.stop()
    done = work.done
    await asyncio.sleep(0.1)
    assert work.done == done


async def test_job_that_fails_is_logged_and_runs_again() -> None:
    work = Work(fails=2)
    jobs = Jobs({"sync": work}, Alarms(StoppedClock()))
    with capture_logs() as lines:
        jobs.start()
        await asyncio.wait_for(work.again.wait(), BUSY)
        await jobs.stop()
    assert [(line["event"], line["job"]) for line in lines] == [("a job failed", "sync")] * 2


async def test_job_that_fails_again_and_again_is_an_alarm_until_it_works() -> None:
    alarms, other = Alarms(StoppedClock()), Work()
    jobs = Jobs({"sync": Work(fails=4), "outbox": other}, alarms)
    ringing = []
    with capture_logs():
        for _each in range(6):
            await jobs.run_all_once()
            ringing.append([(each.alarm, each.facts["job"]) for each in alarms.ringing()])
    assert ringing == [[], [], [(Alarm.JOB_FAILS, "sync")], [(Alarm.JOB_FAILS, "sync")], [], []]
    assert other.done == 6


async def test_job_does_not_run_beside_itself() -> None:
    work = Work(takes=0.1)
    jobs = Jobs({"outbox": work}, Alarms(StoppedClock()))
    jobs.start()
    await asyncio.wait_for(work.again.wait(), BUSY)
    await jobs.stop()
    assert work.most_together == 1


async def test_stop_waits_for_running_jobs() -> None:
    work = Work(takes=0.2)
    jobs = Jobs({"outbox": work}, Alarms(StoppedClock()))
    jobs.start()
    await wait_until(lambda: work.begun == 1)
    await jobs.stop()
    assert work.begun == work.done == 1


async def test_jobs_that_were_never_started_can_be_stopped() -> None:
    await Jobs({}, Alarms(StoppedClock())).stop()


async def test_all_jobs_run_once_in_order_with_the_outbox_last() -> None:
    order: list[str] = []

    def note(name: str) -> Job:
        async def run() -> None:
            order.append(name)
            if name == "sync":
                raise ValueError(name)

        return run

    jobs = Jobs({name: note(name) for name in ("outbox", "sync", "checks")}, Alarms(StoppedClock()))
    with capture_logs():
        await jobs.run_all_once()
    assert order == ["sync", "checks", "outbox"]


def test_job_without_an_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="no interval for gardening"):
        Jobs({"gardening": Work()}, Alarms(StoppedClock()))


async def test_jobs_and_background_work_end_together() -> None:
    tasks, work = Tasks(), Work(takes=0.05)
    jobs = Jobs({"outbox": work}, Alarms(StoppedClock()))
    jobs.start()
    tasks.start(work())
    await jobs.stop()
    assert await tasks.drain(BUSY) == 0
    assert work.begun == work.done


async def test_jobs_run_once_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timetable, "EVERY", dict.fromkeys(EVERY, 3600))
    work = Work()
    jobs = Jobs({"outbox": work}, Alarms(StoppedClock()))
    jobs.start()
    await wait_until(lambda: work.done == 1)
    await jobs.stop()
    assert work.done == 1
