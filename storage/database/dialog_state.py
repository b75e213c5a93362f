"""aiogram's dialog state in the database, sealed at rest; keyed digests stand for the Telegram ids in its keys.

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
from storage.database.crypto import BlindIndex, Cipher
from storage.database.dialog_keys import DATA, STATE, TABLE, keys_of
from storage.database.dialogs import SqlDialogs
from storage.database.queries import load_queries
from storage.database.rows import seconds
from storage.database.telegram_ids import index_of

queries = load_queries("dialog_state")

KEYS = DefaultKeyBuilder(with_bot_id=True, with_business_connection_id=True, with_destiny=True)


def plain_key(key: StorageKey) -> str:
    """Return the key of a dialog as aiogram writes it."""
    return KEYS.build(key)


class DialogStorage(BaseStorage):
    """Keeps one row for each dialog and deletes it once state and data are empty.

    ``close`` does nothing: the code that opened the database closes it.
    """

    def __init__(self, database: Database, cipher: Cipher, index: BlindIndex, clock: Clock) -> None:
        self._database, self._cipher, self._index, self._clock = database, cipher, index, clock

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        name = state.state if isinstance(state, State) else state
        (row, *older), person = keys_of(plain_key(key), self._index), index_of(key.user_id, self._index)

        async def write(connection: Connection) -> None:
            for gone in older:
                await queries.delete_dialog(connection, key=gone)
            if name:
                sealed = self._cipher.seal(TABLE, STATE, row.encode(), name)
                now = seconds(self._clock.now())
                await queries.set_state(connection, key=row, person=person, state=sealed, now=now)
            else:
                await queries.clear_state(connection, key=row)
                await queries.delete_empty_dialog(connection, key=row)

        await self._database.write(write)

    async def get_state(self, key: StorageKey) -> str | None:
        return await self._read(key, STATE)

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        (row, *older), person = keys_of(plain_key(key), self._index), index_of(key.user_id, self._index)

        async def write(connection: Connection) -> None:
            for gone in older:
                await queries.delete_dialog(connection, key=gone)
            if data:
                sealed = self._cipher.seal(TABLE, DATA, row.encode(), json.dumps(dict(data), ensure_ascii=False))
                now = seconds(self._clock.now())
                await queries.set_data(connection, key=row, person=person, data=sealed, now=now)
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
        async def find(connection: Connection) -> str | None:
            return await SqlDialogs(connection, self._cipher, self._index).find(plain_key(key), column)

        return await self._database.read(find)
