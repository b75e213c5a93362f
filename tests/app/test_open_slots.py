"""Tests of the free times that are published for other programs."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from bot.booking.clinic_links import WORD, clinic_addresses
from bot.core.clinic import Audience, Clinic
from bot.core.transactions import UnitOfWork
from bot.file_modes import PRIVATE_UMASK
from bot.glossary import ClinicId
from bot.open_slots import find_open_slots, write_files
from storage.database.crypto import BlindIndex, Cipher
from storage.unit import Storage
from tests.storage.registry_world import World, key, world_in

URL = "https://clinic.example.org/times"
KINDS = ("Location", "PractitionerRole", "Schedule", "Slot")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_in(tmp_path) as world:
        yield world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "times"


def storage_of(world: World) -> Storage:
    return Storage(world.database, Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32))


async def publish(world: World, folder: Path, bot_name: str = "") -> dict[str, list[dict[str, Any]]]:
    """Publish, and return the resources by kind, read as a program reads them: from the manifest on."""
    links = await clinic_addresses(storage_of(world), world.registry, bot_name) if bot_name else {}
    now = world.clock.now()
    write_files(await find_open_slots(world.registry, now, links), folder, URL, now)
    return read(folder)


def read(folder: Path) -> dict[str, list[dict[str, Any]]]:
    manifest = json.loads((folder / "$bulk-publish").read_text())
    assert manifest["request"] == f"{URL}/$bulk-publish"
    files = {output["type"]: folder / output["url"].removeprefix(f"{URL}/") for output in manifest["output"]}
    return {kind: [json.loads(line) for line in file.read_text().splitlines()] for kind, file in files.items()}


async def test_every_line_is_a_valid_resource_of_fhir_r4(world: World, folder: Path) -> None:
    found = await publish(world, folder, bot_name="registratura_bot")
    assert tuple(found) == KINDS
    for kind, resources in found.items():
        assert resources
        for resource in resources:
            get_fhir_model_class(kind).model_validate(resource)


async def test_every_reference_leads_to_a_resource(world: World, folder: Path) -> None:
    found = await publish(world, folder)
    known = {f"{kind}/{resource['id']}" for kind, resources in found.items() for resource in resources}
    assert len(known) == sum(map(len, found.values()))
    named = {slot["schedule"]["reference"] for slot in found["Slot"]}
    named |= {actor["reference"] for schedule in found["Schedule"] for actor in schedule["actor"]}
    named |= {place["reference"] for role in found["PractitionerRole"] for place in role["location"]}
    assert named <= known


async def test_times_are_those_that_anybody_may_book(world: World, folder: Path) -> None:
    before = await publish(world, folder)
    taken, held, closed = [await world.slot(hour=hour) for hour in (9, 10, 11)]
    await world.registry.book(key(1), await world.person(), taken)
    await world.registry.hold(key(2), await world.person(), held)
    await world.run("UPDATE registry_slots SET audience = :who WHERE id = :id", who=Audience.DESK, id=int(closed))
    after = await publish(world, folder)
    assert len(before["Slot"]) - len(after["Slot"]) == 3
    assert {slot["id"] for slot in after["Slot"]} < {slot["id"] for slot in before["Slot"]}


async def test_doctor_who_asks_for_a_referral_is_not_named(world: World, folder: Path) -> None:
    await world.run("UPDATE registry_specialties SET needs_referral = 1 WHERE code = 'ent'")
    services = {each["serviceType"][0]["text"] for each in (await publish(world, folder))["Schedule"]}
    assert services == {"Педиатр", "Гинеколог", "Подростковый"}


async def test_time_is_local_and_says_where_to_book(world: World, folder: Path) -> None:
    found = await publish(world, folder, bot_name="registratura_bot")
    starts = {slot["start"] for slot in found["Slot"]}
    assert {"2026-11-24T09:00:00+03:00", "2026-11-24T09:00:00+05:00"} < starts, "each in the zone of its clinic"
    assert links_of(found["Slot"][0])["booking-phone"]["valueString"] == "+7 000 000-12-12"


def links_of(slot: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {each["url"].rpartition("/")[2]: each for each in slot["extension"]}


async def find_clinic(view: UnitOfWork, number: ClinicId) -> Clinic | None:
    return await view.directory.clinic(number)


async def test_link_of_a_time_opens_the_bot_at_its_clinic(world: World, folder: Path) -> None:
    """Read as a program reads it: from the slot to its schedule, its place and the link; each is a link of the bot."""
    found = await publish(world, folder, bot_name="registratura_bot")
    again = await publish(world, folder, bot_name="registratura_bot")
    names = {f"Location/{place['id']}": place["name"] for place in found["Location"]}
    places = {
        f"Schedule/{each['id']}": names[actor["reference"]]
        for each in found["Schedule"]
        for actor in each["actor"]
        if actor["reference"] in names
    }
    linked = {
        (places[slot["schedule"]["reference"]], links_of(slot)["booking-deep-link"]["valueUrl"])
        for slot in found["Slot"]
    }
    assert len(linked) == len(names) > 1, "each clinic has one link of its own"
    storage = storage_of(world)
    for name, link in linked:
        address, _start, word = link.partition("?start=")
        assert address == "https://t.me/registratura_bot"
        kind, _underscore, rest = word.partition("_")
        assert kind == WORD
        clinic = await storage.read(partial(find_clinic, number=ClinicId(int(rest))))
        assert clinic is not None
        assert clinic.name == name
    assert again["Slot"] == found["Slot"], "the numbers stay"


async def test_nothing_but_the_files_is_left_in_the_folder(world: World, folder: Path) -> None:
    await publish(world, folder)
    await publish(world, folder)
    assert sorted(os.listdir(folder)) == [
        "$bulk-publish",
        "location.ndjson",
        "practitionerrole.ndjson",
        "schedule.ndjson",
        "slot.ndjson",
    ]


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_new_folder_may_be_read_by_a_web_server(world: World, folder: Path) -> None:
    """The command makes files for its own user alone, but these are there to be served."""
    private = os.umask(PRIVATE_UMASK)
    try:
        await publish(world, folder)
    finally:
        os.umask(private)
    assert mode_of(folder) == 0o755
    assert {mode_of(folder / name) for name in os.listdir(folder)} == {0o644}


async def test_folder_that_is_there_keeps_its_mode(world: World, folder: Path) -> None:
    os.mkdir(folder, mode=0o700)
    await publish(world, folder)
    assert mode_of(folder) == 0o700
