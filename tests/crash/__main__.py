"""`make crash`: kill the bot KILLS times while people book and Telegram fails, then check that nothing was lost.

The last line is `crash kills=N messages=N lost=N doubled=N inflight=N outages=N
of_release_before=N`. The exit code is 1 if a confirmed visit or a
message is lost, a visit is inconsistent, or more news was sent twice than was in flight. `inflight` counts messages
that may have reached Telegram without being marked as sent: those being sent at a kill (the outbox sends at most four
at once), and news whose answer a fault cut off.
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
from storage.registry.seed.people import DemoPerson
from storage.registry.seed.town import seed_town
from tests.builders import MONDAY, some_settings
from tests.chat.client import ChatClient
from tests.chat.insured_children import insure, make_children
from tests.crash.older import OlderIsMissing, unpack_older
from tests.crash.outages import LONGEST, suffer
from tests.crash.parents import Parent
from tests.crash.processes import Bot, Telegram, forked
from tests.crash.verdict import Verdict, count_in_flight, is_news, is_settled, judge, next_due

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
"""minutes of the clock between two kills, one of them at random"""
HEAD_START = 2.0
"""seconds before the first kill in which half of the people act"""
DAY = 24 * 3600.0
CHECK_EVERY, CHECKS_AT_REST = 0.4, 5
"""seconds between two checks of the bot, and how many in a row must find nothing pending"""
REST_WITHIN = 120
FIRST_PARENT = 20_001


@dataclass(slots=True)
class Run:
    """The processes of one run and its counts so far."""

    client: ChatClient
    bot: Bot
    database: Path
    rng: Random
    environment: dict[str, str]
    older: Path | None = None
    """the code of the release before: every other start is its"""
    in_flight: int = 0
    killed: int = 0
    older_killed: int = 0
    began: float = field(default_factory=time.monotonic)

    def keep_running(self) -> None:
        self.bot.keep_running()

    async def kill_once(self, *, can_start: bool = True) -> None:
        """Let the bot run for 0.1 to 2 seconds, which may be less than its start takes, and kill it.

        The release before runs for so long after its start: it is not forked, and would be killed while it loads.
        Where Telegram does not answer no bot ends its start, so this release alone is killed.
        """
        is_older = can_start and self.older is not None and self.killed % 2 == 1
        if is_older:
            self.bot.kill()  # between two kills it may have been this release
            self.bot.keep_running(self.older)
            await self.bot.until_started()
        self.bot.keep_running()
        await asyncio.sleep(self.rng.uniform(0.1, 2))
        self.bot.kill()
        self.killed += 1
        self.older_killed += is_older
        self.in_flight += count_in_flight(self.database)
        if self.killed % 10 == 0:
            print(f"{self.killed} kills in {time.monotonic() - self.began:.0f} s", file=sys.stderr)

    async def pass_time(self, seconds: float) -> None:
        """Move the clock, but not past the moment when the next message is due."""
        now, due = await self.client.clock(), next_due(self.database)
        await self.client.set_clock(now + seconds if due is None else min(now + seconds, max(now + 1, due)))


async def work(run: Run, parents: list[Parent], kills: int, outages: int) -> None:
    """Let people book, move and cancel while the bot is killed, the clock moves and outages come and go."""
    tasks, done = Tasks(), asyncio.Event()
    run.bot.keep_running()
    living = [tasks.start(parent.live(done)) for parent in parents[: len(parents) // 2]]
    await asyncio.sleep(HEAD_START)
    living += [tasks.start(parent.live(done)) for parent in parents[len(parents) // 2 :]]
    for _kill in range(kills):
        await run.kill_once()
        await run.pass_time(run.rng.choice(PASSES) * 60)
    await suffer(run, FAULTS, outages)
    run.bot.keep_running()
    await asyncio.sleep(CHECK_EVERY)
    done.set()
    await asyncio.gather(*living)


async def remind(run: Run, kills: int) -> None:
    """Move the clock from one due message to the next and kill the bot while it sends."""
    for _kill in range(kills):
        await run.pass_time(DAY)
        await run.kill_once()


async def come_to_rest(run: Run) -> None:
    """Clear the faults and let the bot run until nothing is pending."""
    await run.client.clear_faults()
    deadline, quiet = time.monotonic() + REST_WITHIN, 0
    while quiet < CHECKS_AT_REST and time.monotonic() < deadline:
        run.bot.keep_running()
        await asyncio.sleep(CHECK_EVERY)
        quiet = quiet + 1 if is_settled(run.database) else 0
        # Retries are at most a minute of the clock apart.
        await run.pass_time(20 if next_due(run.database) is None else DAY)


async def prepare(environment: dict[str, str], children: list[DemoPerson]) -> None:
    settings = some_settings(**environment)
    async with open_store(settings) as store:
        for day in range(0, HORIZON.days + 1, HORIZON.days):
            await seed_town(store.database, store.cipher, store.index, MONDAY + timedelta(days=day))
        await insure(store, children)


@asynccontextmanager
async def world(folder: Path, children: list[DemoPerson], seed: int, **settings: str) -> AsyncIterator[Run]:
    context = forked()
    telegram = Telegram(context, seed)
    environment = {
        "bot_token": TOKEN,
        "bot_api_url": telegram.url,
        "clock_url": f"{telegram.url}/emulator/clock",
        "database_url": f"sqlite:///{folder}/town.sqlite3",
        **settings,
    }
    bot = Bot(context, environment, folder / "bot.log")
    try:
        await prepare(environment, children)
        async with ChatClient(telegram.url) as client:
            yield Run(client, bot, folder / "town.sqlite3", Random(seed), environment)
    finally:
        bot.kill()
        telegram.end()


async def crash(
    folder: Path, kills: int, people: int, seed: int, outages: int, older: Path | None
) -> tuple[Run, Verdict]:
    children = make_children(people)
    async with world(folder, children, seed) as run:
        run.older = older
        parents = [Parent(run.client, FIRST_PARENT + at, child, seed) for at, child in enumerate(children)]
        for fault in FAULTS:
            await run.client.fault(times=None, seed=seed, **fault)
        await work(run, parents, kills * 2 // 3, outages)
        await remind(run, kills - kills * 2 // 3)
        await come_to_rest(run)
        run.bot.stop()
        calls = await run.client.request("GET", "/calls?limit=1000000")
        run.in_flight += sum(call["fault"] == "cut_after" for call in calls if is_news(call))
        return run, judge(run.database, calls, await run.client.clock(), LONGEST if outages else timedelta(0))


def find_older() -> Path | None:
    """Return the code of the release before, or None and a line that says why there is none."""
    try:
        return unpack_older()
    except OlderIsMissing as why:
        print(f"the release before does not run: {why}")
        return None


def main() -> int:
    options = argparse.ArgumentParser(description="Kill the bot again and again and check that nothing is lost.")
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--outages", type=int, default=10, help="how many, of minutes to hours on the moved clock")
    options.add_argument("--keep", type=Path, help="a folder for the database and the bot's log")
    arguments = options.parse_args()
    with TemporaryDirectory(prefix="crash-") as folder:
        place = arguments.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        run, verdict = asyncio.run(
            crash(place, arguments.kills, arguments.people, arguments.seed, arguments.outages, find_older())
        )
    for line in [*verdict.lost, *verdict.inconsistent]:
        print(line)
    print(
        f"crash kills={run.killed} messages={verdict.messages} lost={len(verdict.lost)} doubled={verdict.doubled} "
        f"inflight={run.in_flight} outages={arguments.outages} of_release_before={run.older_killed}"
    )
    return int(bool(verdict.lost or verdict.inconsistent or verdict.doubled > run.in_flight))


if __name__ == "__main__":
    sys.exit(main())
