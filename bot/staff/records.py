"""Records of the staff slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.core.people import PersonName, Sex


class Term(StrEnum):
    """How long a referral is good, from the day on which it is given."""

    TWO_WEEKS = "TWO_WEEKS"
    MONTH = "MONTH"
    TWO_MONTHS = "TWO_MONTHS"
    HALF_A_YEAR = "HALF_A_YEAR"


DAYS: Mapping[Term, int] = {Term.TWO_WEEKS: 14, Term.MONTH: 30, Term.TWO_MONTHS: 60, Term.HALF_A_YEAR: 180}


class PersonStep(StrEnum):
    """The questions about a new patient of the clinic's list, in their order."""

    FAMILY = "FAMILY"
    GIVEN = "GIVEN"
    PATRONYMIC = "PATRONYMIC"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    PHONE = "PHONE"


@dataclass(frozen=True, slots=True)
class PersonForm:
    """What was answered so far about a new patient of the clinic's list; None: not asked yet, "": there is none."""

    family: str = ""
    given: str = ""
    patronymic: str | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    phone: str | None = None
    """``+`` and digits"""

    @property
    def name(self) -> PersonName:
        return PersonName(self.family, self.given, self.patronymic or "")


class TicketKind(StrEnum):
    """What a ticket is to the person who has opened it. New members are added at the end: buttons carry the place."""

    AT_DESK = "AT_DESK"
    """to be shown at the desk: nothing else is said to whoever may not see the visit"""
    FORGED = "FORGED"
    """to the staff: this bot has not made it"""
    OTHER_CLINIC = "OTHER_CLINIC"
    """to the staff: the visit is at another clinic"""
    GONE = "GONE"
    """to the staff: the visit is not in the clinic's system any more"""
