"""The numbers of an organisation: INN and OGRN, whose last digit is computed from the others."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
"""of the first nine digits of an organisation's INN"""
INN_LENGTH, OGRN_LENGTH, MO_LENGTH = 10, 13, 6


class OrganisationNumber(StrEnum):
    INN = "INN"
    OGRN = "OGRN"
    MO_CODE = "MO_CODE"
    """of the insurance fund's register; it has no check digit"""


LENGTHS = {
    INN_LENGTH: OrganisationNumber.INN,
    OGRN_LENGTH: OrganisationNumber.OGRN,
    MO_LENGTH: OrganisationNumber.MO_CODE,
}


def inn_digit(first: str) -> str:
    """Return the last digit of an organisation's INN; ``first`` are the nine before it."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first, strict=True))
    return str(total % 11 % 10)


def ogrn_digit(first: str) -> str:
    """Return the last digit of an OGRN; ``first`` are the twelve before it."""
    return str(int(first) % 11 % 10)


def has_right_digit(number: str) -> bool:
    """Return whether the last digit of an INN or an OGRN is right; a number of another kind has none to check."""
    if len(number) == INN_LENGTH:
        return inn_digit(number[:-1]) == number[-1]
    return len(number) != OGRN_LENGTH or ogrn_digit(number[:-1]) == number[-1]


_LABELS = re.compile(r"(?:\b(?:инн|огрн|код|мо|реестр[а-я]*|в|по|номер|inn|ogrn)\b|[№:\s-])+", re.IGNORECASE)


class ReadNumber(NamedTuple):
    kind: OrganisationNumber
    digits: str
    is_right: bool
    """its last digit is what it must be"""


def read_organisation_number(line: str) -> ReadNumber | None:
    """Return the number that a line consists of, with a label or without; None if it is another line."""
    digits = _LABELS.sub("", line)
    if not (digits.isascii() and digits.isdecimal()):
        return None
    kind = LENGTHS.get(len(digits))
    return None if kind is None else ReadNumber(kind, digits, has_right_digit(digits))
