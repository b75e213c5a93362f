"""The statements and commits of the journeys that people make most, counted below the bot over the emulator.

The ceilings are what the journeys cost now: lower them with the cost, never raise one for a feature.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.chat import CHECK, MARIA, TIME, choose, review, say, settle_in, to_name, to_review, to_times
from tests.town import Town
from tests.town import town as open_town


class Cost(NamedTuple):
    statements: int
    commits: int


class Counter:
    """A probe that counts what reaches the database, BEGIN and COMMIT included."""

    def __init__(self) -> None:
        self.statements = self.commits = 0

    def __call__(self, _number: int, sql: str) -> None:
        self.statements += 1
        self.commits += sql == "COMMIT"


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def town(template: Path, tmp_path: Path, counter: Counter) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, probe=counter) as everything:
        yield everything


async def cost_of(town: Town, counter: Counter, journey: Callable[[], Awaitable[object]]) -> Cost:
    """Run a journey and return what it cost, its background work included."""
    await town.settled()
    statements, commits = counter.statements, counter.commits
    await journey()
    await town.settled()
    cost = Cost(counter.statements - statements, counter.commits - commits)
    print(cost)
    return cost


async def test_number_to_verified_card_within_its_budget(town: Town, counter: Counter) -> None:
    """Four updates: the number, «Да», the name, «Проверить полис»."""
    await settle_in(town.mother)

    async def journey() -> None:
        await to_review(town.mother, MARIA)
        assert "действует" in (await choose(town.mother, CHECK)).text

    cost = await cost_of(town, counter, journey)
    assert cost.statements <= 83
    assert cost.commits <= 12


async def test_typed_answer_costs_one_commit(town: Town, counter: Counter) -> None:
    """The draft is one unit of work, the next prompt another: state and data of it are one write."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    cost = await cost_of(town, counter, lambda: say(town.mother, MARIA.name.full))
    assert cost.commits <= 2


async def test_slot_to_review_within_its_budget(town: Town, counter: Counter) -> None:
    await settle_in(town.mother, MARIA)
    await to_times(town.mother)
    cost = await cost_of(town, counter, lambda: choose(town.mother, TIME))
    assert cost.statements <= 15
    assert cost.commits <= 2


async def test_booking_within_its_budget(town: Town, counter: Counter) -> None:
    """«Записаться»: the wish, the clinic, the record and the reminder."""
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    cost = await cost_of(town, counter, lambda: choose(town.mother, "Записаться"))
    assert cost.statements <= 38
    assert cost.commits <= 4
