"""A change of the law of a zone: the local time of a visit is what was promised, and nobody is told of a move."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.checks import find_broken
from storage.database.connection import Connection
from storage.database.rows import seconds
from tests.chat.actions import (
    MARIA,
    PETROVA,
    THURSDAY,
    book,
    choose,
    moscow,
    new_messages,
    pass_until,
    review,
    settle_in,
    visits,
)
from tests.chat.appointments.clinic_side import ClinicSide
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.town import Town, town as open_town
from tests.time_limits import short_limits


@pytest.fixture
def faulty() -> FaultyClinic:
    return FaultyClinic()


async def replace_law(town: Town, law: list[list[int]]) -> None:
    async def change(connection: Connection) -> None:
        await connection.execute(
            "UPDATE zone_laws SET offsets = :law WHERE zone = 'Europe/Moscow'", {"law": json.dumps(law)}
        )

    await town.app.store.database.write(change)
    await town.restart()
    await town.work()


def old_law(hours: int) -> list[list[int]]:
    """Return a law by which Moscow has another hour from 25 November on."""
    moments = moscow(22, 12), moscow(25, 0), moscow(30, 0)
    return [[seconds(at), each * 3600] for at, each in zip(moments, (3, hours, hours), strict=True)]


@pytest.mark.requirement("D3")
async def test_visit_keeps_its_local_time_when_the_law_of_its_zone_changes(town: Town) -> None:
    """The visit was reckoned by a law by which Moscow has another hour from 25 November on; that law is gone now."""
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
    before = await mother.messages()
    await replace_law(town, old_law(4))
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


@pytest.mark.requirement("D3")
async def test_time_under_review_and_request_that_waits_keep_their_local_time(
    template: Path, tmp_path: Path, faulty: FaultyClinic
) -> None:
    async with open_town(template, tmp_path, faulty.systems) as town:
        mother = town.mother
        await settle_in(mother, MARIA)
        await review(mother, "Педиатр", PETROVA, THURSDAY, "08:00")
        await replace_law(town, old_law(4))
        faulty.silent |= {"book", "recover"}
        with short_limits():
            waits = await choose(mother, "Записаться")
        assert "чт 26 ноября, 09:00" in waits.text, "the time that was under review"
        await replace_law(town, old_law(2))
        assert "чт 26 ноября, 08:00" in (await visits(mother)).text, "the request that waits for the clinic"
        faulty.recover()
        await town.pass_time(minutes=2)
        assert "чт 26 ноября, 08:00" in (await visits(mother)).text
        now = int(town.clock.now().timestamp())
        assert find_broken(town.folder / "registratura.sqlite3", now, leeway=False) == []


@pytest.mark.requirement("D3")
async def test_message_that_waits_names_the_times_by_the_new_law(town: Town) -> None:
    mother = town.mother
    await settle_in(mother, MARIA)
    await book(mother, "Педиатр", PETROVA, THURSDAY, "10:45")
    clinic = await ClinicSide.of_newest(town)
    await pass_until(town, moscow(24, 23))
    before = await mother.messages()
    await clinic.slot("starts_at = starts_at + 420, ends_at = ends_at + 420")
    await replace_law(town, old_law(4))
    await pass_until(town, moscow(25, 8))
    [news] = await new_messages(mother, before)
    assert "Было: завтра, чт 26 ноября, 11:45" in news.text
    assert "Стало: завтра, чт 26 ноября, 11:52" in news.text
