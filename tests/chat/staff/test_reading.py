"""Reading at the desk is an event: the parent finds it in the card's history, and there is a limit of names."""

from __future__ import annotations

import pytest

from tests.chat.actions import MARIA, PETROVA, THURSDAY, TOMORROW, at_desk, book, choose, say, settle_in
from tests.chat.town import Town


async def history_of(town: Town, child: str = "Мария") -> list[str]:
    """Return the lines of the card's history, the newest first."""
    await say(town.mother, "/children")
    seen = await choose(town.mother, child, "История")
    return [line for line in seen.text.splitlines() if " · " in line]


async def open_visit(town: Town) -> None:
    await at_desk(town)
    await choose(town.registrar, "08:00 · Мария И.")


@pytest.mark.xfail(strict=True, reason="nothing is journaled when the desk reads")
async def test_parent_sees_that_the_desk_has_opened_the_visit(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    await open_visit(town)
    assert any("Регистратура «Детской № 12» открыла запись" in line for line in await history_of(town))


@pytest.mark.xfail(strict=True, reason="names may be read without a limit")
async def test_names_of_more_than_an_hours_limit_are_refused(town: Town) -> None:
    seen = await at_desk(town, "23 ноября")
    for _press in range(60):
        onward = "Дальше" if seen.button("Дальше") else TOMORROW
        answer = await town.registrar.press(onward)
        if answer.alert:
            break
        seen = await town.registrar.screen()
    assert answer.alert is not None
    assert "300 имён" in answer.alert
