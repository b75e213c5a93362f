"""A change of the law of a zone: the local time of a visit is what was promised, and nobody is told of a move."""

from __future__ import annotations

import json

import pytest

from storage.checks import find_broken
from storage.database.connection import Connection
from storage.database.rows import seconds
from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    moscow,
    new_messages,
    pass_until,
    settle_in,
    visits,
)
from tests.chat.town import Town


async def replace_law(town: Town, law: list[list[int]]) -> None:
    async def change(connection: Connection) -> None:
        await connection.execute(
            "UPDATE zone_laws SET offsets = :law WHERE zone = 'Europe/Moscow'", {"law": json.dumps(law)}
        )

    await town.app.store.database.write(change)
    await town.restart()
    await town.work()


@pytest.mark.requirement("D3")
async def test_visit_keeps_its_local_time_when_the_law_of_its_zone_changes(town: Town) -> None:
    """The visit was reckoned by a law by which Moscow has another hour from 25 November on; that law is gone now."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    before = await mother.messages()
    moments = moscow(22, 12), moscow(25, 0), moscow(30, 0)
    await replace_law(town, [[seconds(at), hours * 3600] for at, hours in zip(moments, (3, 4, 4), strict=True)])
    await pass_until(town, moscow(25, 2))
    assert await new_messages(mother, before) == [], "by that law it was 09:00, and it still is"
    assert "чт 26 ноября, 09:00" in (await visits(mother)).text
    before = await mother.messages()
    await pass_until(town, moscow(25, 17, 59))
    assert await new_messages(mother, before) == []
    await pass_until(town, moscow(25, 18))
    [reminder] = await new_messages(mother, before)
    assert "Напоминаю: завтра, чт 26 ноября, 09:00" in reminder.text
    now = int(town.clock.now().timestamp())
    assert find_broken(town.folder / "registratura.sqlite3", now, leeway=False) == []
    await town.restart()
    assert "09:00" in (await visits(mother)).text, "it is reckoned once"
