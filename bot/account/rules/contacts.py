"""How to reach a person: a Russian mobile number and an e-mail address, each in one form or refused at its place."""

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
_DRAWN_ALIKE = dict(zip("авсекмнортхуАВСЕКМНОРТХУ", "abcekmhoptxyABCEKMHOPTXY", strict=True))


# --- the telephone ----------------------------------------------------------------------------------------------------


def parse_phone(text: str) -> str:
    """A Russian mobile number in any spelling, as «+79161234567»; raises InvalidInput."""
    plain = visible(text)
    labelled = _PHONE_LABEL.match(plain)
    typed = "".join(char for char in plain[labelled.end() if labelled else 0 :] if not _is_filling(char))
    # A label takes the plus along with it.
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


def _is_filling(char: str) -> bool:
    return char.isspace() or char in "()[].,/·•;" or is_dash(char)


def _mobile(national: str) -> str:
    if national.startswith("9"):
        return f"+7{national}"
    if national[0] in "67":
        raise InvalidInput(PhoneProblem.KAZAKHSTAN)
    raise InvalidInput(PhoneProblem.FREE if national.startswith("800") else PhoneProblem.LANDLINE)


# --- the e-mail address -----------------------------------------------------------------------------------------------


def parse_email(text: str) -> str:
    """An address that may exist: only its form is judged; raises InvalidInput."""
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
    """A site may be named in Russian, but not in letters of two alphabets; a box may not."""
    for at, char in enumerate(address, start=1):
        if char.isalpha() and not char.isascii() and (at <= len(before) or _is_among_latin(address, at - 1)):
            raise InvalidInput(EmailProblem.CHARACTERS, at=at, found=char, hint=_DRAWN_ALIKE.get(char, ""))


def _is_among_latin(address: str, place: int) -> bool:
    """Whether the part of the domain that a letter stands in has Latin letters too."""
    start = max(address.rfind(".", 0, place), address.rfind("@", 0, place)) + 1
    part = address[start:].partition(".")[0]
    return any(char.isascii() and char.isalpha() for char in part)


def _is_domain(domain: str) -> bool:
    *parts, last = domain.split(".")
    fits = all(_DOMAIN_PART.fullmatch(part) and len(part) <= _LONGEST_PART for part in [*parts, last])
    return bool(parts) and fits and _LAST_PART.fullmatch(last) is not None
