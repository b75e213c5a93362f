"""The race: many people at once over one small clinic, every meeting of theirs repeatable by its seed."""

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
from tests.stress.invariants import broken
from tests.stress.operations import WEIGHTS, Life
from tests.stress.service_town import make_template, town_over

TASKS = 64
DAYS = 60
FAMILIES = 14
SLOWEST = 40
"""turns of the loop that the clinic's answer may take"""
AT_ONCE = 512
LOOKS = 50
"""Everything is looked at after so many deeds, and in a long race only so many times."""


@dataclass(slots=True)
class Result:
    seed: int
    deeds: int = 0
    visits: int = 0
    letters: int = 0
    broken: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        counts = f"deeds={self.deeds} visits={self.visits} letters={self.letters} broken={len(self.broken)}"
        return f"race seed={self.seed} {counts}"


async def race(folder: Path, seed: int, deeds: int) -> Result:
    """So many random deeds by 64 tasks; stops at the first look that finds a truth broken."""
    die = Random(seed)
    path = folder / "race.sqlite3"
    shutil.copy(await make_template(folder, DAYS), path)
    result = Result(seed)
    async with inline_database(path, die) as database, town_over(database, FAMILIES) as town:
        life = Life(town, DAYS)
        town.registry.slow_down(die, SLOWEST)
        while result.deeds < deeds and not result.broken:
            result.deeds += await _storm(life, die, min(max(AT_ONCE, deeds // LOOKS), deeds - result.deeds), result)
            result.broken += await broken(town.asked, at_rest=False)
            await town.come_to_rest()
            result.broken += await broken(town.asked, at_rest=True)
            await town.open_again()
        result.visits = len(await town.rows("SELECT id FROM appointments"))
        result.letters, result.done = len(town.mailbox.letters), life.done
    return result


async def _storm(life: Life, die: Random, deeds: int, result: Result) -> int:
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    each = max(1, deeds // TASKS)

    async def somebody(own: Random) -> None:
        for _deed in range(each):
            name = own.choices(names, weights)[0]
            # Small numbers are commoner: most people want the nearest times.
            numbers = [int(own.random() ** 2 * 240) for _number in range(3)]
            try:
                await life.do(name, *numbers)
            except Exception as error:
                result.broken.append(f"{name} {numbers}: {error!r}")
                raise

    people = [somebody(Random(die.random())) for _task in range(TASKS)]
    outcomes = await asyncio.gather(*people, return_exceptions=True)
    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    if errors:
        raise ExceptionGroup(f"seed {result.seed}", errors)
    await life.town.tasks.drain(10)
    return each * TASKS


def run(seed: int, deeds: int) -> Result:
    with tempfile.TemporaryDirectory() as folder, capture_logs() as lines:
        result = asyncio.run(race(Path(folder), seed, deeds))
    result.broken += [str(line) for line in lines if unexpected(line)]
    return result


def unexpected(line: Any) -> bool:
    """Nobody's mistake may be swept into the log: killed work is the only trouble there is here."""
    return line["log_level"] == "error"
