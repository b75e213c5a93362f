"""A suspended representation acts for nobody: every query about who acts leaves it out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import NotYours
from bot.glossary import AccountId, PatientId
from bot.patients.records import Relationship, Rights
from storage.database.queries import QUERIES
from storage.unit import UnitOfWork
from tests.storage.stored import NOW, POLICY, World, opened_world

COUNTS_SUSPENDED = {
    "add_owner": "a new patient has no suspended representative",
    "delete_orphan_patient": "a patient that may come back is kept",
    "delete_papers": "papers were seen for another child than that of the new number",
    "delete_sole_patients": "a patient that may come back is kept; what the erased account had suspended goes with it",
    "list_people_of_patient": "the operator finds the old account of a takeover too",
    "list_people_of_policy": "the operator finds the old account of a takeover too",
    "find_rights": "what a suspended representation is worth when it comes back",
    "delete_let_in": "whoever was let in after a move goes when it is undone",
    "list_accounts_without_consent": "an account to which something may come back is kept",
    "delete_lapsed_patient": "a patient that may come back is kept",
}
"""Statements that read suspended representations too, with the reason."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as opened:
        yield opened


async def suspend(world: World, account: AccountId, patient: PatientId) -> None:
    sql = "UPDATE representations SET suspended_until = 1 WHERE account_id = :account AND patient_id = :patient"
    await world.database.write(lambda connection: connection.execute(sql, {"account": account, "patient": patient}))


def test_every_statement_about_representations_knows_of_suspension() -> None:
    """A new statement that asks who acts must leave out suspended rows, or be listed with a reason."""
    forgetful = set()
    for path in QUERIES.glob("*.sql"):
        for statement in path.read_text().split("-- name: ")[1:]:
            name = re.split(r"\W", statement, maxsplit=1)[0]
            if re.search(r"\brepresentations\b", statement) and "suspended_until" not in statement:
                forgetful.add(name)
    assert forgetful == COUNTS_SUSPENDED.keys()


async def test_every_view_of_representations_leaves_out_suspended_ones(world: World) -> None:
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT name, sql FROM sqlite_master WHERE type = 'view'", {})
    )
    forgetful = {
        row["name"]
        for row in rows
        if len(re.findall(r"\brepresentations\b", row["sql"])) > row["sql"].count("suspended_until")
    }
    assert forgetful == set()


async def test_suspended_representative_is_answered_like_a_stranger(world: World) -> None:
    mother, patient = world.mother.id, await world.link()
    visit = await world.appoint(await world.order(patient))
    await suspend(world, mother, patient)

    async def look(view: UnitOfWork) -> None:
        assert await view.patients.list_of(mother) == []
        assert await view.patients.find_own(mother, POLICY) is None
        assert await view.representatives.list_of(patient) == []
        assert await view.representatives.claims(POLICY) == []
        assert await view.appointments.upcoming(mother, NOW) == []
        assert await view.patients.list_visits_ahead(mother, patient, NOW) == []
        with pytest.raises(NotYours):
            await view.patients.require(mother, patient)
        with pytest.raises(NotYours):
            await view.representatives.representation(mother, patient)
        with pytest.raises(NotYours):
            await view.appointments.require(mother, visit.id)
        exported = await view.holdings.of_account(mother)
        about_patients = ("cards", "representatives", "visits", "chosen_times", "requests_received", "said_once")
        assert {section: list(exported[section]) for section in about_patients} == {
            section: [] for section in about_patients
        }

    await world.storage.read(look)


async def test_patient_may_have_a_suspended_owner_beside_the_present_one(world: World) -> None:
    mother, stranger, patient = world.mother.id, world.stranger.id, await world.link()

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(stranger, patient, Relationship.PARENT, NOW)

    await world.storage.write(change)
    await suspend(world, mother, patient)

    async def change_again(uow: UnitOfWork) -> None:
        await uow.representatives.hand_over(patient, stranger)
        [owner] = await uow.representatives.list_of(patient)
        assert (owner.account, owner.rights) == (stranger, Rights.OWNER)
        # Nobody removes what is suspended, and the patient outlives its last acting representative.
        await uow.patients.unlink(mother, patient)
        await uow.patients.unlink(stranger, patient)
        assert await uow.representatives.list_of(patient) == []

    await world.storage.write(change_again)
    rows = await world.database.read(
        lambda connection: connection.fetch("SELECT account_id, rights FROM representations", {})
    )
    assert [tuple(row) for row in rows] == [(mother, Rights.OWNER)]


async def test_suspended_representative_that_is_let_in_anew_acts_again(world: World) -> None:
    mother, patient = world.mother.id, await world.link()
    await suspend(world, mother, patient)

    async def change(uow: UnitOfWork) -> None:
        await uow.representatives.add(mother, patient, Relationship.PARENT, NOW + timedelta(days=1))
        mine = await uow.representatives.representation(mother, patient)
        assert mine.rights is Rights.CO_REPRESENTATIVE

    await world.storage.write(change)
