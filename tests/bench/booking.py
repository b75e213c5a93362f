"""Durable bookings by 64 tasks against bookings one after another, on a disk with an fsync of 5 ms."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

from tests.bench.durable_bookings import DELAY
from tests.bench.figures import Bench, Figure, Measure, Skipped

SHIM = Path(__file__).with_name("slow_disk.c")
FSYNC_US = "5000"
LIMITS = {"booking_64": 0.0667, "booking_whole_64": None}


async def measure(bench: Bench, name: str) -> Figure | Skipped:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or sys.platform != "linux":
        return Skipped(name, "no_C_compiler" if compiler is None else "not_linux")
    shim = await bench.once("slow disk", lambda: _compile(compiler, bench.folder / "slow_disk.so"))
    kind, bookings = (
        ("single", bench.effort.bookings) if name == "booking_64" else ("whole", bench.effort.bookings // 4)
    )
    measured = await _run(
        {"LD_PRELOAD": str(shim), DELAY: FSYNC_US}, "-m", "tests.bench.durable_bookings", kind, str(bookings)
    )
    floor = "one_after_another_with_5_ms_fsync"
    return Figure(name, measured["ratio"], LIMITS[name], floor, int(measured["samples"]), decimals=4)


BOOKING: dict[str, Measure] = dict.fromkeys(LIMITS, measure)


async def _compile(compiler: str, shim: Path) -> Path:
    process = await asyncio.create_subprocess_exec(
        compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(SHIM), "-ldl"
    )
    assert await process.wait() == 0, "slow_disk.c does not compile"
    return shim


async def _run(environment: dict[str, str], *command: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=os.environ | environment, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, "the bookings failed"
    answer: dict[str, float] = json.loads(output.splitlines()[-1])
    return answer
