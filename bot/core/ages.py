"""Ages in full years, and the age at which a patient is an adult."""

from __future__ import annotations

from calendar import isleap
from datetime import date

ADULT_AGE = 18
"""full years from which a patient acts alone, without a representative"""


def age_on(birth_date: date, day: date) -> int:
    """Return full years. A person born on 29 February has the birthday on 1 March of a common year."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def birthday(birth_date: date, age: int) -> date:
    """Return the day on which a person becomes ``age``; of one born on 29 February it is 1 March of a common year."""
    year = birth_date.year + age
    is_leap_day = (birth_date.month, birth_date.day) == (2, 29)
    return date(year, 3, 1) if is_leap_day and not isleap(year) else birth_date.replace(year=year)


def is_child(birth_date: date, day: date) -> bool:
    return age_on(birth_date, day) < ADULT_AGE
