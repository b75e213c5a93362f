"""Run a long stress run: ``python -m tests.stress race|faults|fuzz [SEED]``; a seed repeats a run."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path
from random import Random

from structlog.testing import capture_logs

from bot.delivery import outbox
from bot.telegram import pace
from tests.chat import town
from tests.stress import chat_faults, faults, fuzz, race, service_town

OPERATIONS = UPDATES = 100_000


def run_race(seed: int) -> bool:
    result = race.run(seed, OPERATIONS)
    print(*result.violations[:20], result, sep="\n")
    return not result.violations


def run_fuzz(seed: int) -> bool:
    result = fuzz.run(seed, UPDATES)
    print(*result.report().splitlines()[1:], result, sep="\n")
    return result.clean


def run_faults(seed: int) -> bool:
    """Fail each statement and each call once; the seed is not used."""
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        result = asyncio.run(_fail_everything(Path(folder)))
    print(*result.report().splitlines()[1:], result, sep="\n")
    return result.clean


async def _fail_everything(folder: Path) -> faults.Result:
    services = await service_town.make_template(folder)
    total = await faults.fail_services(services, folder, faults.every)
    total.add(await faults.rerun_services(services, folder))
    template = await town.make_template(folder)
    total.add(await chat_faults.rerun(template, folder))
    statements, calls = await chat_faults.count(template, folder)
    total.add(await chat_faults.fail_statements(template, folder, faults.every(statements)))
    sites = [(at, kind) for at in faults.every(calls) for kind in chat_faults.KINDS]
    total.add(await chat_faults.fail_calls(template, folder, sites))
    return total


RUNS = {"race": run_race, "faults": run_faults, "fuzz": run_fuzz}


def main(name: str, seed: str = "") -> int:
    logging.disable(logging.ERROR)  # refusals of the emulator are counted
    outbox.CHAT_GAP, pace.FASTEST = 0, 1000.0
    pace.RETRIES = (0.01, 0.02)
    drawn = int(seed) if seed else Random().randrange(1_000_000)
    print(f"seed={drawn}", flush=True)
    return 0 if RUNS[name](drawn) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
