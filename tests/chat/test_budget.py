"""Limit the statements and commits of the most frequent journeys.

The limits are the present costs: lower them with the cost, never raise one for a feature.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.chat.actions import CHECK, MARIA, TIME, choose, review, say, settle_in, to_name, to_review, to_times
from tests.chat.town import Town, town as open_town


class Cost(NamedTuple):
    statements: int
    commits: int


class StatementCounter:
    """A probe that records all statements, BEGIN and COMMIT included."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, _number: int, sql: str) -> None:
        self.statements.append(sql)


@pytest.fixture
def counter() -> StatementCounter:
    return StatementCounter()


@pytest.fixture
async def town(template: Path, tmp_path: Path, counter: StatementCounter) -> AsyncIterator[Town]:
    async with open_town(template, tmp_path, probe=counter) as everything:
        yield everything


async def cost_of(town: Town, counter: StatementCounter, journey: Callable[[], Awaitable[object]]) -> Cost:
    """Run a journey and return its cost, background work included."""
    await town.settled()
    counter.statements.clear()
    await journey()
    await town.settled()
    cost = Cost(len(counter.statements), counter.statements.count("COMMIT"))
    print(*(" ".join(sql.split()) for sql in counter.statements), cost, sep="\n")
    return cost


async def test_number_to_verified_card_keeps_its_budget(town: Town, counter: StatementCounter) -> None:
    """Four updates: the number, «Да», the name, «Проверить полис»."""
    await settle_in(town.mother)

    async def journey() -> None:
        await to_review(town.mother, MARIA)
        assert "действует" in (await choose(town.mother, CHECK)).text

    cost = await cost_of(town, counter, journey)
    assert cost.statements <= 60
    assert cost.commits <= 9


async def test_typed_answer_reads_and_writes_the_prompt_once(town: Town, counter: StatementCounter) -> None:
    """The draft is one unit of work and the prompt another."""
    await settle_in(town.mother)
    await to_name(town.mother, MARIA)
    await say(town.mother, "Лишнее слово в имени 7")
    cost = await cost_of(town, counter, lambda: say(town.mother, MARIA.name.full))
    of_prompts = [sql.split()[0] for sql in counter.statements if " dialogs" in sql]
    assert of_prompts == ["SELECT", "UPDATE", "DELETE"], "the review has no prompt, so the row is deleted"
    assert cost.statements <= 12
    assert cost.commits <= 2


async def test_prompt_is_opened_in_one_write(town: Town, counter: StatementCounter) -> None:
    await settle_in(town.mother)
    await say(town.mother, "/menu")
    cost = await cost_of(town, counter, lambda: choose(town.mother, "Добавить"))
    assert [sql.split()[0] for sql in counter.statements if " dialogs" in sql] == ["SELECT", "INSERT"]
    assert cost.commits == 1


async def test_slot_to_review_keeps_its_budget(town: Town, counter: StatementCounter) -> None:
    await settle_in(town.mother, MARIA)
    await to_times(town.mother)
    cost = await cost_of(town, counter, lambda: choose(town.mother, TIME))
    assert cost.statements <= 16  # one reads the child's age: some times are for infants
    assert cost.commits <= 2


async def test_booking_keeps_its_budget(town: Town, counter: StatementCounter) -> None:
    """«Записаться»: the pending visit, the clinic's booking, the outcome and the reminder."""
    await settle_in(town.mother, MARIA)
    await review(town.mother)
    cost = await cost_of(town, counter, lambda: choose(town.mother, "Записаться"))
    assert cost.statements <= 36
    assert cost.commits <= 4
