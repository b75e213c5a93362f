"""Rules for what is typed of a referral at the desk: its last day and the number on its form."""

from __future__ import annotations

from datetime import date, timedelta

from bot.booking.rules import referral_key
from bot.core.errors import InvalidInput
from bot.core.typed_dates import read_day
from bot.core.typed_text import visible
from bot.staff.problems import ReferralFormProblem

LONGEST_TERM = timedelta(days=366)
LONGEST_NUMBER = 30


def read_last_day(typed: str, today: date) -> date:
    """Return the last day of a referral, from today to a year ahead; a day without a year is the next such day.

    Raises InvalidInput.
    """
    day = read_day(typed)
    if day is None:
        raise InvalidInput(ReferralFormProblem.LAST_DAY)
    year = day.year if day.year is None or not day.short_year else 2000 + day.year
    years = (today.year, today.year + 1) if year is None else (year,)
    found = [at for each in years if (at := _date(each, day.month, day.day)) is not None and at >= today]
    if not found or found[0] > today + LONGEST_TERM:
        raise InvalidInput(ReferralFormProblem.LAST_DAY)
    return found[0]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_printed(typed: str) -> str:
    """Return the number on the form of a referral. Raises InvalidInput."""
    number = " ".join(visible(typed).removeprefix("№").split())
    if not referral_key(number) or len(number) > LONGEST_NUMBER:
        raise InvalidInput(ReferralFormProblem.NUMBER)
    return number
