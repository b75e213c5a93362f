"""The access code: which digits make one, when it is asked for, and how long a guesser has to wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from bot.account.problems import PinProblem
from bot.core.errors import InvalidInput
from bot.core.people import Lock

SHORTEST, LONGEST = 4, 6

OPEN_FOR = timedelta(minutes=15)
PROVED_FOR = timedelta(minutes=5)
"""So soon after the code was typed it may be changed."""

OFFERED_FOR = timedelta(minutes=10)
"""A new code is typed twice within so long."""

DROPS_AFTER = timedelta(hours=24)
"""A forgotten code is asked for so much longer: whoever has it may still object."""

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(days=1)

_YEARS = range(1900, 2100)


def parse_code(text: str) -> str:
    """Four to six digits. Raises InvalidInput."""
    code = "".join(text.split())
    if not (code.isascii() and code.isdigit() and SHORTEST <= len(code) <= LONGEST):
        raise InvalidInput(PinProblem.FORM, shortest=SHORTEST, longest=LONGEST)
    return code


def is_weak(code: str) -> bool:
    """What anybody would try first: one digit over and over, digits in a row, a year."""
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    return steps in ({0}, {1}, {-1}) or (len(code) == SHORTEST and int(code) in _YEARS)


def is_in_force(lock: Lock | None, now: datetime) -> bool:
    return lock is not None and (lock.drops_at is None or now < lock.drops_at)


def is_closed(lock: Lock | None, now: datetime) -> bool:
    """Whether the code must be typed before anything personal is shown."""
    if lock is None or not is_in_force(lock, now):
        return False
    return lock.open_until is None or lock.open_until <= now


def is_paused(lock: Lock | None, now: datetime) -> bool:
    return lock is not None and lock.paused_until is not None and now < lock.paused_until


def is_proved(lock: Lock | None, now: datetime) -> bool:
    """Whether the code may be changed: there is none yet, or it was typed a moment ago."""
    if lock is None or not is_in_force(lock, now):
        return True
    return lock.open_until is not None and now + OPEN_FOR - PROVED_FOR <= lock.open_until


def pause_after(tries: int) -> timedelta | None:
    """How long nothing is tried after so many wrong codes in a row: every five of them wait twice as long."""
    rounds, rest = divmod(tries, TRIES)
    if rest or not rounds:
        return None
    doublings = min(rounds - 1, (LONGEST_PAUSE // FIRST_PAUSE).bit_length())
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def paused_until(tries: int, now: datetime) -> datetime | None:
    """A whole minute, so that at the time that is told a code is really looked at."""
    pause = pause_after(tries)
    if pause is None:
        return None
    until, minute = now + pause, timedelta(minutes=1)
    return until + (minute - timedelta(seconds=until.second, microseconds=until.microsecond)) % minute


def tries_left(tries: int) -> int:
    """How many wrong codes there may still be before the next pause."""
    return TRIES - tries % TRIES
