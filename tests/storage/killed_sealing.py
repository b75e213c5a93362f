"""A program that migrates a database and seals its Telegram ids, and kills itself at a statement; a test runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from storage.account.sealing import seal_telegram_ids
from storage.database.opening import open_database
from storage.migrations import migrate
from tests.storage.recorded_keys import CIPHER, INDEX

BATCH = 20


class Killer:
    """A probe that kills its process at the statement number ``last`` of those that start with ``word``."""

    def __init__(self, word: str, last: int) -> None:
        self._word, self._left = word, last

    def __call__(self, _number: int, sql: str) -> None:
        self._left -= sql.startswith(self._word)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def seal(path: str, word: str, last: int) -> None:
    database = await open_database(f"sqlite:///{path}", Killer(word, last))
    await migrate(database)
    await seal_telegram_ids(database, CIPHER, INDEX, batch=BATCH)
    await database.close()


if __name__ == "__main__":
    asyncio.run(seal(sys.argv[1], sys.argv[2], int(sys.argv[3])))
