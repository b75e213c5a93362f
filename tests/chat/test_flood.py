"""What one person makes is counted: updates that wait, forms that are begun, rows of the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.core import limits
from bot.core.budgets import BUCKETS, Budget, OverBudget
from bot.patients.rules.policy_number import make_policy_number
from storage.database.connection import Connection
from tests.chat.actions import (
    CHECK,
    MARIA,
    SOFIA,
    account_of,
    children_of,
    choose,
    consent,
    data_of,
    link,
    new_messages,
    say,
    to_review,
)
from tests.chat.policy_register import delayed_checks
from tests.chat.town import Town
from tests.chat.wait import wait_until

FLOOD = 300
MOST_LIVE = 60
"""tasks that a flood of one person may add"""
MOST_FORMS = 20


@pytest.mark.xfail(strict=True, reason="each update of a flood is a task that waits")
async def test_flood_of_one_person_makes_few_tasks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flooding person is told once, and another one is answered meanwhile."""
    monkeypatch.setattr(limits, "TAP_TIMEOUT", 60)
    await consent(town.father)
    await consent(town.mother)
    review = await to_review(town.mother, MARIA)
    before = await town.mother.messages()
    with delayed_checks(monkeypatch) as answers:
        await town.mother.press_only(review.id, data_of(review, CHECK))
        await wait_until(lambda: bool(answers))
        live = len(asyncio.all_tasks())
        await flood(town)
        assert len(asyncio.all_tasks()) <= live + MOST_LIVE
        heard = await town.father.messages()
        await town.father.say("/help")
        await until(lambda: new_messages(town.father, heard))
        answers[0].set()
        await town.settled()
    lines = [message.text for message in await new_messages(town.mother, before)]
    assert len([line for line in lines if "Слишком много сообщений" in line]) == 1
    await say(town.mother, "/menu")
    [maria] = await children_of(town, town.mother)
    assert maria.is_verified


async def flood(town: Town) -> None:
    """Let the mother send many messages, and wait until the bot has taken them."""
    for number in range(FLOOD):
        await town.mother.say(f"{number}")

    async def is_taken() -> bool:
        return all(update["confirmed"] for update in (await town.chat.updates())[:-1])

    await until(is_taken)


async def until(happens: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(30):
        while not await happens():  # noqa: ASYNC110 - the emulator is asked over HTTP
            await asyncio.sleep(0.05)


@pytest.mark.xfail(strict=True, reason="forms are not counted")
async def test_forms_that_are_begun_are_counted_and_old_ones_dropped(town: Town) -> None:
    await consent(town.mother)
    account, linking = await account_of(town, town.mother), town.app.services.linking
    numbers = [make_policy_number("77", SOFIA.birth_date, SOFIA.sex, serial) for serial in range(100, 200)]

    async def begin(number: str) -> None:
        begun = await linking.begin(account.id, None, number)
        assert begun.draft is not None
        await linking.confirm_facts(account.id, begun.draft.id)

    for number in numbers[: BUCKETS[Budget.DRAFT].size]:
        await begin(number)
    with pytest.raises(OverBudget):
        await begin(numbers[-1])
    assert await count(town, "drafts") == MOST_FORMS
    await say(town.mother, "/children")
    await choose(town.mother, "Добавить")
    refused = await say(town.mother, MARIA.policy_number)
    assert "Начато слишком много новых анкет" in refused.text
    await town.pass_time(minutes=3)
    assert "Полис проверен" in (await link(town.mother, MARIA)).text


async def count(town: Town, table: str) -> int:
    async def look(connection: Connection) -> int:
        [row] = await connection.fetch(f"SELECT count(*) AS rows FROM {table}", {})  # noqa: S608 - our own table
        return int(row["rows"])

    return await town.app.store.database.read(look)
