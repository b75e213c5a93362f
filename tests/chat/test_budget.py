"""The statements and commits of the journeys that people make most, counted below the bot over the emulator.

The ceilings are what the journeys cost now: lower them with the cost, never raise one for a feature.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.chat.actions import CHECK, MARIA, TIME, choose, review, say, settle_in, to_name, to_review, to_times
from tests.chat.town import Town
from tests.chat.town import town as open_town


class Cost(NamedTuple):
    statements: int
    commits: int


class Counter:
    """A probe that counts what reaches the database, BEGIN and COMMIT included."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, _number: int, sql: str) -> None:
        self.statements.append(sql)


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
    counter.statements.clear()
    await journey()
    await town.settled()
    cost = Cost(len(counter.statements), counter.statements.count("COMMIT"))
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


async def test_typed_answer_reads_and_writes_the_prompt_once(town: Town, counter: Counter) -> None:
    """The draft is one unit of work and the next prompt another."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    await say(town.mother, "Лишнее слово в имени 7")
    cost = await cost_of(town, counter, lambda: say(town.mother, MARIA.name.full))
    of_prompts = [sql.split()[0] for sql in counter.statements if " dialogs" in sql]
    assert of_prompts == ["SELECT", "UPDATE", "DELETE"], "the review asks nothing: the prompt is gone"
    assert cost.statements <= 14
    assert cost.commits <= 2


async def test_question_is_asked_in_one_write(town: Town, counter: Counter) -> None:
    await settle_in(town.mother)
    await say(town.mother, "/menu")
    cost = await cost_of(town, counter, lambda: choose(town.mother, "Добавить"))
    assert [sql.split()[0] for sql in counter.statements if " dialogs" in sql] == ["SELECT", "INSERT"]
    assert cost.commits == 1


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
    assert cost.statements <= 36
    assert cost.commits <= 4
