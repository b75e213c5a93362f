"""How old a person is on a day, and whether that is still a child."""

from __future__ import annotations

from datetime import date

ADULT_AGE = 18
"""full years at which a patient is nobody's child"""


def age_on(birth_date: date, day: date) -> int:
    """Full years; a person born on 29 February grows older on 1 March where there is no such day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_child(birth_date: date, day: date) -> bool:
    return age_on(birth_date, day) < ADULT_AGE
