"""Read, write and decode policy numbers."""

from __future__ import annotations

import re
from datetime import date

from bot.core.ages import is_child
from bot.core.errors import InvalidInput
from bot.core.people import Sex
from bot.core.typed_text import (
    TO_RUSSIAN,
    grouped,
    is_dash,
    label,
    lookalike_digit,
    require_digits,
    shortened,
    significant,
    visible,
    without_label,
)
from bot.patients.problems import OldPolicyProblem, PolicyProblem
from bot.patients.records import PolicyFacts, PolicyKind

_POLICY_LENGTH = 16
_CERTIFICATE_LENGTH = 9
_KINDS = {_POLICY_LENGTH: PolicyKind.ENP, _CERTIFICATE_LENGTH: PolicyKind.TEMPORARY}
_OTHER_PAPERS = {11: PolicyProblem.ELEVEN, 13: PolicyProblem.OLD_FORM}
_EARLIEST_YEAR = 1900
_MALE_DAY = 50
_NO_REGION = "00"

_LABEL = label("номер", "полиса?", "омс", "енп", "временное", "свидетельство", "свидетельства")
_SERIES_AND_NUMBER = re.compile(r"[^\W\d_]{2}\d{6,10}")
_NUMBER_AND_WORDS = re.compile(r"\d{16}[^\W\d_]{2,}.*")

_OLD_LABEL = label("полиса?", "омс", "серия")
_OLD_SIGN = re.compile(r" ?(?:№|\b(?:N[oо]?|номер)\b)[.:]? ?", re.IGNORECASE)
_OLD_SERIES = re.compile(r"[А-ЯЁA-Z0-9]+(?:[- /][А-ЯЁA-Z0-9]+)*")
_LONGEST_OLD = 20
_OLD_ENDED = date(2011, 5, 1)


# --- what was typed ---------------------------------------------------------------------------------------------------


def policy_kind(number: str) -> PolicyKind:
    """Return the kind of a number as ``parse_policy`` and ``parse_old_policy`` return it."""
    if not (number.isascii() and number.isdigit()):
        return PolicyKind.OLD
    return _KINDS.get(len(number), PolicyKind.OLD)


def is_too_young_for(number: str, born: date) -> bool:
    """Return whether such papers were no longer issued when their holder was born."""
    return policy_kind(number) is PolicyKind.OLD and born >= _OLD_ENDED


def parse_policy(text: str, today: date) -> str:
    """Return a child's policy number of 16 digits, or the 9 digits of a temporary certificate. Raises InvalidInput."""
    typed = significant(text, _LABEL)
    if len(typed) == _CERTIFICATE_LENGTH:
        return require_digits(typed, PolicyProblem.CHARACTERS)
    return parse_policy_number(text, today)


def parse_policy_number(text: str, today: date) -> str:
    """Return the 16 digits of a child's policy number, typed in any spacing. Raises InvalidInput.

    A letter that looks like a digit is refused with that digit as a hint. Digits of other scripts are read. Of the
    region only its form is validated: the register knows which policies exist.
    """
    typed = significant(text, _LABEL)
    if not any(char.isdecimal() or lookalike_digit(char) for char in typed) or typed.isalpha():
        raise InvalidInput(PolicyProblem.EMPTY)
    if _SERIES_AND_NUMBER.fullmatch(typed):
        raise InvalidInput(PolicyProblem.OLD_FORM)
    if _NUMBER_AND_WORDS.fullmatch(typed):
        raise InvalidInput(PolicyProblem.AND_WORDS)
    digits = require_digits(typed, PolicyProblem.CHARACTERS)
    _require_length(digits)
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidInput(PolicyProblem.CHECK_DIGIT, groups=grouped(digits, " · "))
    if digits[:2] == _NO_REGION:
        raise InvalidInput(PolicyProblem.REGION, groups=grouped(digits, " · "))
    facts = policy_facts(digits)
    if facts is None or facts.birth_date > today:
        raise InvalidInput(PolicyProblem.DATE, groups=grouped(digits, " · "))
    if not is_child(facts.birth_date, today):
        raise InvalidInput(PolicyProblem.ADULT)
    return digits


def _require_length(digits: str) -> None:
    if problem := _OTHER_PAPERS.get(len(digits)):
        raise InvalidInput(problem)
    if len(digits) != _POLICY_LENGTH:
        size = 3 if abs(len(digits) - _CERTIFICATE_LENGTH) == 1 else 4
        raise InvalidInput(PolicyProblem.LENGTH, length=len(digits), groups=grouped(digits, " ", size))


def parse_old_policy(text: str) -> str:
    """Return series and number of a policy from before 2011 as «СЕРИЯ № НОМЕР». Raises InvalidInput.

    Each region had a form of its own, so only the presence of both is validated. The number follows «№», the last
    space, or the letters of a series written together with it.
    """
    typed = "".join("-" if is_dash(char) else char for char in visible(text))
    typed = without_label(typed, _OLD_LABEL)
    if not typed:
        raise InvalidInput(OldPolicyProblem.EMPTY)
    if re.fullmatch(r"(?:\d[ -]?){16}", typed):
        raise InvalidInput(OldPolicyProblem.NEW)
    series, number = _old_parts(typed)
    if not series or not number:
        raise InvalidInput(OldPolicyProblem.PARTS)
    digits = require_digits(number, OldPolicyProblem.NUMBER)
    # These letters look the same in two alphabets: a series is stored in one of them, to be found again.
    written = series.upper().translate(TO_RUSSIAN)
    if not _OLD_SERIES.fullmatch(written) or max(len(written), len(digits)) > _LONGEST_OLD:
        raise InvalidInput(OldPolicyProblem.SERIES, found=shortened(series))
    return f"{written} № {digits}"


def _old_parts(typed: str) -> tuple[str, str]:
    sign = _OLD_SIGN.search(typed)
    if sign:
        return typed[: sign.start()].strip(" -"), typed[sign.end() :].replace(" ", "").replace("-", "")
    series, _, number = typed.rpartition(" ")
    if not series and (together := re.fullmatch(r"([^\W\d_]+)-?(\d+)", typed)):
        return together[1], together[2]
    return series.strip(" -"), number.strip("-")


# --- what a number encodes --------------------------------------------------------------------------------------------


def policy_facts(number: str) -> PolicyFacts | None:
    """Return what 16 digits encode; None if there is no valid date or no region. The check digit is not validated."""
    if len(number) != _POLICY_LENGTH or not (number.isascii() and number.isdigit()) or number[:2] == _NO_REGION:
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
    """Return a number for such a person: ``region`` is 01 to 99, ``serial`` 0 to 99999. Raises ValueError."""
    if not re.fullmatch(r"(?!00)[0-9]{2}", region) or not 0 <= serial <= 99_999 or birth_date.year < _EARLIEST_YEAR:
        raise ValueError("a policy number has a two-digit region, a serial of five digits and a date since 1900")
    month = birth_date.month + _era(birth_date.year)
    day = birth_date.day + (_MALE_DAY if sex is Sex.MALE else 0)
    written = f"{month:02}{f'{birth_date.year:04}'[::-1]}{day:02}"
    first15 = region + "".join(str(9 - int(digit)) for digit in written) + f"{serial:05}"
    return first15 + check_digit(first15)


def check_digit(first15: str) -> str:
    """Return the sixteenth digit (ISO/HL7 27931 Mod10, the same as Luhn's)."""
    odd, even = first15[::-2], first15[-2::-2]
    doubled = str(int(odd) * 2)
    return str(-sum(int(digit) for digit in even + doubled) % 10)


def _era(year: int) -> int:
    """Return what is added to the month, so that its two digits encode the century too."""
    if year <= 1950:
        return 20
    return 40 if year <= 2000 else 0
