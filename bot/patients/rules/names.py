"""Read a typed name as documents spell it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set as AbstractSet

from bot.core.errors import InvalidInput
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.core.typed_text import is_dash, visible
from bot.patients.problems import NameProblem

LONGEST_PART = 60

_APOSTROPHES = frozenset("'’ʼ`‘‛´ʹ′＇")
_LETTERS = frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")
_VOWELS = frozenset("аеёиоуыэюя")
_WORD = re.compile(r"[А-ЯЁа-яё]+(?:[-'][А-ЯЁа-яё]+)*")
_SPACED_HYPHEN = re.compile(r"(?<=\w) ?- ?(?=\w)")

_DRAWN_ALIKE = dict(zip("ABCEHKMOPTXYËaceopxykë0346", "АВСЕНКМОРТХУЁасеорхукёОЗЧб", strict=True))

# Words that are never a name by themselves, and those that also are: «Ван Дайк» and «Ван Ли», «да Силва» and «Да».
_LEADING = frozenset({"фон", "дер", "цу", "ибн"})
_PERHAPS_LEADING = frozenset(
    {"ван", "ден", "тер", "де", "дель", "делла", "ди", "дю", "да", "дос", "ла", "ле", "аль", "эль", "бен", "бин", "абу"}
)
_TRAILING = {
    **dict.fromkeys(("оглы", "оглу", "угли", "улы", "уулу"), Sex.MALE),
    **dict.fromkeys(("кызы", "гызы", "кизи"), Sex.FEMALE),
}
_ENDINGS = {"ич": Sex.MALE, "вна": Sex.FEMALE, "чна": Sex.FEMALE, **_TRAILING}
_NO_WORDS = frozenset({"нет", "нету", "отсутствует", "без отчества", "нет отчества", "отчества нет", "не имеет"})


def parse_full_name(text: str, sex: Sex, *, no_patronymic: bool = False) -> PersonName:
    """Read «Фамилия Имя Отчество», or «Имя Отчество Фамилия» if only the middle word is a patronymic of that sex.

    Particles stay with their word («фон дер Ляйен», «Али оглы»). With ``no_patronymic`` two parts are expected.
    Raises InvalidInput; NAME_PARTS if the number of parts is not the expected one.
    """
    words = _words(text)
    no_words = _count_no_words(words)
    if no_words and not no_patronymic:
        raise InvalidInput(NameProblem.NO_WORD, word=" ".join(words[-no_words:]))
    words = words[: len(words) - no_words]
    for word in words:
        _require_plain(word)
    expected = 2 if no_patronymic else 3
    parts = _parts(words, expected)
    if len(parts) != expected:
        raise InvalidInput(NameProblem.PARTS, found=len(parts), expected=expected)
    return _in_order([_written(part) for part in parts], sex)


def parse_name_part(text: str, field: NameField) -> str:
    """Read one part of a name, of one or more words. Raises InvalidInput; NAME_PARTS with ``found=0`` for no word.

    «Нет» as a patronymic is refused: there is a button for it.
    """
    words = _words(text)
    if not words:
        raise InvalidInput(NameProblem.PARTS, found=0, expected=1)
    if field is NameField.PATRONYMIC and _count_no_words(words) == len(words):
        raise InvalidInput(NameProblem.NO_WORD, word=" ".join(words))
    for word in words:
        _require_plain(word)
    return _written(words)


def patronymic_fits(patronymic: str, sex: Sex) -> bool:
    """Return False only if the ending belongs to the other sex; an unknown ending or an empty text fits."""
    return _sex_of(patronymic) in {None, sex}


def same_name(one: str, other: str) -> bool:
    """Return whether two spellings are one name: case, ё, hyphens, kinds of apostrophes and spaces do not matter."""
    return _comparable(one) == _comparable(other)


def differing(claimed: PersonName, registered: PersonName) -> frozenset[NameField]:
    """Return the parts in which a claim differs from the register."""
    pairs = {
        NameField.FAMILY: (claimed.family, registered.family),
        NameField.GIVEN: (claimed.given, registered.given),
        NameField.PATRONYMIC: (claimed.patronymic, registered.patronymic),
    }
    return frozenset(field for field, (one, other) in pairs.items() if not same_name(one, other))


# --- what was typed ---------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    """Return the visible words with one kind of hyphen and apostrophe; a hyphen joins two words."""
    return _SPACED_HYPHEN.sub("-", "".join(_plain(char) for char in visible(text))).split()


def _plain(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    return "-" if is_dash(char) else char


def _comparable(name: str) -> str:
    folded = " ".join(_words(name)).casefold().replace("ё", "е")
    return " ".join(folded.replace("-", " ").split())


def _count_no_words(words: Sequence[str]) -> int:
    """Return how many words at the end mean that there is no patronymic."""
    if words and not words[-1].strip("-"):
        return 1
    tails = (words[-count:] for count in (2, 1) if count <= len(words))
    return next((len(tail) for tail in tails if " ".join(tail).casefold() in _NO_WORDS), 0)


# --- whether it can be a name -----------------------------------------------------------------------------------------


def _require_plain(word: str) -> None:
    """Raises InvalidInput for the first character of a word that no Russian document has, or for its form."""
    _require_length(word)
    for at, char in enumerate(word, start=1):
        if char not in _LETTERS and char not in "-'":
            raise _foreign(word, at, char)
    # A single consonant is an initial, and documents spell names in full; a single vowel may be a name.
    if not _WORD.fullmatch(word) or (len(word) == 1 and word.casefold() not in _VOWELS):
        raise InvalidInput(NameProblem.FORM, word=word)


def _require_length(part: str) -> None:
    if len(part) > LONGEST_PART:
        raise InvalidInput(NameProblem.LENGTH, word=f"{part[:LONGEST_PART]}…", limit=LONGEST_PART)


def _foreign(word: str, at: int, char: str) -> InvalidInput:
    """Return the error; its ``hint`` is the Russian letter that looks the same, empty in an entirely Latin word."""
    russian = not _LETTERS.isdisjoint(word)
    latin = unicodedata.name(char, "").startswith("LATIN")
    problem = NameProblem.MIXED_ALPHABETS if russian and latin else NameProblem.CHARACTERS
    return InvalidInput(problem, at=at, found=char, word=word, hint=_DRAWN_ALIKE.get(char, "") if russian else "")


# --- which word is which ----------------------------------------------------------------------------------------------


def _parts(words: Sequence[str], expected: int) -> list[list[str]]:
    parts = _bound(words, _LEADING)
    return parts if len(parts) <= expected else _bound(words, _LEADING | _PERHAPS_LEADING)


def _bound(words: Sequence[str], leading: AbstractSet[str]) -> list[list[str]]:
    """Group the words so that a particle is in the group of its word."""
    parts: list[list[str]] = []
    awaits = False
    for word in words:
        if parts and (awaits or word.casefold() in _TRAILING):
            parts[-1].append(word)
        else:
            parts.append([word])
        awaits = word.casefold() in leading
    return parts


def _in_order(parts: Sequence[str], sex: Sex) -> PersonName:
    if len(parts) == 3 and _sex_of(parts[1]) is sex and _sex_of(parts[2]) is not sex:
        given, patronymic, family = parts
        return PersonName(family, given, patronymic)
    return PersonName(*parts)


def _sex_of(patronymic: str) -> Sex | None:
    folded = patronymic.casefold()
    return next((sex for ending, sex in _ENDINGS.items() if folded.endswith(ending)), None)


# --- how it is written ------------------------------------------------------------------------------------------------


def _written(words: Sequence[str]) -> str:
    """Return the part with capital letters as in documents. Raises InvalidInput if it is too long."""
    last = len(words) - 1
    part = " ".join(
        word.casefold() if _is_particle(word, first=at == 0, last=at == last) else _capitalised(word)
        for at, word in enumerate(words)
    )
    _require_length(part)
    return part


def _is_particle(word: str, *, first: bool, last: bool) -> bool:
    """Return whether it is a particle beside its word, in all small or all capital letters; «Фон» stays as typed."""
    folded = word.casefold()
    leads = not last and (folded in _LEADING or folded in _PERHAPS_LEADING)
    trails = not first and folded in _TRAILING
    return (leads or trails) and word in {folded, folded.upper()}


def _capitalised(word: str) -> str:
    pieces = enumerate(word.split("-"))
    return "-".join(
        piece.casefold() if _is_particle(piece, first=at == 0, last=True) else _capitalised_piece(piece)
        for at, piece in pieces
    )


def _capitalised_piece(piece: str) -> str:
    """«иванов» and «ИВАНОВ» become «Иванов», «о'коннор» «О'Коннор»; «д'Артаньян», «МакКонахи» and «Лук'янов» stay."""
    prefix, apostrophe, rest = piece.partition("'")
    if apostrophe and len(prefix) == 1:
        return f"{prefix if prefix in 'дл' else prefix.upper()}'{_capitalised_piece(rest)}"
    is_mixed_case = piece[:1].isupper() and not piece.isupper()
    return piece if is_mixed_case else piece[:1].upper() + piece[1:].lower()
