"""Builders of settings, bots, databases and storage for tests."""

from __future__ import annotations

import base64
import functools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession

from bot.emulator import TOKEN
from bot.settings import Settings, load_settings
from bot.telegram.session import make_bot
from storage.database.connection import Database, Probe
from storage.database.crypto import BlindIndex, Cipher
from storage.unit import Storage
from tests import known_signatures
from tests.empty_database import open_migrated
from tests.pure_builders import MONDAY, StoppedClock, claim_of

__all__ = ["MONDAY", "StoppedClock", "bot_at", "claim_of", "database_in", "some_settings", "storage_over"]


PLACES = ("bot_api_url", "database_url")
"""the settings that differ from test to test"""

known_signatures.keep()


def some_settings(**given: Any) -> Settings:
    """Return complete settings for a bot with the emulator's token."""
    key = base64.b64encode(b"k" * 32).decode()
    named = {"bot_token": TOKEN, "secret_keys": f"test:{key}", "index_key": key, "operator_name": "Оператор"}
    support = {"support_phone": "+7 900 000-00-00", "support_email": "help@example.org", "support_hours": "всегда"}
    everything = named | support | {"web_port": 0} | given
    common = frozenset((name, value) for name, value in everything.items() if name not in PLACES)
    # pytest names the test that runs in the environment.
    environment = frozenset(item for item in os.environ.items() if item[0] != "PYTEST_CURRENT_TEST")
    settings = _read_once(environment, common).model_copy()
    for name in PLACES:
        if name in given:
            # Reading all of them takes as long as five presses.
            Settings.__pydantic_validator__.validate_assignment(settings, name, given[name])
    return settings


@functools.cache
def _read_once(environment: frozenset[tuple[str, str]], given: frozenset[tuple[str, Any]]) -> Settings:
    return load_settings(None, **dict(given))


@asynccontextmanager
async def bot_at(url: str) -> AsyncIterator[Bot]:
    """Open a bot, made as in the product, that uses the emulator at ``url``."""
    bot = make_bot(some_settings(bot_api_url=url))
    try:
        yield bot
    finally:
        await close_session(bot)


async def close_session(bot: Bot) -> None:
    """Close at once: aiogram's own close sleeps a quarter of a second for TLS."""
    assert isinstance(bot.session, AiohttpSession)
    await (await bot.session.create_session()).close()


@asynccontextmanager
async def database_in(folder: Path, probe: Probe | None = None) -> AsyncIterator[Database]:
    database = await open_migrated(folder / "registratura.sqlite3", probe)
    try:
        yield database
    finally:
        await database.close()


def storage_over(database: Database) -> Storage:
    return Storage(database, Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32))
