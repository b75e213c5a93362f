"""Book with many tasks at once and one after another; runs in a process of its own with a slow disk."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from statistics import median

from bot.glossary import Key
from tests.bench.many_children import ManyChildren, open_clinic

TASKS = 64
ROUNDS = 3
FEWER = 4
"""The floor makes a quarter of the bookings in a round, because each takes longer."""
DELAY = "DISK_DELAY_US"

Unit = Callable[[], Awaitable[object]]


async def main(kind: str, bookings: int, delay: str) -> None:
    logging.disable(logging.INFO)
    os.environ[DELAY] = "0"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        alone = max(bookings // FEWER, 1)
        async with open_clinic(Path(folder), ROUNDS * (bookings + alone)) as people:
            units = iter(await (_registry_bookings if kind == "single" else _service_bookings)(people))
            os.environ[DELAY] = delay
            ratios = [await _round(units, bookings, alone) for _ in range(ROUNDS)]
            os.environ[DELAY] = "0"
    print(json.dumps({"ratio": median(ratios), "samples": ROUNDS * bookings}))


async def _round(units: Iterator[Unit], bookings: int, alone: int) -> float:
    """Return the throughput one after another divided by the throughput of all tasks."""
    ours = await _rate(units, bookings, TASKS)
    return await _rate(units, alone, 1) / ours


async def _rate(units: Iterator[Unit], count: int, tasks: int) -> float:
    mine = [next(units) for _ in range(count)]
    start = time.perf_counter()
    await asyncio.gather(*(_each(mine[first::tasks]) for first in range(tasks)))
    return count / (time.perf_counter() - start)


async def _each(units: list[Unit]) -> None:
    for unit in units:
        await unit()


# --- what is booked ---------------------------------------------------------------------------------------------------


async def _registry_bookings(people: ManyChildren) -> list[Unit]:
    """Return bookings in the registry, each one unit of work."""
    return [
        lambda child=child: people.registry.book(Key(secrets.token_hex(16)), child.person, child.slot.ref)  # type: ignore[misc]  # a default binds the child
        for child in people.children
    ]


async def _service_bookings(people: ManyChildren) -> list[Unit]:
    """Return bookings through the service of «Записаться»: the pending visit, the clinic's booking, the outcome."""
    orders = [await people.order(child) for child in people.children]
    return [
        lambda account=account, order=order: people.app.services.booking.book(account, order, None)  # type: ignore[misc]  # defaults bind the order
        for account, order in orders
    ]


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), os.environ[DELAY]))
