"""A circuit breaker: a clinic system that is silent is not asked for a while, so that nobody waits for it in vain.

After ``MOST_FAILURES`` in a row every call fails at once. When the pause is over, one call is let through: its success
ends the silence, its failure begins a longer pause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from bot.clinics.port import ClinicError, Refused, Unavailable
from bot.core import limits
from bot.core.clock import Clock

MOST_FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(seconds=20)
LONG_WAIT = 0.4
"""the part of a tap's time after which a call that is given up has failed"""

log = structlog.get_logger(__name__)


class Breaker:
    """The breaker of one system. A refusal is an answer; an error, no answer in time and a long wait are failures."""

    def __init__(self, system: str, clock: Clock) -> None:
        self._system, self._clock = system, clock
        self._failures = 0
        self._pause = FIRST_PAUSE
        self._closed_until = clock.now()
        self._is_trying = False

    @property
    def is_silent(self) -> bool:
        return self._failures >= MOST_FAILURES

    def admits(self) -> bool:
        """Return whether the system may be asked now; while it is silent, one call after each pause."""
        if not self.is_silent:
            return True
        # A clock that was moved back does not make a pause longer.
        left = self._closed_until - self._clock.now()
        if self._is_trying or timedelta() < left <= self._pause:
            return False
        self._is_trying = True
        return True

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Learn from the call inside, which ``admits`` has allowed."""
        time = asyncio.get_running_loop().time
        since = time()
        try:
            yield
        except Refused:
            self._succeed()
            raise
        except ClinicError as error:
            self._fail(error.retry_after if isinstance(error, Unavailable) else None)
            raise
        except asyncio.CancelledError:
            if time() - since >= limits.TAP_TIMEOUT * LONG_WAIT:
                self._fail(None)
            self._is_trying = False
            raise
        else:
            self._succeed()

    def _succeed(self) -> None:
        if self.is_silent:
            log.warning("a clinic system answers again", system=self._system)
        self._failures, self._pause, self._is_trying = 0, FIRST_PAUSE, False

    def _fail(self, retry_after: timedelta | None) -> None:
        was_silent = self.is_silent
        self._failures += 1
        if not self.is_silent:
            return
        if not was_silent:
            log.error("a clinic system is silent", system=self._system)
        elif self._is_trying:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        self._pause = max(self._pause, min(retry_after or FIRST_PAUSE, LONGEST_PAUSE))
        self._closed_until = self._clock.now() + self._pause
        self._is_trying = False
