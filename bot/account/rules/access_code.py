"""Rules of the access code: its form, when it is needed, and the pauses after wrong tries."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from bot.account.problems import CodeProblem
from bot.core.errors import InvalidInput
from bot.core.people import Lock

SHORTEST, LONGEST = 4, 6
"""Codes that were set when they could be shorter keep working."""
NEW_LENGTH = 6

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
    """Return four to six digits, as a code in force may have; spaces are ignored. Raises InvalidInput."""
    code = "".join(text.split())
    if not (_is_digits(code) and SHORTEST <= len(code) <= LONGEST):
        raise InvalidInput(CodeProblem.FORM, shortest=SHORTEST, longest=LONGEST)
    return code


def parse_new_code(text: str) -> str:
    """Return the six digits of a new code; spaces are ignored. Raises InvalidInput, also for a trivial code."""
    code = "".join(text.split())
    if not (_is_digits(code) and len(code) == NEW_LENGTH):
        raise InvalidInput(CodeProblem.NEW_FORM, length=NEW_LENGTH)
    if is_trivial(code):
        raise InvalidInput(CodeProblem.TRIVIAL)
    return code


def is_trivial(code: str) -> bool:
    """Whether six digits are what is tried first: digits in a row, a repeated group, doubled digits, or a date."""
    steps = {int(after) - int(before) for before, after in pairwise(code)}
    is_row = steps in ({1}, {-1})
    is_repeated = code[:2] * 3 == code or code[:3] * 2 == code
    is_doubled = code[::2] == code[1::2] or code[:3] == code[:2:-1]
    return is_row or is_repeated or is_doubled or _is_date(code)


def _is_date(code: str) -> bool:
    """Whether digits are day, month and year («170519»), or a month and a year («052019», «201905»)."""
    first, second = int(code[:2]), int(code[2:4])
    is_month_of_year = (1 <= first <= 12 and int(code[2:]) in _YEARS) or (
        int(code[:4]) in _YEARS and 1 <= int(code[4:]) <= 12
    )
    return is_month_of_year or (1 <= first <= 31 and 1 <= second <= 12)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


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
