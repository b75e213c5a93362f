"""Who a patient is: what the policy number says by itself, what the register's answer means, how old the patient is."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from bot.errors import InvalidInput, Problem
from bot.models import (
    InsuredPerson,
    NameField,
    PolicyFacts,
    PolicyStatus,
    RejectionReason,
    Sex,
    Verification,
    VerificationStatus,
)
from bot.rules.names import differing, parse_full_name, parse_name_part, patronymic_fits, same_name

__all__ = [
    "ADULT_AGE",
    "age_on",
    "check_digit",
    "differing",
    "is_child",
    "make_policy_number",
    "parse_full_name",
    "parse_name_part",
    "parse_policy_number",
    "patronymic_fits",
    "policy_facts",
    "retry_delay",
    "same_name",
    "verdict",
]

ADULT_AGE = 18
"""full years at which a patient is nobody's child"""

_POLICY_LENGTH = 16
_OTHER_PAPERS = {9: Problem.POLICY_TEMPORARY, 11: Problem.POLICY_ELEVEN, 13: Problem.POLICY_OLD_FORM}
_LONGEST_SHOWN = 32
_EARLIEST_YEAR = 1900
_MALE_DAY = 50

_LABEL = re.compile(r"\W*(?:(?:номер|полиса?|омс|енп)\W*)+", re.IGNORECASE)
_SERIES_AND_NUMBER = re.compile(r"[^\W\d_]{2}\d{10}")
_SEPARATORS = frozenset("−⁃·•.,")
_DRAWN_ALIKE = {
    **dict.fromkeys("OoОоΟο", "0"),
    **dict.fromkeys("lIi|ІіΙ", "1"),
    **dict.fromkeys("Zz", "2"),
    **dict.fromkeys("Зз", "3"),
    **dict.fromkeys("Чч", "4"),
    **dict.fromkeys("SsЅ", "5"),
    **dict.fromkeys("бb", "6"),
    **dict.fromkeys("ВBΒ", "8"),
}

_DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(seconds=60),
    timedelta(minutes=5),
    timedelta(minutes=15),
)


# --- the policy number ------------------------------------------------------------------------------------------------


def parse_policy_number(text: str, today: date) -> str:
    """A child's policy number typed in any spacing, as 16 digits; raises InvalidInput that names what is wrong.

    Nothing that carries meaning is changed: a letter drawn like a digit is refused with that digit as a hint. Digits of
    other scripts are digits. The region is not judged here: the register knows which policies there are.
    """
    typed = _significant(text)
    if not typed:
        raise InvalidInput(Problem.POLICY_EMPTY)
    if _SERIES_AND_NUMBER.fullmatch(typed):
        raise InvalidInput(Problem.POLICY_OLD_FORM)
    digits = _digits(typed)
    _require_policy_length(digits)
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidInput(Problem.POLICY_CHECK_DIGIT, groups=_by_fours(digits, " · "))
    facts = policy_facts(digits)
    if facts is None or facts.birth_date > today:
        raise InvalidInput(Problem.POLICY_DATE, groups=_by_fours(digits, " · "))
    if not is_child(facts.birth_date, today):
        raise InvalidInput(Problem.POLICY_ADULT)
    return digits


def policy_facts(number: str) -> PolicyFacts | None:
    """What 16 digits say of the holder; None where they encode no date. The check digit is not looked at."""
    if len(number) != _POLICY_LENGTH or not (number.isascii() and number.isdigit()):
        return None
    written = "".join(str(9 - int(digit)) for digit in number[2:10])
    month, year, day = int(written[:2]), int(written[2:6][::-1]), int(written[6:])
    sex = Sex.MALE if day > _MALE_DAY else Sex.FEMALE
    if year < _EARLIEST_YEAR:
        return None
    try:
        born = date(year, month - _era(year), day - _MALE_DAY if sex is Sex.MALE else day)
    except ValueError:
        return None
    return PolicyFacts(region=number[:2], birth_date=born, sex=sex)


def make_policy_number(region: str, birth_date: date, sex: Sex, serial: int) -> str:
    """The number that such a person may have: ``region`` is two digits, ``serial`` 0 to 99999. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{2}", region) or not 0 <= serial <= 99_999 or birth_date.year < _EARLIEST_YEAR:
        raise ValueError("a policy number has a two-digit region, a serial of five digits and a date since 1900")
    month = birth_date.month + _era(birth_date.year)
    day = birth_date.day + (_MALE_DAY if sex is Sex.MALE else 0)
    written = f"{month:02}{f'{birth_date.year:04}'[::-1]}{day:02}"
    first15 = region + "".join(str(9 - int(digit)) for digit in written) + f"{serial:05}"
    return first15 + check_digit(first15)


def check_digit(first15: str) -> str:
    """The sixteenth digit (ISO/HL7 27931 Mod10, the same as Luhn's)."""
    odd, even = first15[::-2], first15[-2::-2]
    doubled = str(int(odd) * 2)
    return str(-sum(int(digit) for digit in even + doubled) % 10)


def _era(year: int) -> int:
    """What is added to the month, so that two digits of it tell the century too."""
    if year <= 1950:
        return 20
    return 40 if year <= 2000 else 0


def _significant(text: str) -> str:
    """What is left without spaces, dashes, a label before and signs on either side."""
    labelled = _LABEL.match(text)
    typed = text[labelled.end() :] if labelled else text
    kept = [char for char in typed if not _separates(char)]
    outer = "".join({char for char in kept if unicodedata.category(char)[0] in "PS" and char not in _DRAWN_ALIKE})
    return "".join(kept).strip(outer) if outer else "".join(kept)


def _separates(char: str) -> bool:
    return char.isspace() or char in _SEPARATORS or unicodedata.category(char) in {"Pd", "Cf", "Cc"}


def _digits(typed: str) -> str:
    for at, char in enumerate(typed, start=1):
        if not char.isdecimal():
            raise InvalidInput(Problem.POLICY_CHARACTERS, at=at, found=char, hint=_hint(char))
    return "".join(str(unicodedata.decimal(char)) for char in typed)


def _hint(char: str) -> str:
    """The digit drawn like this character, or one written as a sign («①», «²»); empty where there is none."""
    sign = unicodedata.digit(char, None)
    return _DRAWN_ALIKE.get(char, "") if sign is None else str(sign)


def _require_policy_length(digits: str) -> None:
    if problem := _OTHER_PAPERS.get(len(digits)):
        raise InvalidInput(problem)
    if len(digits) != _POLICY_LENGTH:
        raise InvalidInput(Problem.POLICY_LENGTH, length=len(digits), groups=_by_fours(digits, " "))


def _by_fours(digits: str, separator: str) -> str:
    # A message has its limit too, so an endless number is not repeated whole.
    shown = digits[:_LONGEST_SHOWN]
    groups = separator.join(shown[at : at + 4] for at in range(0, len(shown), 4))
    return groups if shown == digits else f"{groups} …"


# --- the register's answer --------------------------------------------------------------------------------------------


def verdict(
    person: InsuredPerson | None, now: datetime, queued_at: datetime | None = None, attempts: int = 0
) -> Verification:
    """What the register's answer means. ``person`` is None where the register knows no such policy.

    A stranger learns nothing by guessing: an unknown number and somebody else's are one answer, the one wrong name is
    told only when all the rest is right, and a policy's trouble only when everything is.
    """
    status, reason, correct = _judged(person)
    return Verification(status, reason, correct, queued_at=queued_at, checked_at=now, attempts=attempts)


def _judged(
    person: InsuredPerson | None,
) -> tuple[VerificationStatus, RejectionReason | None, NameField | None]:
    if person is None or person.birth_differs or len(person.differs) > 1:
        return VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED, None
    if person.differs:
        return VerificationStatus.NEEDS_CORRECTION, None, next(iter(person.differs))
    if person.status is PolicyStatus.ACTIVE:
        return VerificationStatus.VERIFIED, None, None
    return VerificationStatus.REJECTED, RejectionReason(person.status), None


def retry_delay(attempts: int) -> timedelta:
    """How long to leave a silent register alone after so many failed attempts, the first being 1."""
    return _DELAYS[min(max(attempts, 1), len(_DELAYS)) - 1]


# --- age --------------------------------------------------------------------------------------------------------------


def age_on(birth_date: date, day: date) -> int:
    """Full years; a person born on 29 February grows older on 1 March where there is no such day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_child(birth_date: date, day: date) -> bool:
    return age_on(birth_date, day) < ADULT_AGE
