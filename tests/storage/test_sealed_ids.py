"""Telegram ids are sealed: without the keys the database ties no row to a person of Telegram."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.core.deeds import Actor, Deed, Subject
from bot.core.people import Role
from bot.patients.news import CheckAnswered
from storage.database.dialog_state import DialogStorage
from storage.unit import UnitOfWork
from tests.builders import StoppedClock
from tests.storage.stored import CIPHER, INDEX, NOW, World, opened_world
from tests.storage.test_sealing import read_files

PERSON = 7_700_111_222
"""a Telegram id that no other number of the test contains"""

DIALOG = StorageKey(bot_id=1, chat_id=PERSON, user_id=PERSON)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened_world(tmp_path) as world:
        yield world


def columns_with(file: Path, text: str) -> Iterator[str]:
    """Yield the columns of a database that hold a value with this text."""
    with closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for _number, column, *_more in database.execute(f"PRAGMA table_info({table})").fetchall():
                sql = f"SELECT 1 FROM {table} WHERE instr(CAST({column} AS TEXT), ?)"  # noqa: S608 - our own schema
                if database.execute(sql, (text,)).fetchone():
                    yield f"{table}.{column}"


@pytest.mark.requirement("B61")
async def test_no_column_and_no_byte_holds_a_telegram_id(world: World, tmp_path: Path) -> None:
    patient = await world.link()

    async def change(uow: UnitOfWork) -> None:
        account = await uow.accounts.add(PERSON, NOW)
        await uow.accounts.appoint(account.id, Role.REGISTRAR, world.clinic.id)
        await uow.outbox.add(CheckAnswered(account.id, patient).due(NOW), NOW)
        await uow.audit.add(Actor.operator(account.id), Deed.CONSENT_GIVEN, Subject.own_account(), NOW)

    await world.storage.write(change)
    await DialogStorage(world.database, CIPHER, INDEX, StoppedClock()).set_data(DIALOG, {"prompt": "ln"})
    assert list(columns_with(tmp_path / "bot.sqlite3", str(PERSON))) == []
    raw = read_files(tmp_path / "bot.sqlite3")
    assert str(PERSON).encode() not in raw
    assert PERSON.to_bytes(6, "big") not in raw
