"""Control of the policy register in tests: change its rows, make it unavailable or slow, record its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.clinics.port import InsuredPerson, PolicyClaim, PolicyStatus, Unavailable
from bot.core.people import PersonName, Sex
from storage.database.connection import Connection
from storage.registry.rows import RegistryCipher
from storage.registry.seed.examples import Example
from storage.registry.system import Registry
from tests.chat.town import Town

# --- its rows ---------------------------------------------------------------------------------------------------------


async def change_in_register(
    town: Town, child: Example, status: PolicyStatus = PolicyStatus.ACTIVE, sex: Sex | None = None
) -> None:
    """Change the status or the sex of a person in the register one minute later."""
    await town.pass_time(minutes=1)
    row = {"status": status, "sex": sex or child.sex, "number": _cipher_of(town).policy_index(child.policy_number)}
    await town.app.store.database.write(
        lambda connection: connection.execute(
            "UPDATE registry_persons SET status = :status, sex = :sex WHERE number_index = :number", row
        )
    )


async def reissue_in_register(town: Town, child: Example, number: str = "", name: PersonName | None = None) -> None:
    """Give a person of the register another number or name one minute later."""
    await town.pass_time(minutes=1)
    cipher = _cipher_of(town)
    known = {"old": cipher.policy_index(child.policy_number)}

    async def change(connection: Connection) -> None:
        [row] = await connection.fetch("SELECT uid FROM registry_persons WHERE number_index = :old", known)
        current = number or child.policy_number
        sealed = cipher.seal_person(row["uid"], name or child.name, child.birth_date, current)
        await connection.execute(
            "UPDATE registry_persons SET number_index = :new, person = :person WHERE number_index = :old",
            known | {"new": cipher.policy_index(current), "person": sealed},
        )

    await town.app.store.database.write(change)


def _cipher_of(town: Town) -> RegistryCipher:
    return RegistryCipher(town.app.store.cipher, town.app.store.index)


# --- its answers ------------------------------------------------------------------------------------------------------


@contextmanager
def register_down(monkeypatch: pytest.MonkeyPatch, question: str = "check_policy") -> Iterator[list[object]]:
    """Make one method of the register raise Unavailable; yield the arguments of its calls."""
    asked: list[object] = []

    async def silent(registry: Registry, *given: object) -> None:
        asked.append(given)
        raise Unavailable

    with monkeypatch.context() as outage:
        outage.setattr(Registry, question, silent)
        yield asked


@contextmanager
def recorded_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[PolicyClaim]]:
    """Yield the claims that the register checks."""
    asked: list[PolicyClaim] = []
    answer = Registry.check_policy

    async def noted(registry: Registry, claim: PolicyClaim) -> InsuredPerson:
        asked.append(claim)
        return await answer(registry, claim)

    with monkeypatch.context() as listened:
        listened.setattr(Registry, "check_policy", noted)
        yield asked


@contextmanager
def delayed_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[asyncio.Event]]:
    """Yield one event for each check; a check answers when its event is set."""
    answers: list[asyncio.Event] = []
    answer = Registry.check_policy

    async def slow(registry: Registry, claim: PolicyClaim) -> InsuredPerson:
        answers.append(asyncio.Event())
        await answers[-1].wait()
        return await answer(registry, claim)

    with monkeypatch.context() as slowed:
        slowed.setattr(Registry, "check_policy", slow)
        yield answers
