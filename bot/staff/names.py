"""Rules for a name that is typed at the desk: which part of a family name it is, and whom it fits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from bot.core.people import PersonName
from bot.core.synonyms import TO_RUSSIAN_KEYS

SHORTEST, LONGEST = 3, 24
"""letters of a part of a family name, characters of the whole"""

_RUSSIAN, _LATIN = re.compile(r"[а-я \-]+"), re.compile(r"[a-z '\-]+")
_SPELLED = {
    **dict(zip("абвгдезийклмнопрстуфэ", "abvgdeziyklmnoprstufe", strict=True)),
    **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": ""},
    **{"ю": "yu", "я": "ya"},
}
_SOUNDS = (
    *(("shch", "sch"), ("kh", "h"), ("ph", "f"), ("tz", "ts"), ("w", "v"), ("x", "ks"), ("'", "")),
    *(("j", "i"), ("y", "i"), ("ie", "e"), ("io", "e"), ("ii", "i")),
)
"""spellings of one sound in Latin letters: Yulia, Iuliia and Julija are one name"""


class TypedName(NamedTuple):
    """The words of a name that is looked for."""

    typed: str
    """as they were typed"""
    readings: tuple[str, ...]
    """what they may mean, in small letters with «е» for «ё»: as typed, then as a Russian keyboard would have written"""


def read_name(typed: str) -> TypedName | None:
    """Return the name, also if it was typed in Latin letters or with the wrong keyboard.

    None if the first word has fewer than three letters, or the whole is too long.
    """
    shown = " ".join(typed.split())
    plain = _plain(shown)
    letters = _RUSSIAN if _RUSSIAN.fullmatch(plain) else _LATIN
    by_key = _plain(" ".join(plain.translate(TO_RUSSIAN_KEYS).split())) if plain.isascii() else ""
    possible = (plain if letters.fullmatch(plain) else "", by_key if _RUSSIAN.fullmatch(by_key) else "")
    readings = tuple(words for words in possible if len(words.partition(" ")[0]) >= SHORTEST)
    return TypedName(shown, readings) if readings and len(shown) <= LONGEST else None


def fits_name(wanted: TypedName, name: PersonName) -> bool:
    """Return whether the family name contains the first word of a reading, the given name begins with the next."""
    return any(_fits(words, name) for words in wanted.readings)


def shown_name(wanted: TypedName, found: Iterable[PersonName]) -> str:
    """Return the words to show above what was found: as typed, unless the keyboard was a wrong one."""
    *as_typed, last = wanted.readings
    people = list(found)
    is_other_keyboard = wanted.typed.isascii() and bool(people) and not any(
        _fits(words, name) for words in as_typed for name in people
    )  # fmt: skip
    return last.title() if is_other_keyboard and _RUSSIAN.fullmatch(last) else wanted.typed


def _fits(words: str, name: PersonName) -> bool:
    family, given = _plain(name.family), _plain(name.given)
    if _LATIN.fullmatch(words):
        words, family, given = _sounds(words), _sounds(_in_latin(family)), _sounds(_in_latin(given))
    wanted, _space, rest = words.partition(" ")
    first, *_patronymic = rest.split() or [""]
    return wanted in family and given.startswith(first)


def _in_latin(name: str) -> str:
    return "".join(_SPELLED.get(letter, letter) for letter in name)


def _sounds(latin: str) -> str:
    for spelling, sound in _SOUNDS:
        latin = latin.replace(spelling, sound)
    return latin


def _plain(name: str) -> str:
    return name.casefold().replace("ё", "е")
