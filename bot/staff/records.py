"""Records of the staff slice."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Term(StrEnum):
    """How long a referral is good, from the day on which it is given."""

    TWO_WEEKS = "TWO_WEEKS"
    MONTH = "MONTH"
    TWO_MONTHS = "TWO_MONTHS"
    HALF_A_YEAR = "HALF_A_YEAR"


DAYS: Mapping[Term, int] = {Term.TWO_WEEKS: 14, Term.MONTH: 30, Term.TWO_MONTHS: 60, Term.HALF_A_YEAR: 180}
