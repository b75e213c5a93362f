"""Figures, their output lines, and the comparison of two ways of doing one thing."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple


class Effort(NamedTuple):
    """How much is measured: ``rounds`` of ``samples`` pairs, over tables of ``rows``."""

    rounds: int = 9
    samples: int = 40
    starts: int = 7
    bookings: int = 1280
    photos: int = 240
    rows: int = 5_000_000
    build_within: float = 40.0
    """most seconds to fill one table; a table that takes longer stays smaller, and the line shows its size"""


class Compared(NamedTuple):
    ratio: float
    samples: int


@dataclass(frozen=True, slots=True)
class Figure:
    """``floor`` names what a ratio of 1 means; ``limit`` is None if the figure has none."""

    name: str
    ratio: float
    limit: float | None
    floor: str
    samples: int
    decimals: int = 2

    @property
    def is_over(self) -> bool:
        return self.limit is not None and round(self.ratio, self.decimals) > self.limit

    def __str__(self) -> str:
        limit = "-" if self.limit is None else f"{self.limit:g}"
        line = f"bench {self.name} ratio={self.ratio:.{self.decimals}f} limit={limit} floor={self.floor}"
        return f"{line} samples={self.samples}{' over' if self.is_over else ''}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A figure that cannot be measured on this machine, with the reason."""

    name: str
    reason: str

    is_over = False

    def __str__(self) -> str:
        return f"bench {self.name} skipped={self.reason}"


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: its folder, its effort, and data that several figures share."""

    folder: Path
    effort: Effort
    shared: dict[str, Any] = field(default_factory=dict)

    async def once(self, name: str, make: Callable[[], Awaitable[Any]]) -> Any:
        if name not in self.shared:
            self.shared[name] = await make()
        return self.shared[name]


Measure = Callable[[Bench, str], Awaitable[Figure | Skipped]]
"""Measures the figure of this name."""

Sample = Callable[[], Awaitable[float]]
"""Does the thing once and returns its cost, in the same unit as the other side."""


async def interleaved(ours: Sample, floor: Sample, effort: Effort, warm_up: int = 10) -> Compared:
    """Return the median over rounds of the ratio of medians; samples alternate, so that other load affects both."""
    for _ in range(warm_up):
        await ours()
        await floor()
    ratios = []
    for _ in range(effort.rounds):
        pairs = [(await ours(), await floor()) for _ in range(effort.samples)]
        ratios.append(median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs))
    return Compared(median(ratios), effort.rounds * effort.samples)


def in_turns(ours: Callable[[], float], floor: Callable[[], float], effort: Effort, warm_up: int = 10) -> Compared:
    """Do the same as ``interleaved`` with functions that do not await."""
    for _ in range(warm_up):
        ours()
        floor()
    ratios = []
    for _ in range(effort.rounds):
        pairs = [(ours(), floor()) for _ in range(effort.samples)]
        ratios.append(median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs))
    return Compared(median(ratios), effort.rounds * effort.samples)


def cpu(do: Callable[[], Awaitable[object]]) -> Sample:
    """Return a sample of the processor time of the whole process in nanoseconds, threads included."""

    async def sample() -> float:
        start = time.process_time_ns()
        await do()
        return time.process_time_ns() - start

    return sample
