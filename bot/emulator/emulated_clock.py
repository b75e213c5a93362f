"""The clock of this Telegram: real time plus an offset, or stopped at a moment."""

import time
from collections.abc import Callable
from typing import Any

from bot.emulator.changes import ChangeSignal

# In a demo everything follows the emulator's clock; only here does the emulator read the machine's clock.
real_now: Callable[[], float] = time.time  # noqa: TID251


class EmulatedClock:
    """A clock that can be moved and stopped; `changed` signals every change."""

    def __init__(self, now: Callable[[], float] = real_now) -> None:
        self._base = now
        self.offset = 0.0
        self._stopped_at: float | None = None
        self.changed = ChangeSignal()

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
        """Run on from the moment at which the clock was stopped."""
        moment, self._stopped_at = self.now(), None
        self.set(moment)

    def run_real(self) -> None:
        """Run with the real time again."""
        self._stopped_at = None
        self.set(self._base())

    def as_json(self) -> dict[str, Any]:
        return {"now": self.now(), "offset": self.offset, "stopped": self.stopped, "revision": self.changed.revision}
