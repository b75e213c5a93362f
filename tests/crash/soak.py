"""`make soak`: parents and clinics at work for an hour on a bad Telegram; memory, files, tasks and log must not grow.

The last line is `soak seconds=N visits=N` with the growth of each figure in an hour, such as `heap=±N%/h`.
People work in shifts and rest between them, and the figures are those at rest: what is in work depends on how busy the
machine is. The growth is that of a line through the rests of the second half. Memory is what the program has in use:
bytes of the heap but for SQLite's cache, and blocks of Python. What is resident follows the largest moment there ever
was, in steps, for the allocators give back no page that has something in use on it; so does the size of the log. These
two are judged by a wider limit. The exit code is 1 if a figure grows by more than its limit, or if tasks, open files
and connections have not returned to what they were at the first rest (in a short run: before the work). Connections
are judged by this alone: some stay open for a while after their last request. A run of less than ten minutes is one
shift, and its growth is not judged: a line through seconds says nothing of an hour. The clock runs a week in an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from random import Random
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import ClassVar, NamedTuple

from bot.app import App, assembled, poll, serving
from bot.clinics.port import ClinicError, ClinicReason
from bot.core.tasks import Tasks
from bot.glossary import ClinicRef, SlotRef
from storage.database.connection import Row
from storage.database.opening import path_of
from storage.registry.desk import RegistryDesk
from tests.builders import some_settings
from tests.chat.insured_children import make_children
from tests.crash.__main__ import FAULTS, FIRST_PARENT, Run, world
from tests.crash.drill import PATIENCE, calls_of, count_visits
from tests.crash.parents import Parent
from tests.crash.processes import log_into

MOST_GROWTH = 0.01
"""of a figure's mean, in an hour"""
MOST_OF_MARKS = 0.05
"""the same of figures that remember their largest moment"""
MARKS = {"resident", "log"}
LONG_ENOUGH = 600.0
"""seconds of a run whose growth is judged"""
SHIFTS = 16
"""with a rest after each, in a run that is judged"""
RESTS_FOR = 20.0
"""seconds, in which idle connections to Telegram are closed"""
SPARE = {"tasks": 2, "files": 2, "connections": 4}
"""by how much two moments at rest may differ: a worker that reads photos, for one, has two files"""
KEPT_OPEN = 4
"""more connections after a short run, which does not wait until idle ones are closed"""
MOST_RISE = 1.6
"""of a line through tasks or files: of twenty, one is five per cent, and one that comes by chance and stays raises the
line by 1.6 at most"""
MOST_LOG = 16 * 2**20
"""bytes; SQLite begins the log anew after 4 MB, unless a reader is in the way"""
RESTS_WITHIN = 60.0
"""seconds after the last press in which tasks and files must come back"""
MEMORY_EVERY = 5
"""seconds between two looks at the memory, each after the garbage is collected"""
SETTLES_FOR = 5.0
"""seconds after the start, in which every job runs once and its connections are opened"""
CLOCK_RUNS = 180.0
"""seconds of the clock in one second: an hour takes a week"""
DESK_ACTS_EVERY = 2.0
FIRST_USED = ("holidays.countries.russia", "rapidfuzz.process", "rapidfuzz.distance")
FIGURES = "figures.jsonl"

VISIT = """
    SELECT v.id, v.clinic_id, v.doctor_id FROM registry_visits v
    WHERE v.key IS NOT NULL AND v.status = 'BOOKED' AND v.starts_at > :now ORDER BY random() LIMIT 1
"""
FREE = """
    SELECT s.id FROM registry_slots s
    WHERE s.doctor_id = :doctor AND s.status = 'FREE' AND s.starts_at > :now ORDER BY random() LIMIT 1
"""


class Figure(NamedTuple):
    """What the bot's process has at one moment.

    ``at`` is in seconds; ``heap``, ``resident`` and ``log`` in bytes; ``blocks`` are those that Python's own allocator
    has given out; ``files`` are open files and pipes, without sockets.
    """

    at: float
    heap: int
    blocks: int
    resident: int
    files: int
    connections: int
    tasks: int
    log: int


class Memory(NamedTuple):
    heap: int
    blocks: int
    resident: int


class HeapInfo(ctypes.Structure):
    """struct mallinfo2 of glibc"""

    _fields_: ClassVar = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        )
    ]


# --- in the bot's process ---------------------------------------------------------------------------------------------


def run_bot_soaked(environment: dict[str, str], log: Path, figures: Path) -> None:
    log_into(log)
    asyncio.run(run_soaked(environment, figures))


async def run_soaked(environment: dict[str, str], figures: Path) -> None:
    """Serve people, let the clinics' desks act, and write a figure each second."""
    settings = some_settings(**environment)
    log = path_of(settings.database_url.get_secret_value())
    load_libraries()
    tasks = Tasks()
    async with assembled(settings) as app, serving(app, settings):
        measuring = tasks.start(measure(log.with_name(f"{log.name}-wal"), figures))
        acting = tasks.start(act_at_desks(app))
        try:
            await poll(app, settings)
        finally:
            measuring.cancel()
            acting.cancel()


def load_libraries() -> None:
    """Import what the bot imports at its first use, which may come late in a run: ``holidays`` has five megabytes."""
    for name in FIRST_USED:
        import_module(name)


async def measure(log: Path, figures: Path) -> None:
    with figures.open("a") as lines:
        for second in count():
            if second % MEMORY_EVERY == 0:
                gc.collect()
                memory = read_memory()
            lines.write(f"{json.dumps(read_figure(log, memory))}\n")
            lines.flush()
            await asyncio.sleep(1)


def read_memory() -> Memory:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Memory(read_heap(), sys.getallocatedblocks(), pages * os.sysconf("SC_PAGE_SIZE"))


def read_heap() -> int:
    """Return the bytes of the heap that are in use, without those of SQLite; 0 where the C library cannot say."""
    read = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if read is None:
        return 0
    read.restype = HeapInfo
    info = read()
    return int(info.uordblks + info.hblkhd) - _read_sqlite()


def _read_sqlite() -> int:
    """Return the bytes that SQLite has: its cache fills for half an hour, and its settings bound it."""
    with suppress(OSError, AttributeError):  # another name, or a part of Python
        read = ctypes.CDLL("libsqlite3.so.0").sqlite3_memory_used
        read.restype = ctypes.c_int64
        return int(read())
    return 0


def read_figure(log: Path, memory: Memory) -> Figure:
    opened = list_open()
    connections = sum(name.startswith("socket:") for name in opened)
    size = log.stat().st_size if log.exists() else 0
    return Figure(time.monotonic(), *memory, len(opened) - connections, connections, len(asyncio.all_tasks()), size)


def list_open() -> list[str]:
    """Return what each open file of this process is: a path, or a word such as ``socket:[4711]``."""
    opened = []
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # the listing itself had it open
            opened.append(os.readlink(f"/proc/self/fd/{number}"))
    return opened


async def act_at_desks(app: App) -> None:
    """Cancel or move a visit now and then, as a registrar would."""
    desk = RegistryDesk(app.store.database, app.store.cipher, app.store.index, app.clock)
    rng = Random(1)

    async def find(sql: str, **values: int) -> list[Row]:
        now = int(app.clock.now().timestamp())
        return await app.store.database.read(lambda connection: connection.fetch(sql, {"now": now, **values}))

    while True:
        await asyncio.sleep(DESK_ACTS_EVERY)
        for visit, clinic, doctor in await find(VISIT):
            free = await find(FREE, doctor=doctor)
            with suppress(ClinicError):  # a parent was faster
                if free and rng.random() < 0.7:
                    await desk.move_visit(ClinicRef(str(clinic)), visit, SlotRef(str(free[0]["id"])))
                else:
                    await desk.cancel_visit(ClinicRef(str(clinic)), visit, ClinicReason.DOCTOR_ILL)


# --- the judgement ----------------------------------------------------------------------------------------------------


class Growth(NamedTuple):
    """Of a line through the second half: its growth in an hour as a part of its mean, and how far it rises in all."""

    part: float
    rise: float


def growth(rests: Sequence[Figure], name: str) -> Growth:
    """Return the growth of a figure over the second half of the rests."""
    half = rests[len(rests) // 2 :]
    xs, ys = [rest.at for rest in half], [float(getattr(rest, name)) for rest in half]
    middle, mean = fmean(xs), fmean(ys)
    slope = sum((x - middle) * (y - mean) for x, y in zip(xs, ys, strict=True)) / sum((x - middle) ** 2 for x in xs)
    return Growth(slope * 3600 / mean if mean else 0.0, slope * (xs[-1] - xs[0]))


def growths(rests: Sequence[Figure]) -> dict[str, Growth]:
    return {name: growth(rests, name) for name in ("heap", "blocks", "files", "tasks", "resident", "log")}


def find_leaks(soaked: Soaked, seconds: float) -> list[str]:
    """Return a line for each figure that grows, or that has not come back to what it was before."""
    # What is opened at its first use, such as the connection of a job, is open after the first shift.
    before = soaked.rests[0] if seconds >= LONG_ENOUGH else soaked.before
    found = find_busy(before, soaked.rests[-1], seconds)
    if soaked.largest_log > MOST_LOG:
        found.append(f"the log had {soaked.largest_log} bytes")
    if seconds >= LONG_ENOUGH:
        found += [
            f"{name} grows by {grown.part:.1%} an hour"
            for name, grown in growths(soaked.rests).items()
            if grown.part > (MOST_OF_MARKS if name in MARKS else MOST_GROWTH)
            and (name not in SPARE or grown.rise > MOST_RISE)
        ]
    return found


def find_busy(before: Figure, after: Figure, seconds: float) -> list[str]:
    """Return a line for each count that has not come back to what it was before a run of so many seconds."""
    kept = {"connections": 0 if seconds >= LONG_ENOUGH else KEPT_OPEN}
    return [
        f"{name} at rest: {getattr(before, name)} before, {getattr(after, name)} after"
        for name, spare in SPARE.items()
        if getattr(after, name) > getattr(before, name) + spare + kept.get(name, 0)
    ]


# --- the run ----------------------------------------------------------------------------------------------------------


class Soaked(NamedTuple):
    """The figures before the work and at rest after each shift, and how many visits were confirmed."""

    before: Figure
    rests: list[Figure]
    largest_log: int
    """bytes, at any moment"""
    visits: int


async def soak(folder: Path, seconds: float, people: int, seed: int) -> Soaked:
    children, figures = make_children(people), folder / FIGURES
    shifts = SHIFTS if seconds >= LONG_ENOUGH else 1
    async with world(folder, children, seed) as run:
        parents = [Parent(run.client, FIRST_PARENT + at, child, seed, PATIENCE) for at, child in enumerate(children)]
        run.bot.start_with(run_bot_soaked, figures)
        await run.bot.until_started()
        await asyncio.sleep(SETTLES_FOR)
        rests = [read_figures(figures)[-1]]
        for _shift in range(shifts):
            for fault in FAULTS:
                await run.client.fault(times=None, seed=seed, **fault)
            await work(run, parents, seconds / shifts - (RESTS_FOR if shifts > 1 else 0))
            await run.client.clear_faults()
            rests.append(await rest(figures, rests[0], seconds))
        run.bot.stop()
        largest = max(each.log for each in read_figures(figures))
        return Soaked(rests[0], rests[1:], largest, count_visits(await calls_of(run)))


async def work(run: Run, parents: Sequence[Parent], seconds: float) -> None:
    tasks, done = Tasks(), asyncio.Event()
    living = [tasks.start(parent.live(done)) for parent in parents]
    await move_clock(run, seconds)
    done.set()
    await asyncio.gather(*living)


async def rest(figures: Path, before: Figure, seconds: float) -> Figure:
    """Wait until nothing is at work, and return the figures of then."""
    deadline = time.monotonic() + RESTS_WITHIN
    await asyncio.sleep(RESTS_FOR if seconds >= LONG_ENOUGH else 0)
    while time.monotonic() < deadline:
        await asyncio.sleep(1)
        if not find_busy(before, read_figures(figures)[-1], seconds):
            break
    await asyncio.sleep(MEMORY_EVERY + 1 if seconds >= LONG_ENOUGH else 0)  # the memory is looked at once more
    return read_figures(figures)[-1]


async def move_clock(run: Run, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await asyncio.sleep(1)
        await run.client.set_clock(await run.client.clock() + CLOCK_RUNS)


def read_figures(file: Path) -> list[Figure]:
    return [Figure(*json.loads(line)) for line in file.read_text().splitlines()]


def main() -> int:
    options = argparse.ArgumentParser(description="Let parents and clinics work, and look for what grows.")
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--people", type=int, default=8)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="a folder for the figures, the database and the bot's log")
    arguments = options.parse_args()
    with TemporaryDirectory(prefix="soak-") as folder:
        place = arguments.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        soaked = asyncio.run(soak(place, arguments.seconds, arguments.people, arguments.seed))
    found = find_leaks(soaked, arguments.seconds)
    for line in found:
        print(line)
    if arguments.seconds < LONG_ENOUGH:
        last = soaked.rests[-1]
        told = f"files={last.files} connections={last.connections} tasks={last.tasks} log={soaked.largest_log}"
    else:
        told = " ".join(f"{name}={grown.part:+.1%}/h" for name, grown in growths(soaked.rests).items())
    print(f"soak seconds={arguments.seconds:.0f} visits={soaked.visits} {told}")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
