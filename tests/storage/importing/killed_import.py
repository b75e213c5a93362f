"""A program for a test: it imports a changed file and kills itself at a statement that begins with given words."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import time

from storage.database.connection import Probe
from storage.database.opening import open_database
from storage.registry.importing.importing import Importer
from tests.builders import MONDAY
from tests.storage.importing.town_file import CIPHER, INDEX, SMALL, with_hours


def killer(words: str) -> Probe:
    def kill_at(_number: int, sql: str) -> None:
        if " ".join(sql.split()).startswith(words):
            os.kill(os.getpid(), signal.SIGKILL)

    return kill_at


async def main(path: str, words: str) -> None:
    database = await open_database(f"sqlite:///{path}", killer(words))
    await Importer(database, CIPHER, INDEX).apply(with_hours(SMALL, "p1", time(11)), MONDAY)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
