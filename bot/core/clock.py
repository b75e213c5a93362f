"""The clock that the product reads."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """``now`` is the product's time and can be moved in the demo; ``wall`` is real time, for leases and time limits."""

    def now(self) -> datetime: ...
    def wall(self) -> datetime: ...
