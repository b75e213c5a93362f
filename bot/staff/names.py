"""Rules for a name that is typed at the desk: which part of a family name it is, and whom it fits."""

from __future__ import annotations

import re

from bot.core.people import PersonName

SHORTEST, LONGEST = 3, 24
"""letters of a part of a family name, characters of the whole"""

_OTHER = re.compile(r"[^а-я \-]+")
_BY_KEY = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")
"""what a Russian keyboard would have written"""


def read_name(typed: str) -> str | None:
    """Return the words in small letters, with е for ё, also if they were typed in the Latin layout.

    None if the first word has fewer than three letters, or the whole is too long.
    """
    text = typed.strip().casefold().replace("ё", "е")
    if text.isascii():
        text = text.translate(_BY_KEY)
    if _OTHER.search(text):
        return None
    words = " ".join(text.split())
    family = words.partition(" ")[0]
    return words if len(family) >= SHORTEST and len(words) <= LONGEST else None


def fits_name(wanted: str, name: PersonName) -> bool:
    """Return whether the family name contains the first word of ``read_name``, the given name begins with the next."""
    family, _space, rest = wanted.partition(" ")
    given, *_patronymic = rest.split() or [""]
    return family in _plain(name.family) and _plain(name.given).startswith(given)


def _plain(name: str) -> str:
    return name.casefold().replace("ё", "е")
