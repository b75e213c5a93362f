"""The cost of a start: from a new process to a ready dispatcher, and a migration with nothing to do."""

from __future__ import annotations

import asyncio
import base64
import os
import resource
import sys
import time
from statistics import median

from bot.emulator import TOKEN
from storage.database.opening import open_database
from storage.migrations import migrate
from tests.bench.figures import Bench, Figure, Measure, interleaved

READY = """
import asyncio
from bot.app import assembled
from bot.settings import load_settings

async def start():
    async with assembled(load_settings(None)) as app:
        assert app.dispatcher.sub_routers

asyncio.run(start())
"""
AIOGRAM = "import aiogram; from aiogram import Bot, Dispatcher"
KEY = base64.b64encode(b"k" * 32).decode()
SETTINGS = {
    "BOT_TOKEN": TOKEN,
    "SECRET_KEYS": f"bench:{KEY}",
    "INDEX_KEYS": f"1:{KEY}",
    "OPERATOR_NAME": "Оператор",
    "SUPPORT_PHONE": "+7 900 000-00-00",
    "SUPPORT_EMAIL": "help@example.org",
    "SUPPORT_HOURS": "всегда",
}


async def cold_start(bench: Bench, name: str) -> Figure:
    """New processes: the bot reads settings and catalogues, opens a migrated database and builds its dispatcher."""
    settings = SETTINGS | {"DATABASE_URL": f"sqlite:///{bench.folder}/start.sqlite3"}
    effort = bench.effort._replace(rounds=bench.effort.starts, samples=1)
    compared = await interleaved(lambda: _run(READY, settings), lambda: _run(AIOGRAM, settings), effort, warm_up=1)
    return Figure(name, compared.ratio, 1.15, "import_aiogram", compared.samples)


async def _run(code: str, settings: dict[str, str]) -> float:
    """Return the processor time of a new process in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env=os.environ | settings)
    assert await process.wait() == 0, "the process has failed"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def migrate_noop(bench: Bench, name: str) -> Figure:
    """Measured in milliseconds, not as a ratio."""
    database = await open_database(f"sqlite:///{bench.folder}/migrated.sqlite3")
    spent = []
    try:
        await migrate(database)
        for _ in range(bench.effort.samples):
            start = time.perf_counter()
            assert await migrate(database) == []
            spent.append((time.perf_counter() - start) * 1000)
    finally:
        await database.close()
    return Figure(name, median(spent), 20, "milliseconds", len(spent))


START: dict[str, Measure] = {"cold_start": cold_start, "migrate_noop": migrate_noop}
