"""What tests build their small worlds of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""23 November 2026, noon in Moscow: when the clock of a test stands still."""


class StoppedClock:
    """Implements ports.Clock: stands still until a test moves it, real time with it."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def wall(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        self._moment += by
