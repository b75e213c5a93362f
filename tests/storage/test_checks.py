"""Tests of failed checks, marks of sent notices, and policies due for a check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.database.connection import Database
from storage.unit import UnitOfWork
from tests.storage.stored import NOW, POLICY, World, opened_world

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
OTHER = "7700000000000000"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def text_of(database: Database, table: str) -> str:
    sql = f"SELECT * FROM {table}"  # noqa: S608 - our own table name
    rows = await database.read(lambda connection: connection.fetch(sql, {}))
    return str([tuple(row) for row in rows])


@pytest.mark.requirement("C20")
async def test_failed_checks_count_for_account_and_for_number(world: World) -> None:
    mother, stranger = world.mother.id, world.stranger.id

    async def change(uow: UnitOfWork) -> None:
        await uow.checks.note_failure(mother, POLICY, NOW)
        await uow.checks.note_failure(mother, OTHER, NOW + MINUTE)
        await uow.checks.note_failure(stranger, POLICY, NOW + 2 * MINUTE)
        assert await uow.checks.tries(mother, NOW - MINUTE) == ([NOW + MINUTE, NOW], 0)
        assert await uow.checks.tries(mother, NOW) == ([NOW + MINUTE], 0)
        assert await uow.checks.tries(stranger, NOW - MINUTE) == ([NOW + 2 * MINUTE], 0)
        assert await uow.checks.failures_about(POLICY, NOW - MINUTE) == [NOW + 2 * MINUTE, NOW]
        assert await uow.checks.failures_about(OTHER, NOW) == [NOW + MINUTE]
        assert [await uow.checks.count_failures(since) for since in (NOW - MINUTE, NOW)] == [3, 2]

    await world.storage.write(change)
    assert POLICY not in await text_of(world.database, "failed_checks")


async def test_failed_checks_of_number_outlive_the_account(world: World) -> None:
    """An erasure must not reset the limit; old failed checks are deleted."""

    async def change(uow: UnitOfWork) -> None:
        await uow.checks.note_failure(world.stranger.id, POLICY, NOW)
        await uow.accounts.erase(world.stranger.id)
        assert await uow.checks.failures_about(POLICY, NOW - HOUR) == [NOW]
        await uow.checks.forget_failures(NOW)
        assert await uow.checks.failures_about(POLICY, NOW - HOUR) == []

    await world.storage.write(change)


async def test_open_questions_of_an_account_are_tries(world: World) -> None:
    """The question about the patient that is checked is left out, and so is what is answered."""
    first, second = await world.link(policy="1" * 16, verified=False), await world.link(policy="2" * 16, verified=False)
    await world.link(policy="3" * 16)
    mother, stranger = world.mother.id, world.stranger.id

    async def look(view: UnitOfWork) -> None:
        found = [
            await view.checks.tries(account, NOW, but_for)
            for account in (mother, stranger)
            for but_for in (None, first, second)
        ]
        assert [tries.open for tries in found] == [2, 1, 1, 0, 0, 0]

    await world.storage.read(look)


async def test_card_that_holds_a_policy_makes_its_account_known_after_a_while(world: World) -> None:
    await world.link(policy="1" * 16, verified=False)
    await world.link(world.stranger)

    async def look(view: UnitOfWork) -> None:
        for account, before, known in (
            (world.stranger.id, NOW, True),
            (world.stranger.id, NOW - MINUTE, False),
            (world.mother.id, NOW + HOUR, False),
        ):
            assert await view.checks.has_card_older_than(account, before) is known

    await world.storage.read(look)


async def test_mark_keeps_last_time_and_ends_with_patient(world: World) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        assert await uow.checks.recorded_matters(patient) == {}
        await uow.checks.record_matter(patient, "asked", NOW)
        await uow.checks.record_matter(patient, "asked", NOW + HOUR)
        assert await uow.checks.recorded_matters(patient) == {"asked": NOW + HOUR}
        await uow.patients.unlink(world.mother.id, patient)

    await world.storage.write(change)
    assert await text_of(world.database, "told") == "[]"


async def test_due_policies_are_claimed_once_and_oldest_first(world: World) -> None:
    known = [await world.link(policy=f"77{each:014}") for each in range(5)]

    async def change(uow: UnitOfWork) -> None:
        for place, patient in enumerate(known):
            await uow.checks.set_next_look(patient, NOW - place * MINUTE)
        await uow.checks.set_next_look(known[4], None)
        assert await uow.checks.claim_looks(NOW, NOW + HOUR, 2) == [known[2], known[3]]
        assert await uow.checks.claim_looks(NOW, NOW + HOUR, 20) == [known[0], known[1]]
        assert await uow.checks.claim_looks(NOW, NOW + HOUR, 20) == []
        assert await uow.checks.claim_looks(NOW + HOUR, NOW + 2 * HOUR, 20) == known[:4]

    await world.storage.write(change)


async def test_patient_keeps_policy_end_and_closed_card(world: World) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        assert await uow.checks.watched(patient) == (None, None)
        await uow.checks.set_valid_until(patient, date(2026, 12, 31))
        await uow.checks.close(patient, NOW)
        assert await uow.checks.watched(patient) == (date(2026, 12, 31), NOW)
        await uow.checks.set_valid_until(patient, None)
        assert await uow.checks.watched(patient) == (None, NOW)

    await world.storage.write(change)
