"""``python -m tests.bench [NAME ...]``: measure all figures or the named ones; print one line for each."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.bench.booking import BOOKING
from tests.bench.crowd import CROWD
from tests.bench.dispatch import DISPATCH
from tests.bench.figures import Bench, Effort, Figure, Measure, Skipped
from tests.bench.finding import FINDING
from tests.bench.imports import IMPORTS
from tests.bench.memory import MEMORY
from tests.bench.photos import PHOTOS
from tests.bench.reads import READS
from tests.bench.requests import REQUESTS
from tests.bench.start import START
from tests.bench.taps import TAPS

FIGURES: dict[str, Measure] = {
    **TAPS,
    **REQUESTS,
    **CROWD,
    **DISPATCH,
    **READS,
    **BOOKING,
    **START,
    **MEMORY,
    **PHOTOS,
    **FINDING,
    **IMPORTS,
}


async def run(names: Sequence[str], effort: Effort) -> AsyncIterator[Figure | Skipped]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(Path(folder), effort)
        for name in names or FIGURES:
            yield await FIGURES[name](bench, name)


async def main(names: Sequence[str]) -> None:
    logging.disable(logging.INFO)
    measured = []
    async for figure in run(names, Effort()):
        print(figure, flush=True)
        measured.append(figure)
    print(f"bench figures={len(measured)} over={sum(figure.is_over for figure in measured)}")


def parse(arguments: Sequence[str]) -> Sequence[str]:
    """Return the named figures; an empty list means all. Exits with code 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure speed, one line a figure.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    names: list[str] = parser.parse_args(arguments).names
    if unknown := sorted(set(names) - FIGURES.keys()):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(FIGURES)}")
    return names


if __name__ == "__main__":
    asyncio.run(main(parse(sys.argv[1:])))
