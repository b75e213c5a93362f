"""Two clinic systems, and one of them is silent: people of the other notice nothing, the silent one is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import serving
from bot.clinics.breaker import MOST_FAILURES
from bot.clinics.directory import Directory
from bot.clinics.port import ClinicSystem, Unavailable
from bot.clinics.systems import Systems
from bot.core import limits
from bot.core.clinic import Clinic
from bot.glossary import SystemName
from tests.builders import some_settings
from tests.chat.actions import MARIA, book, say, settle_in
from tests.chat.faulty_clinic import FaultyClinic, FaultySystem
from tests.chat.town import Town, town as open_town

OTHER = SystemName("other")


@pytest.fixture
def clinic() -> FaultyClinic:
    return FaultyClinic()


@pytest.fixture
async def town(template: Path, tmp_path: Path, clinic: FaultyClinic) -> AsyncIterator[Town]:
    def systems(registry: ClinicSystem) -> Sequence[ClinicSystem]:
        other = FaultySystem(clinic, registry)
        other.name = OTHER
        return registry, other

    async with open_town(template, tmp_path, systems) as everything:
        yield everything
        clinic.recover()


async def silence(town: Town, clinic: FaultyClinic) -> None:
    clinic.down.add("*")
    for _round in range(MOST_FAILURES):
        await town.work()


async def test_silent_system_costs_the_others_nothing(town: Town, clinic: FaultyClinic) -> None:
    await settle_in(town.mother, MARIA)
    await silence(town, clinic)
    asked = Counter(clinic.calls)
    booked = await book(town.mother)
    assert "записан" in booked.text
    await town.work()
    assert clinic.calls == asked, "it is not asked before its pause is over"


async def test_clinics_of_a_silent_system_stay_in_the_list(town: Town, clinic: FaultyClinic) -> None:
    listed = await town.app.services.directory.clinics()
    await silence(town, clinic)
    assert await town.app.services.directory.clinics() == listed
    assert {each.system for each in listed} == {"registry", OTHER}


async def test_first_list_of_clinics_has_time_where_no_tap_waits(
    town: Town, clinic: FaultyClinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command of the operator and the start of the demo must not fail on a busy machine."""
    monkeypatch.setattr(limits, "TAP_TIMEOUT", 0)
    clinic.slow["clinics"] = 0.01
    systems = Systems([FaultySystem(clinic, town.app.services.directory.serving(await first_clinic(town)))], town.clock)
    directory = Directory(town.app.store.storage, systems)
    with pytest.raises(Unavailable):
        await directory.clinics(within=0)
    assert await directory.clinics()


async def first_clinic(town: Town) -> Clinic:
    return (await town.app.services.directory.clinics())[0]


async def test_help_names_the_clinics_of_a_silent_system(town: Town, clinic: FaultyClinic) -> None:
    await town.work()
    assert "не отвечает" not in (await say(town.mother, "/help")).text
    await silence(town, clinic)
    assert "Система сейчас не отвечает: Детская № 12" in (await say(town.mother, "/help")).text
    clinic.recover()
    await town.pass_time(minutes=1)
    assert "не отвечает" not in (await say(town.mother, "/help")).text


async def test_health_names_the_silent_system(town: Town, clinic: FaultyClinic, unused_tcp_port: int) -> None:
    async with serving(town.app, some_settings(web_port=unused_tcp_port)), ClientSession() as session:

        async def alarms() -> list[tuple[str, str]]:
            async with session.get(f"http://127.0.0.1:{unused_tcp_port}/health") as answer:
                return [(each["alarm"], each["facts"]["system"]) for each in (await answer.json())["alarms"]]

        await silence(town, clinic)
        assert await alarms() == [("CLINIC_SILENT", OTHER)]
        clinic.recover()
        await town.pass_time(minutes=1)
        assert await alarms() == []
