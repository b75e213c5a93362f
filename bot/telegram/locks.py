"""Handle the updates of one person one at a time, and those of a limited number of people in parallel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey

PEOPLE_AT_ONCE = 32
"""More than wait for a silent clinic at any moment; each takes a fraction of a second of work."""


class PersonLocks(BaseEventIsolation):
    """One lock for each person, taken in the order of arrival; a lock that is not in use is forgotten.

    The number of people in parallel is limited: in a crowd all of them would share one processor, and the time limits
    of all would expire. A person takes one place, even with several updates.
    """

    def __init__(self, at_once: int = PEOPLE_AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        lock = self._locks.get(key.user_id)
        if lock is None:
            lock = self._locks[key.user_id] = asyncio.Lock()
        async with lock, self._places:
            yield

    async def close(self) -> None:
        self._locks.clear()
