"""The register in a test's hands: it changes its mind and tells nobody, falls silent, is slow, is listened to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.clinics.port import InsuredPerson, PolicyClaim, PolicyStatus, Unavailable
from bot.core.people import PersonName, Sex
from storage.database.connection import Connection
from storage.registry.rows import Seals
from storage.registry.seed.places import Example
from storage.registry.system import Registry
from tests.chat.town import Town

# --- it changes its mind ----------------------------------------------------------------------------------------------


async def insurer_says(
    town: Town, child: Example, status: PolicyStatus = PolicyStatus.ACTIVE, sex: Sex | None = None
) -> None:
    """A minute later the register says another thing of the policy."""
    await town.pass_time(minutes=1)
    told = {"status": status, "sex": sex or child.sex, "number": _seals(town).number(child.policy_number)}
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_persons SET status = :status, sex = :sex WHERE number_index = :number", told
        )
    )


async def insurer_reissues(town: Town, child: Example, number: str = "", name: PersonName | None = None) -> None:
    """A minute later the register has the same person under another number or name."""
    await town.pass_time(minutes=1)
    seals = _seals(town)
    known = {"old": seals.number(child.policy_number)}

    async def change(connection: Connection) -> None:
        [row] = await connection.fetch("SELECT uid FROM registry_persons WHERE number_index = :old", known)
        current = number or child.policy_number
        told = seals.person(row["uid"], name or child.name, child.birth_date, current)
        await connection.execute(
            "UPDATE registry_persons SET number_index = :new, person = :person WHERE number_index = :old",
            known | {"new": seals.number(current), "person": told},
        )

    await town.app.store.database.write(change)


def _seals(town: Town) -> Seals:
    return Seals(town.app.store.cipher, town.app.store.index)


# --- how it answers ---------------------------------------------------------------------------------------------------


@contextmanager
def silence(monkeypatch: pytest.MonkeyPatch, question: str = "check_policy") -> Iterator[list[object]]:
    """It does not answer one kind of question; what it was asked is noted."""
    asked: list[object] = []

    async def silent(registry: Registry, *given: object) -> None:
        asked.append(given)
        raise Unavailable

    with monkeypatch.context() as outage:
        outage.setattr(Registry, question, silent)
        yield asked


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[PolicyClaim]]:
    """What it is asked while it answers as ever."""
    asked: list[PolicyClaim] = []
    answer = Registry.check_policy

    async def noted(registry: Registry, claim: PolicyClaim) -> InsuredPerson:
        asked.append(claim)
        return await answer(registry, claim)

    with monkeypatch.context() as listened:
        listened.setattr(Registry, "check_policy", noted)
        yield asked


@contextmanager
def slowness(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[asyncio.Event]]:
    """It answers each question when it is let, in whatever order."""
    answers: list[asyncio.Event] = []
    answer = Registry.check_policy

    async def slow(registry: Registry, claim: PolicyClaim) -> InsuredPerson:
        answers.append(asyncio.Event())
        await answers[-1].wait()
        return await answer(registry, claim)

    with monkeypatch.context() as slowed:
        slowed.setattr(Registry, "check_policy", slow)
        yield answers
