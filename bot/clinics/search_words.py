"""Read the words of a clinic's name, an address or a typed line: letters, numbers, abbreviations, other alphabets.

A word is in small letters with «е» for «ё»; a number keeps a letter after it: «56а».
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.clinic import ClinicKind
from bot.core.synonyms import TO_RUSSIAN_KEYS
from bot.core.typed_text import visible

_WORD = re.compile(r"\d+[а-яa-z]?(?![^\W\d_])|\d+|[^\W\d_]+(?:-[^\W\d_]+)*")
_SEPARATE_LETTER = re.compile(r"(?<=\d) (?=[абг]\b)")
"""«18 а» is the house «18а»; «в» and «к» after a number are other words"""
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")
_ALIKE = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
"""Latin letters that look like Cyrillic ones, inside a Cyrillic word"""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


HOUSE_WORDS = _set("дом д корп корпус стр строение вл владение лит литера")

WITHOUT_MEANING = _set(
    "поликлиника поликлиники поликлинику поликлинике поликлиникой поликлинический поликлиническое поликлиническому "
    "клиника клиники клинику больница больницы больнице больницу клиническая клинической городская городской городскую "
    "город г гор гп гбуз гауз огбуз буз гуз отделение отделения отделению филиал филиала филиале филиалом номер n no "
    "район района районе р он метро станция м ст у на в во по при к ко с со из за около возле рядом с имени им ул "
    "пол поликл где находится которая который что есть мне нам нужна нужен ищу найти хочу и а the of"
)
"""words of a line or a name that tell no clinic from another"""

WEAK = _set("новая новый новое новой старая старый наша наш хорошая большая")
"""words that may stand in a name, but mostly only praise"""

STREETS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "проспект": "проспект проспекте пр просп пркт пр-т пр-кт prospekt",
        "улица": "улица улице улицы",
        "переулок": "переулок переулке пер",
        "бульвар": "бульвар бульваре бул б-р",
        "набережная": "набережная набережной наб",
        "площадь": "площадь площади пл",
        "шоссе": "шоссе ш",
        "проезд": "проезд проезде пр-д",
        "аллея": "аллея аллее аллеи",
    }.items()
    for word in words.split()
}
"""kinds of streets: they tell «проспект Мира» from «улица Мира» and little more"""

KINDS: Mapping[str, frozenset[ClinicKind]] = {
    word: frozenset(kinds)
    for kinds, words in {
        (ClinicKind.CHILDREN,): "детская детской детскую детские детский детское детям дети детка дет ребенок ребенку "
        "ребенка детполиклиника дп дгп дгб дгкб дкб догп detskaya",
        (ClinicKind.ADULT,): "взрослая взрослой взрослую взрослые взрослых взрослый взрослое",
        (ClinicKind.DENTAL,): "стоматология стоматологии стоматологию стоматологическая стоматологической "
        "стоматологическую стоматологическое стоматолог стоматка зубная зубной зубную зубы зубов зуб",
        (ClinicKind.CHILDREN, ClinicKind.DENTAL): "дсп дгсп",
    }.items()
    for word in words.split()
}
"""words that say for whom a clinic is"""

_LETTERS = (
    ("shch", "щ"), ("sch", "щ"), ("tsk", "тск"), ("iya", "ия"), ("iye", "ие"), ("yy", "ый"), ("iy", "ий"),
    ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("ya", "я"), ("yu", "ю"), ("yo", "е"), ("ye", "е"),
    ("ja", "я"), ("ju", "ю"), ("ia", "ия"), ("ck", "к"),
    *zip("abvgdezijklmnoprstufhcyxwq'", "абвгдезийклмнопрстуфхкыкввкь", strict=False),
)  # fmt: skip


def normal(text: str) -> str:
    """Return a text in small letters with «е» for «ё», with house letters joined to their number."""
    return _SEPARATE_LETTER.sub("", visible(text).casefold().replace("ё", "е").replace("№", " "))


def words_in(text: str) -> list[str]:
    """Return the words and numbers of a text in order; a hyphenated word is one."""
    return [_with_cyrillic(word) for word in _WORD.findall(normal(text))]


def _with_cyrillic(word: str) -> str:
    return word.translate(_ALIKE) if _CYRILLIC.search(word) and _LATIN.search(word) else word


def is_number(word: str) -> bool:
    return word[0].isdigit()


def readings(line: str) -> list[str]:
    """Return a line as typed, and, if it has Latin letters, as typed on the other keyboard and as it sounds."""
    if not _LATIN.search(line.casefold()):
        return [line]
    return [line, line.translate(TO_RUSSIAN_KEYS), as_it_sounds(line)]


def as_it_sounds(line: str) -> str:
    """Return a line in Latin letters in Cyrillic ones: «detskaya na lenina»."""
    text = line.casefold()
    for latin, cyrillic in _LETTERS:
        text = text.replace(latin, cyrillic)
    return text


_ENDINGS = (
    "иями", "ыми", "ими", "ого", "ему", "ому", "его", "иях", "ией", "ями", "ами", "ое", "ая", "яя", "ой", "ей", "ую",
    "юю", "ый", "ий", "ые", "ие", "ых", "их", "ом", "ем", "ам", "ям", "ах", "ях", "ию", "ия", "ии", "ов", "ев",
    "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й",
)  # fmt: skip
SHORTEST_STEM = 3


def stem(word: str) -> str:
    """Return a Russian word without its ending: «садовой» and «садовая» have one stem. A number is its own."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


_SAID = (
    "первая вторая третья,третий четвертая пятая шестая седьмая восьмая девятая десятая одиннадцатая двенадцатая "
    "тринадцатая четырнадцатая пятнадцатая шестнадцатая семнадцатая восемнадцатая девятнадцатая двадцатая"
)
ORDINALS: Mapping[str, str] = {
    stem(word): str(number) for number, words in enumerate(_SAID.split(), start=1) for word in words.split(",")
}
"""stems of the words that people say in place of a number: «седьмая детская»"""


def as_number(word: str) -> str | None:
    """Return the number that a word says, None if it says none."""
    return ORDINALS.get(stem(word))


def without_age(line: str) -> str:
    """Return a line without the words for children and adults: «детский кардиолог» is a cardiologist."""
    return " ".join(word for word in words_in(line) if ClinicKind.DENTAL in KINDS.get(word, {ClinicKind.DENTAL}))
