"""A program for a test: processes of it migrate a database and seal its Telegram ids, and kill themselves meanwhile.

Each line of its input is a word and a number: a process dies at the statement with this number of those that begin with
the word. The answer is the process's exit code. Starting Python for each process would take most of the time.
"""

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


def run_in_process(path: str, word: str, last: int) -> int:
    """Return the exit code of a process that seals the database, a negative signal if it was killed."""
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 1
    # The answers go to the output, so the log must not.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        asyncio.run(seal(path, word, last))
        code = 0
    finally:
        os._exit(code)


def main(path: str) -> None:
    for line in sys.stdin:
        word, last = line.rsplit(maxsplit=1)
        print(run_in_process(path, word, int(last)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
