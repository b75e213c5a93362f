"""The people of the access tests of a desk, and what all but its clerk and head are answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aiogram.filters.callback_data import CallbackData

from bot.core.people import Role
from tests.chat.actions import send, settle_in
from tests.chat.person import Person
from tests.chat.staff.test_desk_access import member
from tests.chat.town import Town

LET_IN = ("clerk", "head")
ROLES = (*LET_IN, "admin", "other clinic's clerk", "dismissed clerk", "parent", "stranger")


async def person_of(town: Town, role: str) -> Person:
    if role == "parent":
        return town.mother
    if role == "stranger":
        await settle_in(town.stranger)
        return town.stranger
    post = {"head": Role.HEAD, "admin": Role.ADMIN}.get(role, Role.REGISTRAR)
    found = await member(town, 1009, post, 2 if role == "other clinic's clerk" else 1)
    if role == "dismissed clerk":
        await town.app.services.members.dismiss(1009)
    return found


async def require_one_answer(person: Person, real: CallbackData, missing: CallbackData, secrets: Iterable[str]) -> None:
    """Press a button and one of something that does not exist: both have one alert, and no secret is shown."""
    expected, _seen = await send(person, missing.pack())
    answer, seen = await send(person, real.pack())
    assert answer.alert == expected.alert, real
    assert not [each for each in secrets if each in f"{seen.text}{seen.labels}{answer.alert}"], real


async def rows(town: Town, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await town.app.store.database.read(lambda connection: connection.fetch(sql, {}))]
