"""The database of the bot with its keys, opened for a program that needs nothing of Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.core.clock import Clock
from bot.keys import cipher_of, index_of
from bot.settings import Settings
from storage import erasures
from storage.account.sealing import seal_telegram_ids
from storage.database.connection import Database, Probe
from storage.database.crypto import BlindIndex, Cipher
from storage.database.opening import open_database, path_of
from storage.keys.canaries import check_keys, check_secret_keys
from storage.migrations import migrate
from storage.unit import Storage


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the keys to what is encrypted in it."""

    database: Database
    cipher: Cipher
    index: BlindIndex
    storage: Storage


@asynccontextmanager
async def open_store(
    settings: Settings,
    probe: Probe | None = None,
    *,
    clock: Clock | None = None,
    indexed: bool = True,
    without: str | None = None,
) -> AsyncIterator[Store]:
    """Open the database, migrate it to the newest schema and check the keys.

    ``probe`` is called before each statement (for tests). ``indexed=False`` is for what replaces the index key,
    ``without`` names a secret key that is given up. Raises WrongKeys.
    """
    url = settings.database_url.get_secret_value()
    path_of(url).parent.mkdir(parents=True, exist_ok=True)
    cipher, index = cipher_of(settings), index_of(settings)
    database = await open_database(url, probe, streamed=settings.backup_url is not None)
    try:
        await migrate(database)
        if indexed:
            await check_keys(database, cipher, index, (clock or SystemClock()).now(), without)
            await seal_telegram_ids(database, cipher, index)
        else:
            await check_secret_keys(database, cipher)
        storage = Storage(database, cipher, index, erasures=erasures.beside(path_of(url)))
        await storage.list_erasures()  # those of a process that ended before it could
        yield Store(database, cipher, index, storage)
    finally:
        await database.close()
