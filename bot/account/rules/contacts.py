"""Parsers of contacts: a Russian mobile number, an e-mail address."""

from __future__ import annotations

import re

from bot.account.problems import EmailProblem, PhoneProblem
from bot.core.errors import InvalidInput
from bot.core.typed_text import is_dash, label, require_digits, shortened, visible

_PHONE_LABEL = label("телефон", "тел", "мобильный", "моб", "сотовый", "номер")
_NATIONAL = 10
_FULL = 11

_BEFORE_AT = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
_DOMAIN_PART = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[а-яё0-9](?:[а-яё0-9-]*[а-яё0-9])?")
_LAST_PART = re.compile(r"[a-z]{2,}|[а-яё]{2,}|xn--[a-z0-9-]+")
_LONGEST_BEFORE_AT, _LONGEST_PART, _LONGEST_EMAIL = 64, 63, 254
_LOOKALIKES = dict(zip("авсекмнортхуАВСЕКМНОРТХУ", "abcekmhoptxyABCEKMHOPTXY", strict=True))


# --- phone ------------------------------------------------------------------------------------------------------------


def parse_phone(text: str) -> str:
    """Return a Russian mobile number, typed in any way, as «+79161234567». Raises InvalidInput."""
    plain = visible(text)
    labelled = _PHONE_LABEL.match(plain)
    typed = "".join(char for char in plain[labelled.end() if labelled else 0 :] if not _is_separator(char))
    # The pattern of the label includes a plus after it.
    international = typed.startswith("+") or bool(labelled and labelled[0].rstrip().endswith("+"))
    typed = typed.removeprefix("+")
    if not typed:
        raise InvalidInput(PhoneProblem.EMPTY)
    digits = require_digits(typed, PhoneProblem.CHARACTERS)
    if len(digits) == _NATIONAL and not international and digits[:2] not in {"79", "89"}:
        return _mobile(digits)
    if international and digits[0] not in "78":
        raise InvalidInput(PhoneProblem.FOREIGN)
    if len(digits) != _FULL:
        raise InvalidInput(PhoneProblem.LENGTH, length=len(digits))
    if digits[0] not in "78":
        raise InvalidInput(PhoneProblem.FOREIGN)
    return _mobile(digits[1:])


def _is_separator(char: str) -> bool:
    return char.isspace() or char in "()[].,/·•;" or is_dash(char)


def _mobile(national: str) -> str:
    if national.startswith("9"):
        return f"+7{national}"
    if national[0] in "67":
        raise InvalidInput(PhoneProblem.KAZAKHSTAN)
    raise InvalidInput(PhoneProblem.FREE if national.startswith("800") else PhoneProblem.LANDLINE)


# --- e-mail -----------------------------------------------------------------------------------------------------------


def parse_email(text: str) -> str:
    """Return an address of a valid form, its domain in lower case; it need not exist. Raises InvalidInput."""
    address = visible(text).strip("<>\"'«»,; ").removeprefix("mailto:")
    if not address:
        raise InvalidInput(EmailProblem.EMPTY)
    if " " in address:
        raise InvalidInput(EmailProblem.SPACE)
    if address.count("@") != 1:
        raise InvalidInput(EmailProblem.AT, found=shortened(address))
    before, domain = address.split("@")
    _require_latin(address, before)
    if len(before) > _LONGEST_BEFORE_AT or len(address) > _LONGEST_EMAIL:
        raise InvalidInput(EmailProblem.LENGTH, limit=_LONGEST_EMAIL)
    if not _BEFORE_AT.fullmatch(before):
        raise InvalidInput(EmailProblem.NAME, found=shortened(before))
    if not _is_domain(domain.lower()):
        raise InvalidInput(EmailProblem.DOMAIN, found=shortened(domain))
    return f"{before}@{domain.lower()}"


def _require_latin(address: str, before: str) -> None:
    """Allow Cyrillic letters in a part of the domain that has no Latin ones, and nowhere else."""
    for at, char in enumerate(address, start=1):
        if char.isalpha() and not char.isascii() and (at <= len(before) or _is_among_latin(address, at - 1)):
            raise InvalidInput(EmailProblem.CHARACTERS, at=at, found=char, hint=_LOOKALIKES.get(char, ""))


def _is_among_latin(address: str, place: int) -> bool:
    """Whether the part of the domain around this letter also has Latin letters."""
    start = max(address.rfind(".", 0, place), address.rfind("@", 0, place)) + 1
    part = address[start:].partition(".")[0]
    return any(char.isascii() and char.isalpha() for char in part)


def _is_domain(domain: str) -> bool:
    *parts, last = domain.split(".")
    fits = all(_DOMAIN_PART.fullmatch(part) and len(part) <= _LONGEST_PART for part in [*parts, last])
    return bool(parts) and fits and _LAST_PART.fullmatch(last) is not None
