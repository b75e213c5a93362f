"""What tests build their small worlds of."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession

from bot.emulator import TOKEN
from bot.models import PersonName, PolicyClaim
from bot.rules.policy import policy_facts
from bot.settings import Settings, load_settings
from bot.telegram import make_bot
from storage.crypto import BlindIndex, Cipher
from storage.database import Database, Probe, open_database
from storage.migrations import migrate
from storage.unit import SqlStorage

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""23 November 2026, noon in Moscow: when the clock of a test stands still."""


class StoppedClock:
    """Implements ports.Clock: stands still until a test moves it, real time with it."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def wall(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        self._moment += by


def claim_of(policy_number: str, name: PersonName) -> PolicyClaim:
    """With the birth date and the sex that the number tells."""
    facts = policy_facts(policy_number)
    assert facts is not None
    return PolicyClaim(policy_number, name, facts.birth_date, facts.sex)


def some_settings(**given: Any) -> Settings:
    """Settings that name everything, for a bot at the emulator's token."""
    key = base64.b64encode(b"k" * 32).decode()
    named = {"bot_token": TOKEN, "secret_keys": f"test:{key}", "index_key": key, "operator_name": "Оператор"}
    support = {"support_phone": "+7 900 000-00-00", "support_email": "help@example.org", "support_hours": "всегда"}
    return load_settings(None, **(named | support | {"web_port": 0} | given))


@asynccontextmanager
async def bot_at(url: str) -> AsyncIterator[Bot]:
    """A bot as the product makes it, speaking to the emulator at ``url``."""
    bot = make_bot(some_settings(bot_api_url=url))
    try:
        yield bot
    finally:
        # aiogram's own close sleeps a quarter of a second for the sake of TLS.
        assert isinstance(bot.session, AiohttpSession)
        await (await bot.session.create_session()).close()


@asynccontextmanager
async def database_in(folder: Path, probe: Probe | None = None) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{folder}/registratura.sqlite3", probe)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


def storage_over(database: Database) -> SqlStorage:
    return SqlStorage(database, Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32))
