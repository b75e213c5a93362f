"""Rules of takeovers: when the question is repeated, and how many wrong codes another account may type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.timing import MOSCOW, after_quiet_hours

ASK_EVERY = timedelta(days=1)

GUESSES = 5
GUESSES_COUNT_FOR = timedelta(days=7)
"""Wrong codes of the old account that all new accounts together may type within this time from the first one."""


def question_times(asked_at: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Return when to ask, and when each question expires: the next one takes its place.

    The first question is asked at once, the others outside quiet hours.
    """
    count = (until - asked_at) // ASK_EVERY
    repeats = [after_quiet_hours(asked_at + ASK_EVERY * turn, MOSCOW) for turn in range(1, count)]
    times = [asked_at, *(time for time in repeats if time < until)]
    return list(zip(times, [*times[1:], until], strict=True))
