"""aiogram's dialog state in the database, sealed at rest.

A write is durable before the bot replies. Our own prompts use only the data: one value, one write. The state exists
because aiogram's interface requires it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, DefaultKeyBuilder, StateType, StorageKey

from bot.core.clock import Clock
from storage.database.connection import Connection, Database
from storage.database.crypto import Cipher
from storage.database.queries import load_queries
from storage.database.rows import seconds

queries = load_queries("dialog_state")

TABLE, STATE, DATA = "dialogs", "sealed_state", "sealed_data"


class DialogStorage(BaseStorage):
    """Keeps one row for each dialog and deletes it once state and data are empty.

    ``close`` does nothing: the code that opened the database closes it.
    """

    def __init__(self, database: Database, cipher: Cipher, clock: Clock) -> None:
        self._database, self._cipher, self._clock = database, cipher, clock
        self._keys = DefaultKeyBuilder(with_bot_id=True, with_business_connection_id=True, with_destiny=True)

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        row = self._keys.build(key)

        async def write(connection: Connection) -> None:
            if name:
                sealed = self._cipher.seal(TABLE, STATE, row.encode(), name)
                now = seconds(self._clock.now())
                await queries.set_state(connection, key=row, telegram_id=key.user_id, state=sealed, now=now)
            else:
                await queries.clear_state(connection, key=row)
                await queries.delete_empty_dialog(connection, key=row)

        await self._database.write(write)

    async def get_state(self, key: StorageKey) -> str | None:
        return await self._read(key, STATE)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        row = self._keys.build(key)

        async def write(connection: Connection) -> None:
            if data:
                sealed = self._cipher.seal(TABLE, DATA, row.encode(), json.dumps(dict(data), ensure_ascii=False))
                now = seconds(self._clock.now())
                await queries.set_data(connection, key=row, telegram_id=key.user_id, data=sealed, now=now)
            else:
                await queries.clear_data(connection, key=row)
                await queries.delete_empty_dialog(connection, key=row)

        await self._database.write(write)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        text = await self._read(key, DATA)
        data: dict[str, Any] = json.loads(text) if text else {}
        return data

    async def close(self) -> None:
        pass

    async def _read(self, key: StorageKey, column: str) -> str | None:
        """Return the opened column, or None. The row's key binds the sealed value, so no uid has to be read first."""
        row = self._keys.build(key)
        found = await self._database.read(lambda connection: queries.find_dialog(connection, key=row))
        sealed = found and found[column]
        return self._cipher.open(TABLE, column, row.encode(), sealed) if sealed else None
