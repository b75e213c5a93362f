"""Every number that the bot tells a person leads the operator back to the person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.deeds import Actor, Deed, Subject
from bot.core.refs import read_ref
from bot.glossary import Ref
from bot.privacy.lookup import Lookup
from bot.privacy.records import Quoted, Source
from storage.database.connection import Connection
from tests.pure_builders import StoppedClock
from tests.storage.personal_data import fill
from tests.storage.stored import NOW, World, opened_world

NOT_TOLD = {"clinics", "specialties", "doctors"}
"""their refs are those of a clinic's system"""
NAMES_NOBODY = {"kept_numbers"}
"""it is found too, with its clinic alone"""
LOOKED_UP = {
    "appointments": Source.VISIT,
    "access_requests": Source.REQUEST,
    "desk_matters": Source.MATTER,
    "applications": Source.APPLICATION,
    "policy_requests": Source.POLICY_REQUEST,
    "takeovers": Source.TAKEOVER,
    "moves": Source.TAKEOVER,
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        await fill(world)
        yield world


async def tables_with_refs(connection: Connection) -> list[str]:
    sql = (
        "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c"
        " WHERE t.type = 'table' AND c.name = 'ref' AND t.name NOT LIKE 'registry%'"
    )
    return [row["name"] for row in await connection.fetch(sql, {})]


async def test_every_table_with_numbers_for_people_is_searched(world: World) -> None:
    tables = set(await world.database.read(tables_with_refs)) - NOT_TOLD - NAMES_NOBODY
    assert tables == set(LOOKED_UP)
    lookup = Lookup(world.storage, StoppedClock())
    take_number = "UPDATE takeovers SET ref = 'K7KM-9X' WHERE ref IS NULL"
    await world.database.write(lambda connection: connection.execute(take_number, {}))
    for table, source in LOOKED_UP.items():
        number = await number_in(world, table)
        found = await lookup.find(Quoted(ref=number), "alice")
        assert [trace.source for trace in found.traces] == [source], table
        assert {person.account.id for person in found.people} & {world.mother.id, world.stranger.id}, table


async def number_in(world: World, table: str) -> Ref:
    sql = f"SELECT ref FROM {table} WHERE ref IS NOT NULL"  # noqa: S608 - a name from the schema
    [row, *_others] = await world.database.read(lambda connection: connection.fetch(sql, {}))
    number = read_ref(row["ref"])
    assert number is not None, table
    return number


async def test_number_of_an_erasure_is_found_with_the_operator(world: World) -> None:
    number = Ref("H7KM-9X")
    erased = (Actor.operator(world.mother.id, "alice"), Deed.ACCOUNT_ERASED, Subject.number(number), NOW)
    await world.storage.write(lambda uow: uow.audit.add(*erased))
    await world.storage.write(lambda uow: uow.accounts.erase(world.mother.id))
    found = await Lookup(world.storage, StoppedClock()).find(Quoted(ref=number), "bob")
    [trace] = found.traces
    assert (trace.source, trace.accounts, trace.operator, trace.at) == (Source.ERASURE, (), "alice", NOW)
    assert found.people == []


async def test_number_of_a_kept_visit_is_found_with_its_clinic(world: World) -> None:
    number = await number_in(world, "kept_numbers")
    found = await Lookup(world.storage, StoppedClock()).find(Quoted(ref=number), "alice")
    [trace] = [each for each in found.traces if each.source is Source.KEPT_VISIT]
    assert (trace.accounts, trace.status) == ((), world.clinic.name)


async def test_person_with_a_damaged_card_is_found_without_details(world: World) -> None:
    damage = "UPDATE patients SET sealed_identity = x'00'"
    await world.database.write(lambda connection: connection.execute(damage, {}))
    [person] = (await Lookup(world.storage, StoppedClock()).find(Quoted(account=world.mother.id), "alice")).people
    assert (person.holdings.patients, person.holdings.shared, person.holdings.visits) == (1, 1, 1)
    assert person.details is None
