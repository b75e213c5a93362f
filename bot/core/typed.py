"""Typed numbers: spaces, dashes and labels mean nothing; a letter drawn like a digit is pointed at, never changed."""

from __future__ import annotations

import re
import unicodedata

from bot.core.errors import InvalidInput, Problem

_LONGEST_SHOWN = 32
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

TO_RUSSIAN = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
"""Latin capitals drawn like Russian ones, for what is written in Russian letters alone."""


def label(*words: str) -> re.Pattern[str]:
    """What people write before a number and mean nothing by: ``words`` are patterns."""
    return re.compile(rf"\W*(?:(?:{'|'.join(words)})\W*)+", re.IGNORECASE)


def significant(text: str, before: re.Pattern[str]) -> str:
    """What is left without spaces, dashes, a label before and signs on either side."""
    labelled = before.match(text)
    typed = text[labelled.end() :] if labelled else text
    kept = [char for char in typed if not _separates(char)]
    outer = "".join({char for char in kept if unicodedata.category(char)[0] in "PS" and char not in _DRAWN_ALIKE})
    return "".join(kept).strip(outer) if outer else "".join(kept)


def _separates(char: str) -> bool:
    return char.isspace() or char in _SEPARATORS or is_dash(char) or is_unseen(char)


def is_dash(char: str) -> bool:
    # A minus and a bullet: Unicode does not count them among dashes.
    return char in "−⁃" or unicodedata.category(char) == "Pd"


def is_unseen(char: str) -> bool:
    """A mark of direction, a space of no width and the like, pasted along with a text."""
    return unicodedata.category(char) in {"Cf", "Cc"}


def visible(text: str) -> str:
    """The text in one line with single spaces, without what nobody sees."""
    # NFC, because a pasted «й» is often two characters.
    seen = "".join(char for char in text if char.isspace() or not is_unseen(char))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def require_digits(typed: str, problem: Problem) -> str:
    """ASCII digits of digits in any script. Raises InvalidInput with ``at``, ``found`` and ``hint``."""
    for at, char in enumerate(typed, start=1):
        if not char.isdecimal():
            raise InvalidInput(problem, at=at, found=char, hint=drawn_like(char))
    return decimals(typed)


def decimals(text: str) -> str:
    """The same text with the digits of every script in ASCII."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def drawn_like(char: str) -> str:
    """The digit drawn like this character, or one written as a sign («①», «²»); empty where there is none."""
    sign = unicodedata.digit(char, None)
    return _DRAWN_ALIKE.get(char, "") if sign is None else str(sign)


def grouped(digits: str, separator: str, size: int = 4) -> str:
    # A message has its limit too, so an endless number is not repeated whole.
    shown = digits[:_LONGEST_SHOWN]
    groups = separator.join(shown[at : at + size] for at in range(0, len(shown), size))
    return groups if shown == digits else f"{groups} …"


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
