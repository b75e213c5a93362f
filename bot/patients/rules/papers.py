"""Read the typed SNILS, birth certificate, dates and address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot.core.ages import is_child
from bot.core.errors import InvalidInput
from bot.core.typed_dates import day_of, read_day, whole_year
from bot.core.typed_text import (
    TO_RUSSIAN,
    grouped,
    is_dash,
    label,
    require_digits,
    shortened,
    significant,
    visible,
    without_label,
)
from bot.patients.problems import AddressProblem, CertificateProblem, DateProblem, SnilsProblem
from bot.patients.records import Detail

EARLIEST_YEAR = 1900
LONGEST_ADDRESS = 200

_SNILS_LENGTH = 11
_UNCHECKED = 1_001_998
"""Numbers up to 001-001-998 were issued before there was a check number."""
_SNILS_LABEL = label("номер", "снилс", "страховой")

_CERTIFICATE_LABEL = label("свидетельств[оа]", "о", "рождении", "серия", "номер")
_CERTIFICATE_SIGN = re.compile(r"№|\b(?:N[oо]?|номер)\b\.?", re.IGNORECASE)
_CERTIFICATE_LENGTH = 6
_TO_ROMAN = str.maketrans("1ІХУСЛ", "IIXVCL")
_ROMAN = {"C": 100, "XC": 90, "L": 50, "XL": 40, "X": 10, "IX": 9, "V": 5, "IV": 4, "I": 1}
_LONGEST_ROMAN = 12

_LETTER = re.compile("[А-Яа-яЁё]")
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_INDEX_LENGTH = 6
_NOT_A_HOUSE = re.compile(
    r"(?<!\d)\d{6}(?!\d)"  # the index
    r"|\b(?:кв|квартира|комн?|комната|эт|этаж|под|подъезд|оф|офис)\b\.? ?№? ?\d+"
    r"|\b\d+-?(?:я|й|ая|ый|ой|го)\b"  # «1-я Парковая»
    r"|(?<!\bд )(?<!\bд\. )(?<!\bд\.)(?<!\bдом )\b\d+ (?=[А-ЯЁ][а-яё]{2})",  # «улица 8 Марта»
    re.IGNORECASE,
)


# --- SNILS ------------------------------------------------------------------------------------------------------------


def parse_snils(text: str) -> str:
    """Return the eleven digits, typed in any spacing. Raises InvalidInput."""
    typed = significant(text, _SNILS_LABEL)
    if not typed:
        raise InvalidInput(SnilsProblem.EMPTY)
    digits = require_digits(typed, SnilsProblem.CHARACTERS)
    if len(digits) != _SNILS_LENGTH:
        raise InvalidInput(SnilsProblem.LENGTH, length=len(digits), groups=grouped(digits, " ", 3))
    if len(set(digits)) == 1:
        raise InvalidInput(SnilsProblem.SAME)
    if int(digits[:9]) > _UNCHECKED and snils_check_number(digits[:9]) != digits[9:]:
        raise InvalidInput(SnilsProblem.CHECK, groups=f"{grouped(digits[:9], '-', 3)} {digits[9:]}")
    return digits


def snils_check_number(first9: str) -> str:
    """Return the last two digits: the sum of the digits with weights nine to one, modulo 101; 100 is written 00."""
    weighed = sum(int(digit) * weight for digit, weight in zip(first9, range(9, 0, -1), strict=True))
    return f"{weighed % 101 % 100:02}"


# --- the birth certificate --------------------------------------------------------------------------------------------


def parse_certificate(text: str) -> str:
    """Return «V-МЮ 123456» for any spelling of it. Raises InvalidInput.

    Letters and digits that look like a Roman numeral are read as one, and Latin letters that look like Russian ones are
    replaced: each part of a series has its own alphabet, so this is unambiguous.
    """
    roman, letters, number = _certificate_parts(text)
    if not (roman and letters and number):
        raise InvalidInput(CertificateProblem.FORM)
    series = roman.upper().translate(_TO_ROMAN)
    value = _roman_value(series)
    if not value or _roman(value) != series:
        hint = _roman(value or (int(series) if re.fullmatch(r"[0-9]{1,2}", series) else 0))
        raise InvalidInput(CertificateProblem.ROMAN, found=shortened(roman), hint=hint)
    russian = letters.upper().translate(TO_RUSSIAN)
    if not re.fullmatch("[А-ЯЁ]{2}", russian):
        raise InvalidInput(CertificateProblem.LETTERS, found=shortened(letters))
    digits = require_digits(number, CertificateProblem.CHARACTERS)
    if len(digits) != _CERTIFICATE_LENGTH:
        raise InvalidInput(CertificateProblem.NUMBER, found=shortened(digits), length=len(digits))
    return f"{series}-{russian} {digits}"


def _certificate_parts(text: str) -> tuple[str, str, str]:
    """Return the Roman numeral, the two letters and the number as typed; a missing part is empty."""
    plain = "".join("-" if is_dash(char) else char for char in visible(text))
    plain = _CERTIFICATE_SIGN.sub(" ", without_label(plain, _CERTIFICATE_LABEL))
    roman, dash, rest = plain.strip(" .,«»\"'").partition("-")
    if dash:
        rest = re.sub(r"[ -]", "", rest)
        return roman.replace(" ", ""), rest[:2], rest[2:]
    together = roman.replace(" ", "")
    number = re.search(r"\d*$", together)
    head = together[: number.start()] if number else together
    return head[:-2], head[-2:], together[len(head) :]


def _roman_value(series: str) -> int:
    """Return the value of a numeral, canonical or not; 0 for another text."""
    if not re.fullmatch("[IVXLC]+", series) or len(series) > _LONGEST_ROMAN:
        return 0
    worth = [_ROMAN[letter] for letter in series]
    return sum(one if one >= after else -one for one, after in zip(worth, [*worth[1:], 0], strict=True))


def _roman(value: int) -> str:
    written = ""
    for numeral, worth in _ROMAN.items():
        count, value = divmod(value, worth)
        written += numeral * count
    return written


# --- dates ------------------------------------------------------------------------------------------------------------


def parse_birth_date(text: str, today: date) -> date:
    """Read the birth date of a child, in any usual form. Raises InvalidInput."""
    born = _parse_date(text, today)
    if born > today:
        raise InvalidInput(DateProblem.BIRTH_FUTURE, found=born)
    if not is_child(born, today):
        raise InvalidInput(DateProblem.BIRTH_ADULT, found=born)
    return born


def parse_issued_on(text: str, today: date, born: date | None = None) -> date:
    """Read the day on which a policy was issued, not before its holder was ``born``. Raises InvalidInput."""
    issued = _parse_date(text, today)
    if born is not None and issued < born:
        raise InvalidInput(DateProblem.ISSUED_EARLY, found=issued, born=born)
    if issued > today:
        raise InvalidInput(DateProblem.ISSUED_FUTURE, found=issued)
    return issued


def parse_valid_until(text: str, today: date) -> date:
    """Read the last day of a policy, today or later. Raises InvalidInput."""
    until = _parse_date(text, today)
    if until < today:
        raise InvalidInput(DateProblem.VALID_OVER, found=until)
    return until


def _parse_date(text: str, today: date) -> date:
    typed = visible(text)
    read = read_day(typed)
    year = None if read is None else whole_year(read, today)
    if read is None or year is None:
        raise InvalidInput(DateProblem.FORM, found=shortened(typed))
    if read.either_order:
        raise InvalidInput(DateProblem.EITHER_ORDER, found=shortened(typed))
    found = day_of(year, read.month, read.day)
    if found is None and (swapped := day_of(year, read.day, read.month)):
        raise InvalidInput(DateProblem.SWAPPED, found=shortened(typed), hint=swapped)
    if found is None:
        raise InvalidInput(DateProblem.NO_DAY, found=shortened(typed))
    if found.year < EARLIEST_YEAR:
        raise InvalidInput(DateProblem.EARLY, found=shortened(typed), earliest=EARLIEST_YEAR)
    return found


# --- the address ------------------------------------------------------------------------------------------------------


def parse_address(text: str) -> str:
    """Read a postal address, which has a place in Russian letters and a house. Raises InvalidInput.

    The index may be left out; if it is written, it has six digits.
    """
    address = visible(text).strip(" .,;")
    if not address:
        raise InvalidInput(AddressProblem.EMPTY)
    if len(address) > LONGEST_ADDRESS:
        raise InvalidInput(AddressProblem.LENGTH, limit=LONGEST_ADDRESS)
    if len(_LETTER.findall(address)) < 3:
        raise InvalidInput(AddressProblem.LETTERS, found=shortened(address))
    for number in _LONG_NUMBER.findall(address):
        if len(number) != _INDEX_LENGTH:
            raise InvalidInput(AddressProblem.INDEX, found=shortened(number), length=len(number))
    if not re.search(r"\d", _NOT_A_HOUSE.sub("", address)):
        raise InvalidInput(AddressProblem.HOUSE)
    return address


# --- any of them ------------------------------------------------------------------------------------------------------


def parse_detail(detail: Detail, text: str, today: date, born: date | None = None) -> str:
    """Return a detail as it is stored, dates in ISO form; ``born`` is the birth date if known. Raises InvalidInput."""
    if parse := _TEXTS.get(detail):
        return parse(text)
    if detail is Detail.ISSUED_ON:
        return parse_issued_on(text, today, born).isoformat()
    return parse_valid_until(text, today).isoformat()


_TEXTS: dict[Detail, Callable[[str], str]] = {
    Detail.SNILS: parse_snils,
    Detail.CERTIFICATE: parse_certificate,
    Detail.ADDRESS: parse_address,
}
