"""The life of a policy check at a desk: the rows agree with the rules, whatever members and parents do in any order."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as some

from bot.glossary import AccountId, DeskCheckId
from bot.patients.records import DeskCheck, DeskDecision
from bot.patients.rules import desk_checks as rules
from storage.unit import UnitOfWork
from tests.storage.stored import NOW, POLICY, World, opened_world

MINUTE = timedelta(minutes=1)
STEPS = some.lists(
    some.tuples(
        some.sampled_from(["claim", "decide", "undo", "wrong", "withdraw", "finish", "wait"]), some.integers(0, 1)
    ),
    max_size=25,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def opened(world: World, now: datetime = NOW, number: str = POLICY) -> DeskCheckId:
    patient = await world.link(policy=number, verified=False)
    check = await world.storage.write(
        lambda uow: uow.desk_checks.open(world.mother.id, patient, world.clinic.id, now, now + MINUTE)
    )
    assert check is not None
    return check


class Desk:
    """Does a step as the service does, and compares what the row allows with what the rules say."""

    def __init__(self, world: World, check: DeskCheckId) -> None:
        self.world, self.check, self.now = world, check, NOW

    async def found(self) -> DeskCheck:
        found = await self.world.storage.read(lambda view: view.desk_checks.get(self.check))
        assert found is not None
        return found

    async def claim(self, member: AccountId, before: DeskCheck) -> None:
        until = self.now + rules.CLAIM_FOR
        done = await self._write(lambda uow: uow.desk_checks.claim(self.check, member, self.now, until))
        assert done == rules.may_claim(before, member, self.now)

    async def decide(self, member: AccountId, before: DeskCheck) -> None:
        final, no = self.now + rules.UNDO_FOR, DeskDecision.NOT_FOUND
        done = await self._write(lambda uow: uow.desk_checks.decide(self.check, no, member, self.now, final))
        assert done == rules.has_claimed(before, member, self.now)

    async def undo(self, member: AccountId, before: DeskCheck) -> None:
        if rules.may_undo(before, member, self.now):
            await self._write(lambda uow: uow.desk_checks.reopen(self.check))
            assert (await self.found()).awaits_desk

    async def wrong(self, member: AccountId, before: DeskCheck) -> None:
        if not rules.has_claimed(before, member, self.now):
            return
        if await self._write(lambda uow: uow.desk_checks.count_wrong_digits(self.check)) >= rules.MOST_WRONG_DIGITS:
            await self._write(lambda uow: uow.desk_checks.bar(self.check, member))
            assert not rules.may_claim(await self.found(), member, self.now)

    async def withdraw(self, _member: AccountId, before: DeskCheck) -> None:
        await self._write(lambda uow: uow.desk_checks.withdraw(before.patient, self.now))

    async def finish(self, _member: AccountId, before: DeskCheck) -> None:
        final = await self.world.storage.read(lambda view: view.desk_checks.final(self.now, 10))
        is_over = before.closed_at is None and before.final_at is not None and before.final_at <= self.now
        assert [each.id for each in final] == ([self.check] if is_over else [])
        if final:
            await self._write(lambda uow: uow.desk_checks.close(self.check, self.now, None))

    async def wait(self, _member: AccountId, _before: DeskCheck) -> None:
        self.now += MINUTE

    async def _write(self, work: Callable[[UnitOfWork], Coroutine[Any, Any, Any]]) -> Any:
        return await self.world.storage.write(work)


async def live(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with opened_world(Path(folder)) as world:
            desk = Desk(world, await opened(world))
            members = (world.mother.id, world.stranger.id)
            for step, who in steps:
                before = await desk.found()
                await getattr(desk, step)(members[who], before)
                after = await desk.found()
                if before.closed_at is not None:
                    assert after == before
                assert after.awaits_desk or (after.claimed_by is None or after.closed_at is not None)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_rows_of_a_check_agree_with_the_rules(steps: list[tuple[str, int]]) -> None:
    asyncio.run(live(steps))


async def test_one_check_of_a_card_is_open(world: World) -> None:
    check = await opened(world)
    found = await world.storage.read(lambda view: view.desk_checks.get(check))
    assert found is not None
    again = await world.storage.write(
        lambda uow: uow.desk_checks.open(world.stranger.id, found.patient, world.clinic.id, NOW, NOW)
    )
    assert again is None
    await world.storage.write(lambda uow: uow.desk_checks.withdraw(found.patient, NOW))
    again = await world.storage.write(
        lambda uow: uow.desk_checks.open(world.stranger.id, found.patient, world.clinic.id, NOW, NOW)
    )
    assert again is not None


async def test_late_checks_are_returned_once(world: World) -> None:
    await world.agree()
    check = await opened(world)

    async def late(now: datetime) -> list[DeskCheckId]:
        return [each.id for each in await world.storage.write(lambda uow: uow.desk_checks.claim_late(now, 10))]

    assert [await late(NOW + each * MINUTE) for each in range(3)] == [[], [check], []]


async def test_urgent_checks_come_first_then_the_oldest(world: World) -> None:
    await world.agree()
    checks = [await opened(world, NOW + each * MINUTE, f"771234567890123{each}") for each in range(3)]
    await world.storage.write(lambda uow: uow.desk_checks.lift(checks[2], NOW))
    queue = await world.storage.read(lambda view: view.desk_checks.waiting(world.clinic.id))
    assert [each.id for each in queue] == [checks[2], checks[0], checks[1]]
    assert await world.storage.read(lambda view: view.desk_checks.count_open(world.mother.id)) == 3
