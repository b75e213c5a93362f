"""Run random operations of many people at once over one small clinic; a seed repeats a run exactly."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from structlog.testing import capture_logs

from tests.stress.inline_database import inline_database
from tests.stress.invariants import find_violations
from tests.stress.operations import WEIGHTS, Operations
from tests.stress.service_town import make_template, open_service_town
from tests.time_limits import BUSY

TASKS = 64
DAYS = 60
FAMILIES = 14
SLOWEST = 40
"""turns of the event loop that an answer of the clinic may take"""
BATCH = 512
CHECKS = 50
"""The invariants are checked after ``BATCH`` operations, but at most so many times in a run."""


@dataclass(slots=True)
class Result:
    seed: int
    operations: int = 0
    visits: int = 0
    messages: int = 0
    violations: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        counts = f"operations={self.operations} visits={self.visits} messages={self.messages}"
        return f"race seed={self.seed} {counts} violations={len(self.violations)}"


async def race(folder: Path, seed: int, count: int) -> Result:
    """Run ``count`` random operations in 64 tasks; stop at the first check that finds a violation."""
    rng = Random(seed)
    path = folder / "race.sqlite3"
    shutil.copy(await make_template(folder, DAYS), path)
    result = Result(seed)
    async with inline_database(path, rng) as database, open_service_town(database, FAMILIES) as town:
        operations = Operations(town, DAYS)
        town.registry.slow_down(rng, SLOWEST)
        while result.operations < count and not result.violations:
            result.operations += await _run_batch(
                operations, rng, min(max(BATCH, count // CHECKS), count - result.operations), result
            )
            result.violations += await find_violations(town.sources, at_rest=False)
            await town.come_to_rest()
            result.violations += await find_violations(town.sources, at_rest=True)
            await town.free_blocked_slots()
        result.visits = len(await town.rows("SELECT id FROM appointments"))
        result.messages, result.done = len(town.mailbox.messages), operations.done
    return result


async def _run_batch(operations: Operations, rng: Random, count: int, result: Result) -> int:
    """Return how many operations were run."""
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    each = max(1, count // TASKS)

    async def person(own: Random) -> None:
        for _operation in range(each):
            name = own.choices(names, weights)[0]
            # Small numbers are drawn more often: most people want the nearest times.
            numbers = [int(own.random() ** 2 * 240) for _number in range(3)]
            try:
                await operations.do(name, *numbers)
            except Exception as error:
                result.violations.append(f"{name} {numbers}: {error!r}")
                raise

    people = [person(Random(rng.random())) for _task in range(TASKS)]
    outcomes = await asyncio.gather(*people, return_exceptions=True)
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if errors:
        raise ExceptionGroup(f"seed {result.seed}", errors)
    await operations.town.tasks.drain(BUSY)
    return each * TASKS


def run(seed: int, count: int) -> Result:
    with tempfile.TemporaryDirectory() as folder, capture_logs() as lines:
        result = asyncio.run(race(Path(folder), seed, count))
    result.violations += [str(line) for line in lines if unexpected(line)]
    return result


def unexpected(line: Any) -> bool:
    """Return whether a log line is an error: killed tasks log none, so any error is a fault of the bot."""
    return line["log_level"] == "error"
