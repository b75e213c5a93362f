"""The clock port: the product reads the time from it and from nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """``now`` is the product's time, which the demo can move; ``wall`` is real time, for leases and timeouts."""

    def now(self) -> datetime: ...
    def wall(self) -> datetime: ...
