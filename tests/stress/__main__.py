"""Run a long stress run: ``python -m tests.stress race|faults|fuzz|crawl [SEED]``; a seed repeats a run."""

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
from tests.chat.crawled_desk import by_code, right_answers
from tests.chat.large_town import HEAD, PARENT, claim_of_child, make_large_template
from tests.stress import chat_faults, faults, fuzz, race, service_town
from tests.stress.crawl import Crawl
from tests.stress.fuzz import REGISTRAR
from tests.stress.in_process import open_chat

OPERATIONS = UPDATES = 100_000
OF_A_KIND, MOST_PRESSES = 12, 30_000
"""of the crawl: how many alike buttons of a screen are pressed, and how many presses one person makes at most"""


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


def run_crawl(seed: int) -> bool:
    """Press every button of the large town and type at every prompt; the seed is not used."""
    with tempfile.TemporaryDirectory() as folder, capture_logs():
        wrong = asyncio.run(_crawl_large_town(Path(folder)))
    print(*wrong[:20], sep="\n")
    return not wrong


async def _crawl_large_town(folder: Path) -> list[str]:
    template, wrong = await make_large_template(folder), []
    at_desk = by_code(right_answers(claim_of_child(0).name.family))
    for person, answers in ((PARENT, {}), (REGISTRAR, at_desk), (HEAD, at_desk)):
        async with open_chat(template, folder) as opened:
            crawl = Crawl(opened, person, of_a_kind=OF_A_KIND, most_presses=MOST_PRESSES, answers=answers)
            await crawl.run()
            wrong += [*crawl.wrong, *opened.refusals()]
        print(f"crawl of={person} screens={len(crawl.screens)} presses={crawl.presses} words={crawl.words}", flush=True)
        print(
            *(f"  pages of {link.__name__}: {', '.join(sorted(places))}" for link, places in crawl.pages.items()),
            sep="\n",
        )
    return wrong


RUNS = {"crawl": run_crawl, "race": run_race, "faults": run_faults, "fuzz": run_fuzz}


def main(name: str, seed: str = "") -> int:
    logging.disable(logging.ERROR)  # refusals of the emulator are counted
    outbox.CHAT_GAP, pace.FASTEST = 0, 1000.0
    pace.RETRIES = (0.01, 0.02)
    drawn = int(seed) if seed else Random().randrange(1_000_000)
    print(f"seed={drawn}", flush=True)
    return 0 if RUNS[name](drawn) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
