"""Parsing of typed numbers: separators and labels are ignored, a letter that looks like a digit is an error."""

from __future__ import annotations

import re
import unicodedata

from bot.core.errors import InvalidInput, Problem

_LONGEST_SHOWN = 32
_SEPARATORS = frozenset("−⁃·•.,")
_LOOKALIKES = {
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
"""A table of Latin capitals that look like Russian ones, for texts that are written in Russian letters only."""


def label(*words: str) -> re.Pattern[str]:
    """Return a pattern of the words that people write before a number; ``words`` are patterns themselves."""
    return re.compile(rf"\W*(?:(?:{'|'.join(words)})\W*)+", re.IGNORECASE)


def without_label(text: str, before: re.Pattern[str]) -> str:
    """Return the text after the label ``before`` it, or the whole text if it begins with no such label."""
    labelled = before.match(text)
    return text[labelled.end() :] if labelled else text


def significant(text: str, before: re.Pattern[str]) -> str:
    """Return the text without separators, the label ``before`` it and punctuation on either side."""
    kept = [char for char in without_label(text, before) if not _is_separator(char)]
    outer = "".join({char for char in kept if unicodedata.category(char)[0] in "PS" and char not in _LOOKALIKES})
    return "".join(kept).strip(outer) if outer else "".join(kept)


def _is_separator(char: str) -> bool:
    return char.isspace() or char in _SEPARATORS or is_dash(char) or is_invisible(char)


def is_dash(char: str) -> bool:
    # Unicode has the minus and the hyphen bullet in other categories than dashes.
    return char in "−⁃" or unicodedata.category(char) == "Pd"


def is_invisible(char: str) -> bool:
    """Whether a character is a control or format character, such as a zero-width space from pasted text."""
    return unicodedata.category(char) in {"Cf", "Cc"}


def visible(text: str) -> str:
    """Return the text in one line, with single spaces and without invisible characters."""
    shown = "".join(char for char in text if char.isspace() or not is_invisible(char))
    # NFC, because a pasted «й» is often two characters.
    return " ".join(unicodedata.normalize("NFC", shown).split())


def require_digits(typed: str, problem: Problem) -> str:
    """Return digits of any script in ASCII. Raises InvalidInput with ``at`` (from 1), ``found`` and ``hint``."""
    for at, char in enumerate(typed, start=1):
        if not char.isdecimal():
            raise InvalidInput(problem, at=at, found=char, hint=lookalike_digit(char))
    return decimals(typed)


def decimals(text: str) -> str:
    """Return the text with digits of any script in ASCII."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


def lookalike_digit(char: str) -> str:
    """Return the digit that a character looks like or stands for («①», «²»), or an empty string."""
    sign = unicodedata.digit(char, None)
    return _LOOKALIKES.get(char, "") if sign is None else str(sign)


def grouped(digits: str, separator: str, size: int = 4) -> str:
    """Return digits in groups of ``size``; a long number is cut, so that the message keeps to its own limit."""
    shown = digits[:_LONGEST_SHOWN]
    groups = separator.join(shown[at : at + size] for at in range(0, len(shown), size))
    return groups if shown == digits else f"{groups} …"


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
