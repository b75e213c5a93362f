"""Decode the codes on a policy: the barcode of a paper or plastic one, and the text of a QR code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.core.errors import InvalidInput
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.patients.records import PolicyCode
from bot.patients.rules.names import parse_name_part
from bot.patients.rules.policy_number import check_digit, policy_facts

LARGEST_FILE = 5 * 1024 * 1024
"""bytes of a photo, a picture or a PDF that may show a policy or a paper"""
MOST_PAGES = 3
"""pages of such a PDF that are read"""

BARCODE_LENGTH = 130

LETTERS = " .-'0123456789АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
SEPARATOR, SEPARATOR_AT = "|", 63
"""A letter of a name has six bits: its place in LETTERS, or the separator between parts."""
_NO_LETTER = "?"
_LETTER_BITS = 6

_NUMBER = slice(1, 9)
_NAME_OF_TYPE = {1: slice(9, 42), 2: slice(9, 60)}
_SEX_OF_TYPE = {1: 51, 2: 60}
"""places of the byte of the sex; the days of birth and of the end follow, two bytes each"""
_SEXES = {Sex.MALE: 1, Sex.FEMALE: 2}
_EPOCH = date(1900, 1, 1)
_NO_END = 0

_SIXTEEN = re.compile(r"(?<![0-9])(?=([0-9]{4}(?:[ \u00a0-]?[0-9]{4}){3})(?![0-9]))")
"""A number in a text, together or by fours; searched from every place, so that overlapping ones are found."""


def read_barcode(payload: bytes) -> PolicyCode | None:
    """Decode the PDF417 of a paper or plastic policy; None for another code or an invalid number.

    The signature is not verified, so the name is no more reliable than a typed one. The birth date is ignored: the
    number encodes one, and on some policies they differ.
    """
    if len(payload) != BARCODE_LENGTH or payload[0] not in _NAME_OF_TYPE:
        return None
    number = f"{int.from_bytes(payload[_NUMBER]):016}"
    if not _may_be_policy(number):
        return None
    block = payload[_NAME_OF_TYPE[payload[0]]]
    return PolicyCode(number, _mirrored(block) if payload[0] == 1 else _name(_letters(block).split(SEPARATOR)))


def agrees(payload: bytes, code: PolicyCode) -> bool:
    """Return whether the name of a barcode is plausible, and its sex and dates are those of its number.

    On some policies the dates differ, so a barcode that does not agree may still be genuine.
    """
    facts, at = policy_facts(code.number), _SEX_OF_TYPE[payload[0]]
    if facts is None or code.name is None or not _is_plausible(code.name):
        return False
    born, ends = int.from_bytes(payload[at + 1 : at + 3]), int.from_bytes(payload[at + 3 : at + 5])
    is_same_birth = born == (facts.birth_date - _EPOCH).days
    return is_same_birth and payload[at] == _SEXES[facts.sex] and (ends == _NO_END or ends > born)


def _is_plausible(name: PersonName) -> bool:
    parts = zip((name.family, name.given, name.patronymic), NameField, strict=True)
    try:
        return all(parse_name_part(part, field) for part, field in parts if part)
    except InvalidInput:
        return False


def read_qr(text: str) -> PolicyCode | None:
    """Return the policy of a text with exactly one valid policy number, else None."""
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
    """Decode a block of type 1: its bytes are reversed, and so are the letters of «patronymic|family|given»."""
    patronymic, family, given, *more = [*(part[::-1] for part in _letters(block[::-1]).split(SEPARATOR)), "", ""]
    return _name([family, given, patronymic, *filter(str.strip, more)])


def _name(parts: Sequence[str]) -> PersonName | None:
    """Return a name of family, given, patronymic; None for parts that no document has."""
    family, given, patronymic, *more = [*(part.strip() for part in parts), "", ""]
    named = family and given and not any(more) and _NO_LETTER not in family + given + patronymic
    return PersonName(family, given, patronymic) if named else None
