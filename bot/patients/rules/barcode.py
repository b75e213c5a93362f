"""What the codes printed on a policy mean: the barcode of a paper or a plastic one, and the text of a QR."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.people import PersonName
from bot.patients.records import PolicyCode
from bot.patients.rules.policy_number import check_digit, policy_facts

LARGEST_FILE = 5 * 1024 * 1024
"""bytes of a photo, a picture or a PDF that may show a policy"""

BARCODE_LENGTH = 130

LETTERS = " .-'0123456789АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
SEPARATOR, SEPARATOR_AT = "|", 63
"""Names are written in six bits a letter: a place in LETTERS, or the separator between parts."""
_NO_LETTER = "?"
_LETTER_BITS = 6

_NUMBER = slice(1, 9)
_NAME_OF_TYPE = {1: slice(9, 42), 2: slice(9, 60)}

_SIXTEEN = re.compile(r"(?<![0-9])(?=([0-9]{4}(?:[ \u00a0-]?[0-9]{4}){3})(?![0-9]))")
"""A number as it may stand in a text, together or by fours; looked for from every place, so that none hides another."""


def read_barcode(payload: bytes) -> PolicyCode | None:
    """The PDF417 of a paper or a plastic policy; None for anything else, and for a number that cannot be a policy's.

    The signature is not ours to check, so the name is worth no more than a typed one. The birth date beside it is not
    looked at: the number has one of its own, and on some policies they differ.
    """
    if len(payload) != BARCODE_LENGTH or payload[0] not in _NAME_OF_TYPE:
        return None
    number = f"{int.from_bytes(payload[_NUMBER]):016}"
    if not _may_be_policy(number):
        return None
    block = payload[_NAME_OF_TYPE[payload[0]]]
    return PolicyCode(number, _mirrored(block) if payload[0] == 1 else _name(_letters(block).split(SEPARATOR)))


def read_qr(text: str) -> PolicyCode | None:
    """Any text in which exactly one number can be a policy's."""
    numbers = {re.sub(r"[^0-9]", "", written) for written in _SIXTEEN.findall(text)}
    policies = [number for number in numbers if _may_be_policy(number)]
    return PolicyCode(policies[0]) if len(policies) == 1 else None


def _may_be_policy(number: str) -> bool:
    return policy_facts(number) is not None and check_digit(number[:-1]) == number[-1]


def _letters(block: bytes) -> str:
    bits = int.from_bytes(block)
    places = range(len(block) * 8 - _LETTER_BITS, -1, -_LETTER_BITS)
    return "".join(_letter(bits >> place & (1 << _LETTER_BITS) - 1) for place in places)


def _letter(at: int) -> str:
    if at == SEPARATOR_AT:
        return SEPARATOR
    return LETTERS[at] if at < len(LETTERS) else _NO_LETTER


def _mirrored(block: bytes) -> PersonName | None:
    """A block of type 1: its bytes stand backwards, and so do the letters of «patronymic|family|given»."""
    patronymic, family, given, *more = [*(part[::-1] for part in _letters(block[::-1]).split(SEPARATOR)), "", ""]
    return _name([family, given, patronymic, *filter(str.strip, more)])


def _name(parts: Sequence[str]) -> PersonName | None:
    """Family, given, patronymic; None where it is no name as documents have them."""
    family, given, patronymic, *more = [*(part.strip() for part in parts), "", ""]
    named = family and given and not any(more) and _NO_LETTER not in family + given + patronymic
    return PersonName(family, given, patronymic) if named else None
