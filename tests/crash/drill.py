"""`make drill`: write under load, lose the machine with everything on it, restore from the stream, and go on.

What was acknowledged in a chat RECOVERY_POINT seconds or more before the loss must be there afterwards and must not be
told again. The last line is `drill visits=N lost=N told_twice=N from=stream`. Where litestream is missing, the
copy of `registratura backup FILE` is restored instead, and the line says `from=copy`.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.backup import BackupRefused, backup_database
from bot.core.tasks import Tasks
from bot.restore import restore_database, restore_stream
from bot.settings import Settings
from bot.stream import find_litestream, prepare_stream
from tests.app.streaming import until
from tests.builders import StoppedClock, some_settings
from tests.chat.insured_children import make_children
from tests.chat.message import Json
from tests.crash.__main__ import FIRST_PARENT, Run, come_to_rest, world
from tests.crash.parents import Parent
from tests.crash.verdict import BOOKED, MOVED, Verdict, judge

RECOVERY_POINT = 5.0
"""seconds before the loss: what was acknowledged earlier is not lost"""
ACTS_WITHIN = 300.0
"""seconds in which the visits must be confirmed"""
LOOKS_EVERY = 0.3
PATIENCE = 4.0
"""seconds in which a parent waits for an answer: Telegram's pace is shared, and who presses again drops the last one"""
GOES_ON_FOR = 2.0
"""seconds in which people act after the restore"""


@asynccontextmanager
async def streaming(settings: Settings, copies: Path) -> AsyncIterator[None]:
    """Stream the database beside the bot; kill -9 the program at the end."""
    process = await asyncio.create_subprocess_exec(*prepare_stream(settings))
    try:
        await until(lambda: any(copies.rglob("*.ltx")))
        yield
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def work_until_lost(run: Run, parents: list[Parent], copies: Path, visits: int) -> list[Json]:
    """Let people act, then lose the bot, its database and everything beside it; return the calls until the point."""
    settings, tasks, done = some_settings(**run.environment), Tasks(), asyncio.Event()
    living = [tasks.start(parent.live(done)) for parent in parents]
    if settings.backup_url is None:
        acknowledged = await until_acknowledged(run, visits)
        clock = StoppedClock(datetime.fromtimestamp(await run.client.clock(), UTC))
        await asyncio.to_thread(backup_database, settings, copies / "copy.sqlite3", clock)
    else:
        async with streaming(settings, copies):
            acknowledged = await until_acknowledged(run, visits)
            await asyncio.sleep(RECOVERY_POINT)
            run.bot.kill()
    run.bot.kill()
    done.set()
    await asyncio.gather(*living)
    lose(run.database)
    return acknowledged


def lose(database: Path) -> None:
    """Delete the database and what stands beside it: its log, the list of erasures, the folder of litestream."""
    shutil.rmtree(database.parent)
    database.parent.mkdir()


async def until_acknowledged(run: Run, visits: int) -> list[Json]:
    """Wait until so many visits are confirmed in the chats, and return the calls until then. Raises TimeoutError."""
    deadline = time.monotonic() + ACTS_WITHIN
    while time.monotonic() < deadline:
        run.bot.keep_running()
        if count_visits(calls := await calls_of(run)) >= visits:
            return calls
        await asyncio.sleep(LOOKS_EVERY)
    raise TimeoutError(f"fewer than {visits} visits were confirmed in {ACTS_WITHIN:.0f} s")


def count_visits(calls: list[Json]) -> int:
    """Return how many visits were confirmed or moved."""
    texts = [call["params"].get("text", "") for call in calls if call["ok"]]
    return len({found[0] for text in texts if (found := BOOKED.search(text) or MOVED.search(text))})


async def calls_of(run: Run) -> list[Json]:
    return list(await run.client.request("GET", "/calls?limit=1000000"))


async def go_on(run: Run, parents: list[Parent], copies: Path) -> list[Json]:
    """Restore, start the bot, let people press on, also what they were shown before; return the calls since."""
    settings, before = some_settings(**run.environment), len(await calls_of(run))
    clock = StoppedClock(datetime.fromtimestamp(await run.client.clock(), UTC))
    if settings.backup_url is None:
        await restore_database(settings, copies / "copy.sqlite3", clock)
    else:
        await restore_stream(settings, None, clock)
    run.environment.pop("backup_url", None)
    run.bot.keep_running()
    tasks, done = Tasks(), asyncio.Event()
    living = [tasks.start(parent.live(done)) for parent in parents]
    await asyncio.sleep(GOES_ON_FOR)
    done.set()
    await asyncio.gather(*living)
    await come_to_rest(run)
    run.bot.stop()
    return (await calls_of(run))[before:]


async def drill(folder: Path, people: int, visits: int, seed: int) -> tuple[Verdict, list[Json], bool]:
    """Return the verdict, the calls that were acknowledged, and whether the stream was restored."""
    children, copies, machine = make_children(people), folder / "copies", folder / "machine"
    for each in (copies, machine):
        each.mkdir(parents=True, exist_ok=True)
    is_streamed = True
    try:
        find_litestream()
    except BackupRefused:
        is_streamed = False
    async with world(machine, children, seed, **({"backup_url": copies.as_uri()} if is_streamed else {})) as run:
        parents = [Parent(run.client, FIRST_PARENT + at, child, seed, PATIENCE) for at, child in enumerate(children)]
        run.bot.keep_running()
        acknowledged = await work_until_lost(run, parents, copies, visits)
        since = await go_on(run, parents, copies)
        verdict = judge(run.database, [*acknowledged, *since], await run.client.clock())
        return verdict, acknowledged, is_streamed


def main() -> int:
    options = argparse.ArgumentParser(description="Lose the machine under load, restore, and check what is there.")
    options.add_argument("--people", type=int, default=12)
    options.add_argument("--visits", type=int, default=10, help="how many visits are confirmed before the point")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="a folder for the copies, the database and the bot's log")
    arguments = options.parse_args()
    with TemporaryDirectory(prefix="drill-") as folder:
        verdict, acknowledged, is_streamed = asyncio.run(
            drill(arguments.keep or Path(folder), arguments.people, arguments.visits, arguments.seed)
        )
    for line in [*verdict.lost, *verdict.inconsistent]:
        print(line)
    if not is_streamed:
        print("litestream is missing: the copy of a file was restored, and no recovery point was measured")
    print(
        f"drill visits={count_visits(acknowledged)} lost={len(verdict.lost)} told_twice={verdict.doubled} "
        f"from={'stream' if is_streamed else 'copy'}"
    )
    return int(bool(verdict.lost or verdict.inconsistent or verdict.doubled))


if __name__ == "__main__":
    sys.exit(main())
