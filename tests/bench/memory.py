"""The memory of an idle bot, and what each thousand chats adds to it; measured in a process of its own."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from bot.app import App, assembled
from dialogs.account.links import Home
from storage.database.opening import open_database
from storage.migrations import migrate
from tests.bench.figures import Bench, Figure, Measure, Skipped
from tests.bench.updates import UpdateFeed, product_bot, telegram, without_limit
from tests.builders import some_settings

MEGABYTE = 2**20
STATUS = Path("/proc/self/statm")
FIRST, LATER = 1000, 3000
"""chats that fill what is built on first use, and chats whose memory is measured"""
AT_ONCE = 20
FIRST_PERSON = 10_001


class Megabytes(NamedTuple):
    idle: float
    per_1000_chats: float


async def measure(bench: Bench, name: str) -> Figure | Skipped:
    if sys.platform != "linux":
        return Skipped(name, "not_linux")
    found: Megabytes = await bench.once("memory", _in_new_process)
    if name == "rss_idle":
        return Figure(name, found.idle, 120, "megabytes", 1, decimals=0)
    return Figure(name, found.per_1000_chats, 5, f"megabytes_over_{LATER}_chats", LATER)


MEMORY: dict[str, Measure] = dict.fromkeys(("rss_idle", "rss_per_1000_chats"), measure)


async def _in_new_process() -> Megabytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.memory", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, "the measurement of memory failed"
    return Megabytes(*json.loads(output.splitlines()[-1]))


# --- in the new process -----------------------------------------------------------------------------------------------


async def main() -> None:
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, without_limit():
        url = f"sqlite:///{folder}/bot.sqlite3"
        database = await open_database(url)
        await migrate(database)
        await database.close()
        async with telegram() as address:
            settings = some_settings(database_url=url, bot_api_url=address)
            async with assembled(settings) as app:
                feed = UpdateFeed(product_bot(settings))
                found = await _measured(app, feed)
                await feed.close()
    print(json.dumps(found))


async def _measured(app: App, feed: UpdateFeed) -> Megabytes:
    await _visit(app, feed, FIRST_PERSON)
    idle = _resident()
    await _visit_all(app, feed, range(FIRST_PERSON + 1, FIRST_PERSON + FIRST))
    before = _resident()
    await _visit_all(app, feed, range(FIRST_PERSON + FIRST, FIRST_PERSON + FIRST + LATER))
    return Megabytes(idle, (_resident() - before) / LATER * 1000)


async def _visit_all(app: App, feed: UpdateFeed, people: range) -> None:
    for first in range(people.start, people.stop, AT_ONCE):
        group = people[first - people.start : first - people.start + AT_ONCE]
        await asyncio.gather(*(_visit(app, feed, person) for person in group))


async def _visit(app: App, feed: UpdateFeed, person: int) -> None:
    await feed.handle(app.dispatcher, feed.typed("/start", person))
    await feed.handle(app.dispatcher, feed.pressed(Home().pack(), person))


def _resident() -> float:
    """Return the memory of this process in megabytes."""
    gc.collect()
    return int(STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


if __name__ == "__main__":
    asyncio.run(main())
