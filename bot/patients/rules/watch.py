"""What becomes due about a patient as time passes: birthdays that change the rules, a policy that ends, a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.ages import ADULT_AGE, age_on
from bot.core.timing import local_day

PASSPORT_AGE, CONSENT_AGE = 14, 15
"""From the first a patient has a passport; from the second he consents to treatment himself."""

BIRTHDAY_IS_NEWS_FOR = timedelta(days=60)
WARN_BEFORE_END = timedelta(days=30)
ASK_AFTER = timedelta(days=182)
KEEP_CLOSED = timedelta(days=30)
"""A grown-up's card is kept for so long after it was closed, so that what is in it can be taken along."""

CONFIRMED, ASKED = "confirmed", "asked"
"""Matters told: the card was found right, and the question whether it still is."""


class Occasion(StrEnum):
    """What there is to tell; the value begins its mark among the matters told."""

    PASSPORT = "passport"
    CONSENT = "consent"
    ENDS = "ends"
    CONFIRM = ASKED


BIRTHDAYS = {Occasion.PASSPORT: PASSPORT_AGE, Occasion.CONSENT: CONSENT_AGE}


def occasions(
    birth_date: date, valid_until: date | None, told: Mapping[str, datetime], now: datetime, zone: ZoneInfo
) -> list[Occasion]:
    """What is due and has not been told. The question «Всё верно?» waits for a day without other news."""
    today = local_day(now, zone)
    due = [
        each for each, age in BIRTHDAYS.items() if _has_just_turned(birth_date, age, today) and each.value not in told
    ]
    if valid_until is not None and today <= valid_until <= today + WARN_BEFORE_END:
        due += [Occasion.ENDS] if mark(Occasion.ENDS, valid_until) not in told else []
    return due or ([Occasion.CONFIRM] if _is_half_a_year_old(told, now) else [])


def mark(occasion: Occasion, valid_until: date | None) -> str:
    """Under which name it is remembered that this was told: another end of the policy is another matter."""
    return f"{occasion}:{valid_until}" if occasion is Occasion.ENDS else occasion.value


def birthday(birth_date: date, age: int) -> date:
    """The day on which that age is reached; 29 February becomes 1 March where there is no such day."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def erased_on(closed_at: datetime) -> datetime:
    return closed_at + KEEP_CLOSED


def has_grown_up(birth_date: date, now: datetime, zone: ZoneInfo) -> bool:
    return age_on(birth_date, local_day(now, zone)) >= ADULT_AGE


def _has_just_turned(birth_date: date, age: int, today: date) -> bool:
    day = birthday(birth_date, age)
    return day <= today < day + BIRTHDAY_IS_NEWS_FOR


def _is_half_a_year_old(told: Mapping[str, datetime], now: datetime) -> bool:
    """Since the register or the parent last confirmed the card, or the parent was asked."""
    last = max((told[each] for each in (CONFIRMED, ASKED) if each in told), default=None)
    return last is not None and now >= last + ASK_AFTER
