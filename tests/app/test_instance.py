"""The lease on the database: one process has it, and that of a dead process is taken over."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from bot import instance as instances
from bot.instance import LEASE, NAME, AnotherInstance, Instance, is_running
from storage.unit import Storage
from tests.builders import MONDAY, StoppedClock, database_in, storage_over
from tests.time_limits import BUSY

SECOND = timedelta(seconds=1)
ELSEWHERE = "another-host pid:[1] 7 100 token"


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with database_in(tmp_path) as database:
        yield storage_over(database)


@pytest.fixture
async def neighbour() -> AsyncIterator[Process]:
    """Another process on this machine."""
    process = await create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1, stdout=DEVNULL)
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.fixture(autouse=True)
def frequent_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "RETRY_EVERY", 0.01)


async def take_as(storage: Storage, holder: str, now: datetime = MONDAY) -> None:
    assert await storage.write(lambda uow: uow.leases.take(NAME, holder, now, LEASE))


def as_holder(pid: int) -> str:
    return f"{instances.Process.of(pid)} token"


async def test_second_bot_is_refused_at_once(storage: Storage) -> None:
    first, second = (Instance(storage, StoppedClock()) for _ in range(2))
    await first.take()
    with pytest.raises(AnotherInstance, match="stop it first"):
        await second.take()
    await first.release()
    await second.take()


async def test_lease_of_a_killed_process_is_taken_at_once(storage: Storage, neighbour: Process) -> None:
    await take_as(storage, as_holder(neighbour.pid))
    with pytest.raises(AnotherInstance):
        await Instance(storage, StoppedClock()).take()
    neighbour.kill()
    await neighbour.wait()
    async with asyncio.timeout(BUSY):
        await Instance(storage, StoppedClock()).take()


def test_new_process_with_the_pid_of_a_dead_one_is_told_apart() -> None:
    mine = instances.Process.of(os.getpid())
    assert is_running(f"{mine} token") is True
    assert is_running(f"{mine._replace(born='1')} token") is False


@pytest.mark.parametrize("told", [ELSEWHERE, "", "host:1:token", "host space pid born"])
def test_process_on_another_machine_is_neither_alive_nor_dead(told: str) -> None:
    assert is_running(told) is None


async def test_lease_of_a_process_that_died_elsewhere_is_taken_when_it_expires(storage: Storage) -> None:
    await take_as(storage, ELSEWHERE)
    clock = StoppedClock()
    async with asyncio.timeout(BUSY), asyncio.TaskGroup() as group:
        taking = group.create_task(Instance(storage, clock).take())
        await asyncio.sleep(0.05)
        assert not taking.done()
        clock.advance(LEASE + SECOND)


async def test_live_process_elsewhere_is_noticed_by_its_next_renewal(storage: Storage) -> None:
    await take_as(storage, ELSEWHERE)

    async def go_on() -> None:
        for second in count(1):
            await asyncio.sleep(0.05)
            await take_as(storage, ELSEWHERE, MONDAY + second * SECOND)

    async with asyncio.timeout(BUSY), asyncio.TaskGroup() as group:
        elsewhere = group.create_task(go_on())
        with pytest.raises(AnotherInstance):
            await Instance(storage, StoppedClock()).take()
        elsewhere.cancel()


async def test_renewed_lease_cannot_be_taken(storage: Storage) -> None:
    clock = StoppedClock()
    first = Instance(storage, clock)
    await first.take()
    clock.advance(LEASE - SECOND)
    await first.renew()
    clock.advance(2 * SECOND)
    with pytest.raises(AnotherInstance):
        await Instance(storage, clock).take()
