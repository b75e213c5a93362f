"""The occasions of a patient's calendar: birthdays, the end of the policy, the question whether all is right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.ages import is_child
from bot.core.timing import local_day

PASSPORT_AGE, CONSENT_AGE = 14, 15
"""From the first age a patient has a passport; from the second the patient consents to treatment."""

BIRTHDAY_IS_NEWS_FOR = timedelta(days=60)
WARN_BEFORE_END = timedelta(days=30)
ASK_AFTER = timedelta(days=182)
KEEP_CLOSED = timedelta(days=30)
"""from the closing of an adult patient's card to its erasure: time to export the data"""

CONFIRMED, ASKED = "confirmed", "asked"
"""Recorded matters: the card was confirmed; the parent was asked whether it is still right."""


class Occasion(StrEnum):
    """A reason for a notice; its recorded matter begins with the value."""

    PASSPORT = "passport"
    CONSENT = "consent"
    ENDS = "ends"
    CONFIRM = ASKED


BIRTHDAYS = {Occasion.PASSPORT: PASSPORT_AGE, Occasion.CONSENT: CONSENT_AGE}


def occasions(
    birth_date: date, valid_until: date | None, recorded: Mapping[str, datetime], now: datetime, zone: ZoneInfo
) -> list[Occasion]:
    """Return the occasions that are due and not ``recorded``; «Всё верно?» waits for a day without another occasion.

    ``recorded`` has the matters of earlier notices with their moments.
    """
    today = local_day(now, zone)
    due = [each for each, age in BIRTHDAYS.items() if _has_just_turned(birth_date, age, today)]
    if valid_until is not None and today <= valid_until <= today + WARN_BEFORE_END:
        due.append(Occasion.ENDS)
    unsent = [each for each in due if matter_of(each, valid_until) not in recorded]
    return unsent or ([Occasion.CONFIRM] if _is_half_a_year_old(recorded, now) else [])


def matter_of(occasion: Occasion, valid_until: date | None) -> str:
    """Return the matter under which a notice is recorded: another last day of the policy is another matter."""
    return f"{occasion}:{valid_until}" if occasion is Occasion.ENDS else occasion.value


def birthday(birth_date: date, age: int) -> date:
    """Return the day on which that age is reached; 29 February becomes 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def erased_on(closed_at: datetime) -> datetime:
    return closed_at + KEEP_CLOSED


def has_grown_up(birth_date: date, now: datetime, zone: ZoneInfo) -> bool:
    return not is_child(birth_date, local_day(now, zone))


def _has_just_turned(birth_date: date, age: int, today: date) -> bool:
    day = birthday(birth_date, age)
    return day <= today < day + BIRTHDAY_IS_NEWS_FOR


def _is_half_a_year_old(recorded: Mapping[str, datetime], now: datetime) -> bool:
    """Return whether the last confirmation, or the last question about it, was half a year ago."""
    last = max((recorded[each] for each in (CONFIRMED, ASKED) if each in recorded), default=None)
    return last is not None and now >= last + ASK_AFTER
