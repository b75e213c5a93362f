"""`make crash`: kill the bot KILLS times while people work and Telegram fails, then look whether anything was lost.

Ends with one line, `crash kills=N messages=N lost=N doubled=N inflight=N`, and with 1 where something acknowledged is
lost, an appointment is half-made, or more news was said twice than was in flight. `inflight` counts what may have
reached Telegram unmarked: messages on the wire at a kill (the outbox has at most four there), and news whose answer
the faults cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import open_store
from bot.core.tasks import Tasks
from bot.emulator import TOKEN
from storage.registry.seed.people import Townsman
from storage.registry.seed.town import seed_town
from tests.builders import MONDAY, some_settings
from tests.chat.client import ChatClient
from tests.chat.newcomers import insure, list_newcomers
from tests.crash.ledger import Verdict, count_in_flight, is_news, is_settled, judge, next_due
from tests.crash.parents import Parent
from tests.crash.processes import Bot, Telegram, forked

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "429", "probability": 0.005, "retry_after": 1},
    {"kind": "500", "probability": 0.01},
    {"kind": "502", "probability": 0.01},
    {"kind": "cut_before", "probability": 0.01},
    {"kind": "cut_after", "probability": 0.01},
    {"kind": "slow", "probability": 0.05, "seconds": 0.2},
)
HORIZON = timedelta(days=10)
PASSES = (0, 1, 3, 10, 120)
"""minutes that may pass between two kills"""
HEAD_START = 2.0
"""seconds in which half of the people get as far as they can before the first kill"""
DAY = 24 * 3600.0
ASLEEP, RECOVERED = 0.4, 5
"""how long a look at the bot is away from the next one, and how many in a row must find it with nothing to do"""
CALM_WITHIN = 120
FIRST_PARENT = 20_001


@dataclass(slots=True)
class Run:
    """One run's world, and what was in flight so far."""

    client: ChatClient
    bot: Bot
    database: Path
    chance: Random
    in_flight: int = 0
    killed: int = 0
    began: float = field(default_factory=time.monotonic)

    async def kill_once(self) -> None:
        """Let the bot work for a moment that ends anywhere, also before it has begun."""
        self.bot.keep_running()
        await asyncio.sleep(self.chance.uniform(0.1, 2))
        self.bot.kill()
        self.killed += 1
        self.in_flight += count_in_flight(self.database)
        if self.killed % 10 == 0:
            print(f"{self.killed} kills in {time.monotonic() - self.began:.0f} s", file=sys.stderr)

    async def pass_time(self, seconds: float) -> None:
        """Nobody sleeps through a moment when something is due: time stands still there until it is told."""
        now, due = await self.client.clock(), next_due(self.database)
        await self.client.set_clock(now + seconds if due is None else min(now + seconds, max(now + 1, due)))


async def work(run: Run, parents: list[Parent], kills: int) -> None:
    """People book, move and cancel while the bot is killed and hours pass."""
    tasks, done = Tasks(), asyncio.Event()
    run.bot.keep_running()
    living = [tasks.start(parent.live(done)) for parent in parents[: len(parents) // 2]]
    await asyncio.sleep(HEAD_START)
    living += [tasks.start(parent.live(done)) for parent in parents[len(parents) // 2 :]]
    for _kill in range(kills):
        await run.kill_once()
        await run.pass_time(run.chance.choice(PASSES) * 60)
    run.bot.keep_running()
    await asyncio.sleep(ASLEEP)
    done.set()
    await asyncio.gather(*living)


async def remind(run: Run, kills: int) -> None:
    """The days go by to every message that is due; the bot is killed while it sends."""
    for _kill in range(kills):
        await run.pass_time(DAY)
        await run.kill_once()


async def calm_down(run: Run) -> None:
    """No more faults: what was left is told, day after day, until nothing waits."""
    await run.client.clear_faults()
    deadline, quiet = time.monotonic() + CALM_WITHIN, 0
    while quiet < RECOVERED and time.monotonic() < deadline:
        run.bot.keep_running()
        await asyncio.sleep(ASLEEP)
        quiet = quiet + 1 if is_settled(run.database) else 0
        # Whatever recovers by itself does so within a minute of the clock.
        await run.pass_time(20 if next_due(run.database) is None else DAY)


async def prepare(given: dict[str, str], children: list[Townsman]) -> None:
    settings = some_settings(**given)
    async with open_store(settings) as store:
        for day in range(0, HORIZON.days + 1, HORIZON.days):
            await seed_town(store.database, store.cipher, store.index, MONDAY + timedelta(days=day))
        await insure(store, children)


@asynccontextmanager
async def world(folder: Path, children: list[Townsman], seed: int) -> AsyncIterator[Run]:
    context = forked()
    telegram = Telegram(context, seed)
    given = {
        "bot_token": TOKEN,
        "bot_api_url": telegram.url,
        "clock_url": f"{telegram.url}/emulator/clock",
        "database_url": f"sqlite:///{folder}/town.sqlite3",
    }
    bot = Bot(context, given, folder / "bot.log")
    try:
        await prepare(given, children)
        async with ChatClient(telegram.url) as client:
            yield Run(client, bot, folder / "town.sqlite3", Random(seed))
    finally:
        bot.kill()
        telegram.end()


async def crash(folder: Path, kills: int, people: int, seed: int) -> tuple[Run, Verdict]:
    children = list_newcomers(people)
    async with world(folder, children, seed) as run:
        parents = [Parent(run.client, FIRST_PARENT + at, child, seed) for at, child in enumerate(children)]
        for fault in FAULTS:
            await run.client.fault(times=None, seed=seed, **fault)
        await work(run, parents, kills * 2 // 3)
        await remind(run, kills - kills * 2 // 3)
        await calm_down(run)
        run.bot.stop()
        calls = await run.client.request("GET", "/calls?limit=1000000")
        run.in_flight += sum(call["fault"] == "cut_after" for call in calls if is_news(call))
        return run, judge(run.database, calls)


def main() -> int:
    options = argparse.ArgumentParser(description="Kill the bot again and again; see that nothing is lost.")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="a folder for the database and the bot's log")
    told = options.parse_args()
    with TemporaryDirectory(prefix="crash-") as folder:
        place = told.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        run, verdict = asyncio.run(crash(place, told.kills, told.people, told.seed))
    for line in [*verdict.lost, *verdict.half_made]:
        print(line)
    print(
        f"crash kills={run.killed} messages={verdict.messages} lost={len(verdict.lost)} doubled={verdict.doubled} "
        f"inflight={run.in_flight}"
    )
    return int(bool(verdict.lost or verdict.half_made or verdict.doubled > run.in_flight))


if __name__ == "__main__":
    sys.exit(main())
