"""Budgets in the database: spending is one statement, and two accounts or deeds never share a bucket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.core.i18n import speak
from bot.core.people import Account
from dialogs.kit.budgets import SENTENCES
from dialogs.kit.refusals import explain
from tests.storage.stored import NOW, World, opened_world

EXPORTS = BUCKETS[Budget.EXPORT]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def spend(world: World, account: Account, now: datetime = NOW, amount: int = 1) -> int:
    return await world.storage.write(lambda uow: uow.budgets.spend(account.id, Budget.EXPORT, now, amount))


async def rows(world: World) -> int:
    found = await world.database.read(lambda connection: connection.fetch("SELECT count(*) FROM budgets", {}))
    return int(found[0][0])


async def test_bucket_is_emptied_one_by_one_and_then_refuses(world: World) -> None:
    assert [await spend(world, world.mother) for _each in range(EXPORTS.size)] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(OverBudget) as refused:
        await spend(world, world.mother)
    assert (refused.value.budget, refused.value.until) == (Budget.EXPORT, NOW + timedelta(minutes=10))
    assert await spend(world, world.stranger) == 1
    assert await world.storage.write(lambda uow: uow.budgets.spend(world.mother.id, Budget.DRAFT, NOW)) == 1
    assert await spend(world, world.mother, refused.value.until) == EXPORTS.size


async def test_refused_amount_takes_nothing(world: World) -> None:
    assert await spend(world, world.mother, amount=4) == 4
    with pytest.raises(OverBudget):
        await spend(world, world.mother, amount=3)
    assert await spend(world, world.mother, amount=2) == 6


async def test_more_than_the_size_is_refused_also_at_first(world: World) -> None:
    with pytest.raises(OverBudget):
        await spend(world, world.mother, amount=EXPORTS.size + 1)
    assert await rows(world) == 0


async def test_deed_that_fails_gives_its_token_back(world: World) -> None:
    async def fail(uow: object) -> None:
        await uow.budgets.spend(world.mother.id, Budget.EXPORT, NOW)  # type: ignore[attr-defined]  # any unit of work
        raise ValueError("the deed failed")

    with pytest.raises(ValueError, match="the deed failed"):
        await world.storage.write(fail)
    assert await spend(world, world.mother) == 1


async def test_row_of_a_full_bucket_is_deleted(world: World) -> None:
    await spend(world, world.mother)
    await spend(world, world.stranger, amount=6)
    await world.storage.write(lambda uow: uow.budgets.forget(NOW + timedelta(minutes=10)))
    assert await rows(world) == 1
    await world.storage.write(lambda uow: uow.accounts.erase(world.stranger.id))
    assert await rows(world) == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_budget_has_a_sentence_with_its_moment(language: str) -> None:
    assert set(SENTENCES) == set(Budget)
    with speak(language):
        for budget in Budget:
            sentence = explain(OverBudget(budget, NOW + timedelta(hours=1)), NOW).sentence
            assert "13:00" in sentence
            assert len(sentence) <= 200
