"""The clock of this Telegram: real time plus an offset, or a moment at which it stands still."""

import time
from collections.abc import Callable
from typing import Any

from bot.emulator.signals import Signal

# The emulator keeps the clock that everything else follows; this is the one place where it asks the machine.
real_now: Callable[[], float] = time.time  # noqa: TID251


class Clock:
    """Everybody who follows the clock hears of every change at once."""

    def __init__(self, now: Callable[[], float] = real_now) -> None:
        self._base = now
        self.offset = 0.0
        self._stopped_at: float | None = None
        self.changed = Signal()

    def now(self) -> float:
        return self._base() + self.offset if self._stopped_at is None else self._stopped_at

    @property
    def stopped(self) -> bool:
        return self._stopped_at is not None

    def advance(self, seconds: float) -> None:
        self.set(self.now() + seconds)

    def set(self, moment: float) -> None:
        self.offset = moment - self._base()
        if self._stopped_at is not None:
            self._stopped_at = moment
        self.changed.notify()

    def stop(self, moment: float | None = None) -> None:
        self._stopped_at = self.now() if moment is None else moment
        self.offset = self._stopped_at - self._base()
        self.changed.notify()

    def resume(self) -> None:
        """Run on from the moment at which the clock stood."""
        moment, self._stopped_at = self.now(), None
        self.set(moment)

    def as_json(self) -> dict[str, Any]:
        return {
            "now": self.now(),
            "offset": self.offset,
            "stopped": self.stopped,
            "revision": self.changed.revision,
        }
