"""What a figure is, how its line reads, and how two ways of doing one thing are compared."""

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
    rows: int = 5_000_000
    build_within: float = 40.0
    """seconds for filling one table: where that is not enough, it stays smaller and the line says so"""


class Compared(NamedTuple):
    ratio: float
    samples: int


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` is None where a figure is only told; ``floor`` is what 1 would mean."""

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
    """A figure that this machine cannot give, and why."""

    name: str
    reason: str

    is_over = False

    def __str__(self) -> str:
        return f"bench {self.name} skipped={self.reason}"


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: where it may write, how much it may do, and what several figures share."""

    folder: Path
    effort: Effort
    shared: dict[str, Any] = field(default_factory=dict)

    async def once(self, name: str, make: Callable[[], Awaitable[Any]]) -> Any:
        if name not in self.shared:
            self.shared[name] = await make()
        return self.shared[name]


Measure = Callable[[Bench, str], Awaitable[Figure | Skipped]]
"""Takes the name it was called by."""

Sample = Callable[[], Awaitable[float]]
"""Does the thing once and says what it cost, in whatever unit the other side uses too."""


async def interleaved(ours: Sample, floor: Sample, effort: Effort, warm_up: int = 10) -> Compared:
    """The median round's ratio of medians; the two alternate, so that whatever else the machine does hits both."""
    for _ in range(warm_up):
        await ours()
        await floor()
    ratios = []
    for _ in range(effort.rounds):
        pairs = [(await ours(), await floor()) for _ in range(effort.samples)]
        ratios.append(median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs))
    return Compared(median(ratios), effort.rounds * effort.samples)


def in_turns(ours: Callable[[], float], floor: Callable[[], float], effort: Effort, warm_up: int = 10) -> Compared:
    """``interleaved`` for what never waits."""
    for _ in range(warm_up):
        ours()
        floor()
    ratios = []
    for _ in range(effort.rounds):
        pairs = [(ours(), floor()) for _ in range(effort.samples)]
        ratios.append(median(pair[0] for pair in pairs) / median(pair[1] for pair in pairs))
    return Compared(median(ratios), effort.rounds * effort.samples)


def cpu(do: Callable[[], Awaitable[object]]) -> Sample:
    """Nanoseconds of processor time of the whole process, the database's threads included."""

    async def sample() -> float:
        start = time.process_time_ns()
        await do()
        return time.process_time_ns() - start

    return sample
