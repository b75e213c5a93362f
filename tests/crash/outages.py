"""Outages of minutes to hours on the moved clock: Telegram refuses or cuts, or the clinic is down or silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

from bot.clinics.port import ClinicSystem, Unavailable
from tests.chat.client import ChatClient
from tests.crash.verdict import next_due

TROUBLES: dict[str, dict[str, Any]] = {
    "Telegram refuses": {"kind": "502"},
    "Telegram asks to wait": {"kind": "429", "retry_after": 1},
    "Telegram cuts": {"kind": "cut_before"},
    "the clinic is down": {},
    "the clinic is silent": {},
}
OF_CLINIC = {"the clinic is down": "down", "the clinic is silent": "silent"}
LENGTHS = (3, 20, 90, 170)
"""minutes; an evening has four hours between the reminders and the quiet hours"""
LONGEST = timedelta(minutes=max(LENGTHS))
STEPS = 6
"""moves of the clock in one outage, each followed by some work"""
WORKS_FOR = 0.4
RECOVERS_WITHIN = 20.0
"""seconds after an outage in which what is due must have been sent"""


class TroubledSystem:
    """The embedded registry, which is down or silent while a file says so. A silent one does the work."""

    def __init__(self, registry: ClinicSystem, flag: Path) -> None:
        self.name, self._registry, self._flag = registry.name, registry, flag

    def __getattr__(self, method: str) -> Any:
        work = getattr(self._registry, method)

        async def called(*args: Any) -> Any:
            if self._trouble() == "down":
                raise Unavailable("down")
            result = await work(*args)
            if self._trouble() == "silent":
                await asyncio.Event().wait()
            return result

        return called

    def _trouble(self) -> str:
        try:
            return self._flag.read_text()
        except FileNotFoundError:
            return ""


class Run(Protocol):
    client: ChatClient
    database: Path
    rng: Random

    def keep_running(self) -> None: ...
    async def kill_once(self, *, can_start: bool = True) -> None: ...


def flag_beside(database: Path) -> Path:
    return database.with_name("clinic")


async def suffer(run: Run, faults: Sequence[dict[str, Any]], outages: int) -> None:
    """Let one outage after another come and go, some with a kill in the middle; ``faults`` are on between them."""
    for number in range(outages):
        trouble = list(TROUBLES)[number % len(TROUBLES)]
        minutes = run.rng.choice(LENGTHS)
        await _begin(run, trouble)
        for step in range(STEPS):
            run.keep_running()
            await asyncio.sleep(WORKS_FOR)
            await run.client.set_clock(await run.client.clock() + minutes * 60 / STEPS)
            if step == STEPS // 2 and run.rng.random() < 0.5:
                await run.kill_once(can_start=trouble in OF_CLINIC)
        await _end(run, faults)
        await _recover(run)


async def _begin(run: Run, trouble: str) -> None:
    if trouble in OF_CLINIC:
        flag_beside(run.database).write_text(OF_CLINIC[trouble])
    else:
        await run.client.clear_faults()
        await run.client.fault(times=None, **TROUBLES[trouble])


async def _end(run: Run, faults: Sequence[dict[str, Any]]) -> None:
    flag_beside(run.database).unlink(missing_ok=True)
    await run.client.clear_faults()
    for fault in faults:
        await run.client.fault(times=None, **fault)


async def _recover(run: Run) -> None:
    """Wait until nothing that is due is left, so that outages do not add up to a day."""
    deadline = time.monotonic() + RECOVERS_WITHIN
    while time.monotonic() < deadline:
        run.keep_running()
        await asyncio.sleep(WORKS_FOR)
        now, due = await run.client.clock(), next_due(run.database)
        if due is None or due > now:
            return
        await run.client.set_clock(now + 5)
