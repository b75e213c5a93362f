"""Rules of the access code: its form, when it is needed, and the pauses after wrong tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from bot.account.problems import CodeProblem
from bot.core.errors import InvalidInput
from bot.core.people import Lock

SHORTEST, LONGEST = 4, 6

UNLOCKED_FOR = timedelta(minutes=15)
MAY_CHANGE_FOR = timedelta(minutes=5)
"""How long after the current code was typed it may be changed."""

PROPOSED_FOR = timedelta(minutes=10)
"""A new code must be typed for the second time within this time."""

DROPS_AFTER = timedelta(hours=24)
"""A forgotten code stays in force this long, so that its real owner can object."""

TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(days=1)

_YEARS = range(1900, 2100)


def parse_code(text: str) -> str:
    """Return four to six digits; spaces are ignored. Raises InvalidInput."""
    code = "".join(text.split())
    if not (code.isascii() and code.isdigit() and SHORTEST <= len(code) <= LONGEST):
        raise InvalidInput(CodeProblem.FORM, shortest=SHORTEST, longest=LONGEST)
    return code


def is_weak(code: str) -> bool:
    """Whether a code is one digit repeated, digits in a row, or a year."""
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    return steps in ({0}, {1}, {-1}) or (len(code) == SHORTEST and int(code) in _YEARS)


def is_in_force(lock: Lock | None, now: datetime) -> bool:
    return lock is not None and (lock.drops_at is None or now < lock.drops_at)


def is_locked(lock: Lock | None, now: datetime) -> bool:
    """Whether the code must be typed before personal data are shown."""
    if lock is None or not is_in_force(lock, now):
        return False
    return lock.open_until is None or lock.open_until <= now


def is_paused(lock: Lock | None, now: datetime) -> bool:
    return lock is not None and lock.paused_until is not None and now < lock.paused_until


def may_change_code(lock: Lock | None, now: datetime) -> bool:
    """Whether no code is in force, or the current one was typed within MAY_CHANGE_FOR."""
    if lock is None or not is_in_force(lock, now):
        return True
    return lock.open_until is not None and now + UNLOCKED_FOR - MAY_CHANGE_FOR <= lock.open_until


def pause_after(wrong_tries: int) -> timedelta | None:
    """Return the pause after this many wrong codes in a row: one after every TRIES, each twice as long as the last."""
    rounds, rest = divmod(wrong_tries, TRIES)
    if rest or not rounds:
        return None
    doublings = min(rounds - 1, (LONGEST_PAUSE // FIRST_PAUSE).bit_length())
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def paused_until(wrong_tries: int, now: datetime) -> datetime | None:
    """Return the end of the pause, or None if there is none.

    It is rounded up to a whole minute: messages show minutes, and a code typed at the minute shown must be accepted.
    """
    pause = pause_after(wrong_tries)
    if pause is None:
        return None
    until, minute = now + pause, timedelta(minutes=1)
    return until + (minute - timedelta(seconds=until.second, microseconds=until.microsecond)) % minute


def tries_left(wrong_tries: int) -> int:
    """How many more wrong codes cause the next pause."""
    return TRIES - wrong_tries % TRIES
