"""Tests of units of work as methods, and of their retry if a Ref is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import RefCollision
from bot.core.people import Account
from bot.core.refs import MOST_COLLISIONS, with_new_ref
from bot.core.transactions import Storage, UnitOfWork, reads, writes
from bot.glossary import Ref
from tests.storage.stored import NOW, World, opened_world


class Guests:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    @writes
    async def greet(self, uow: UnitOfWork, telegram_id: int, *, language: str = "ru") -> Account:
        """Say hello."""
        account = await uow.accounts.add(telegram_id, NOW)
        await uow.accounts.set_language(account.id, language)
        if language == "xx":
            raise LookupError(language)
        return account

    @reads
    async def find(self, uow: UnitOfWork, telegram_id: int) -> Account | None:
        return await uow.accounts.find(telegram_id)

    @reads
    async def greet_by_mistake(self, uow: UnitOfWork, telegram_id: int) -> Account:
        return await uow.accounts.add(telegram_id, NOW)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


async def test_unit_as_method_returns_its_result(world: World) -> None:
    guests = Guests(world.storage)
    greeted = await guests.greet(77, language="en")
    found = await guests.find(77)
    assert found is not None
    assert (found.id, found.language) == (greeted.id, "en")
    assert (Guests.greet.__name__, Guests.greet.__doc__) == ("greet", "Say hello.")


async def test_unit_that_raises_is_rolled_back(world: World) -> None:
    guests = Guests(world.storage)
    with pytest.raises(LookupError, match="xx"):
        await guests.greet(77, language="xx")
    assert await guests.find(77) is None


async def test_unit_that_reads_cannot_write(world: World) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await Guests(world.storage).greet_by_mistake(77)


async def test_unit_builds_repositories_on_first_use(world: World) -> None:
    async def built(uow: UnitOfWork) -> set[str]:
        assert uow.accounts is uow.accounts
        return {name for name in vars(uow) if not name.startswith("_")}

    assert await world.storage.read(built) == {"accounts"}


async def test_unit_is_retried_with_another_ref_if_one_is_in_use() -> None:
    tried: list[Ref] = []

    async def write(ref: Ref) -> Ref:
        tried.append(ref)
        if len(tried) < 3:
            raise RefCollision
        return ref

    assert await with_new_ref(write) == tried[2]
    assert len(set(tried)) == 3


async def test_unit_raises_collision_if_all_refs_are_in_use() -> None:
    tried: list[Ref] = []

    async def write(ref: Ref) -> None:
        tried.append(ref)
        raise RefCollision

    with pytest.raises(RefCollision):
        await with_new_ref(write)
    assert len(tried) == MOST_COLLISIONS + 1
