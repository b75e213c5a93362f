"""Match a typed text with the buttons of a screen: labels in, a decision out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from bot.core.meant_days import Unmet, meant_day
from bot.core.synonyms import (
    AGREEING,
    ALL,
    ANY,
    BACK,
    CALLS_FOR_HELP,
    EMERGENCY,
    KEEPING,
    NEGATIONS,
    NO,
    OBJECTS,
    PLAIN_YES,
    SAME,
    SPECIALISTS,
    THANKS,
    TO_LATIN_KEYS,
    TO_RUSSIAN_KEYS,
    WITHOUT_MEANING,
    YES,
)
from bot.core.typed_text import visible
from bot.core.typed_times import PartOfDay, read_part, read_time


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a screen, as the matcher sees it."""

    label: str
    data: str
    is_red: bool = False
    """it loses something: only its whole label presses it, or «да» where it is the only answer"""
    leads_out: bool = False
    """«Назад» or «Меню»: no answer to what the screen asks"""
    day: date | None = None
    """the day that the button stands for, if it stands for one"""
    is_main: bool = False
    """what «да» means on a screen that asks whether everything is right"""
    leads_up: bool = False
    """one step up, whatever its label: «Другой день» too"""


@dataclass(frozen=True, slots=True)
class Match:
    """The buttons that a text may mean: none, the one that is pressed, or several to choose from."""

    choices: tuple[Choice, ...] = ()
    needs_whole_label: bool = False
    """the only choice is red and its label was typed in part"""
    part: PartOfDay | None = None
    """the text names this part of the day: the choices are its times, none if there is no such time"""
    unmet: Unmet | None = None
    """the text names a day or a time that no button has"""

    @property
    def pressed(self) -> Choice | None:
        """Return the button to press, or None if it is not certain."""
        return self.choices[0] if len(self.choices) == 1 and not self.needs_whole_label else None


NOTHING = Match()

MOST_WORDS_OF_YES, MOST_WORDS_OF_NO, MOST_WORDS_OF_THANKS = 3, 2, 3

SHORTEST_PART = 3
"""letters of a typed word that may be the beginning of a longer one"""
LONGEST_ENDING = 3
"""letters in which two forms of one Russian word may differ at their ends"""
ALIKE = 0.86
"""the least ratio of difflib for a word with a typing error"""
SHORTEST_MISTYPED = 5
"""letters of a word in which an error is forgiven"""

EQUAL, SAME_MEANING, FORM, MISTYPED = 4, 3, 2, 1
"""how well a typed word fits a word of a label; 0 if it does not"""


# --- words ------------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")
_MEANINGS = {phrase: row[0] for row in SAME for phrase in row}
_LONG_WORDS = [phrase for phrase in _MEANINGS if " " not in phrase and len(phrase) > SHORTEST_MISTYPED]
_PHRASES = sorted((phrase for phrase in _MEANINGS if " " in phrase), key=len, reverse=True)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters with «е» for «ё», without punctuation and signs."""
    return tuple(_WORD.findall(visible(text).casefold().replace("ё", "е")))


def is_emergency(text: str) -> bool:
    """Return whether a text tells of a danger to life or calls for help."""
    typed = " ".join(words_of(text))
    return EMERGENCY.search(typed) is not None or typed in CALLS_FOR_HELP


def is_thanks(text: str) -> bool:
    """Return whether a text says nothing but thanks."""
    words = words_of(text)
    return bool(words) and words[0] in THANKS and len(words) <= MOST_WORDS_OF_THANKS


def _meanings(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words with each known phrase replaced by the word that stands for its meaning."""
    text = f" {' '.join(words)} "
    for phrase in _PHRASES:
        text = text.replace(f" {phrase} ", f" {_MEANINGS[phrase]} ")
    return tuple(text.split())


def _layouts(text: str) -> tuple[str, ...]:
    """Return the text as typed, and as it would be on the other keyboard."""
    return text, text.translate(TO_RUSSIAN_KEYS), text.translate(TO_LATIN_KEYS)


# --- the whole label --------------------------------------------------------------------------------------------------


def match_whole(text: str, choices: Sequence[Choice]) -> Match:
    """Match a text that is the label of a button, whatever its case, signs and keyboard. Several: equal labels."""
    for typed in _layouts(text):
        words = words_of(typed)
        found = tuple(choice for choice in choices if words and words == words_of(choice.label))
        if found:
            return Match(found)
    return NOTHING


# --- a part, a synonym, a day, a time ---------------------------------------------------------------------------------


def match(text: str, choices: Sequence[Choice], today: date) -> Match:
    """Match a text with the labels: the whole label, then yes or no, a day, a time, a part or a synonym.

    Words such as «назад» and «любой» come last: they have a meaning without a label.
    """
    whole = match_whole(text, choices)
    if whole.choices:
        return whole
    for typed in _layouts(text):
        if (answered := _yes_or_no(words_of(typed), choices)) is not None:
            return answered
        for find in (*_NAMING, _red_within, _way_back, _first_of_equals):
            if found := find(typed, choices, today):
                return Match(found, _is_only_red(found))
        if (at_part := _by_part_of_day(typed, choices)) is not None:
            return at_part
    return NOTHING


def unmet_wish(text: str, choices: Sequence[Choice], today: date) -> Unmet | None:
    """Return why the day or time that the text names presses no button, None if it names neither.

    It is asked for a text that ``match`` finds on no button.
    """
    names_time = read_time(text) is not None or read_part(words_of(text)) is not None
    names_day = meant_day(text, words_of(text), today) is not None
    if any(_CLOCK.match(choice.label) for choice in choices):
        return Unmet.NO_SUCH_TIME if names_time else Unmet.NO_SUCH_DAY if names_day else None
    if _asks_for_day(choices):
        return Unmet.NO_SUCH_DAY if names_day else Unmet.DAY_FIRST if names_time else None
    return Unmet.CHOSEN_LATER if names_time or names_day else None


def _asks_for_day(choices: Sequence[Choice]) -> bool:
    return any(choice.day is not None and not choice.leads_up for choice in choices)


def match_named(text: str, choices: Sequence[Choice], today: date) -> Match:
    """Match a text that names a day, a time or words of a label: no «да», «назад» or «любой»."""
    whole = match_whole(text, choices)
    found = (find(typed, choices, today) for typed in _layouts(text) for find in _NAMING)
    return whole if whole.choices else Match(next(filter(None, found), ()))


def _yes_or_no(words: Sequence[str], choices: Sequence[Choice]) -> Match | None:
    """Return the button that says yes or no, None if the text says neither or the screen has no such answer.

    A red button is pressed by «да» only where it is the only answer.
    """
    if len(words) > MOST_WORDS_OF_YES or not words:
        return None
    answers = [choice for choice in choices if not choice.leads_out]
    if words[-1] in YES and all(word in YES or word in ALL for word in words):
        agreeing = [choice for choice in answers if _says_yes(choice.label)]
        main = [choice for choice in answers if choice.is_main]
        others = [choice for choice in answers if not _is_negative(words_of(choice.label))]
        found = agreeing or main or (others if len(others) == 1 else [])
        is_only_answer = len(others) == 1 or [words_of(choice.label)[0] in PLAIN_YES for choice in found] == [True]
        is_plain = is_only_answer and words[0] in PLAIN_YES
        return Match(tuple(found), _is_only_red(found) and not is_plain) if found else None
    if words[0] in NO and len(words) <= MOST_WORDS_OF_NO and NO.union({"спасибо"}).issuperset(words[1:]):
        found = [choice for choice in answers if _is_negative(words_of(choice.label))] or _ways_to_keep(choices)
        return Match(tuple(found), _is_only_red(found)) if found else None
    return None


def _ways_to_keep(choices: Sequence[Choice]) -> list[Choice]:
    """Return what says no to «Да, отменить» without the word: «Оставить», else «Назад»; none if that is not asked."""
    firsts = [(words_of(choice.label)[:1], choice) for choice in choices if not choice.is_red]
    if not any(choice.is_red and not PLAIN_YES.isdisjoint(words_of(choice.label)[:1]) for choice in choices):
        return []
    keeping = [choice for first, choice in firsts if not KEEPING.isdisjoint(first)]
    return keeping or [choice for first, choice in firsts if _meanings(first) == (BACK,)]


def _is_only_red(found: Sequence[Choice]) -> bool:
    return len(found) == 1 and found[0].is_red


def _says_yes(label: str) -> bool:
    words = words_of(label)
    return bool(words) and not _is_negative(words) and (words[0] in YES or not AGREEING.isdisjoint(words))


def _is_negative(words: Collection[str]) -> bool:
    return not NEGATIONS.isdisjoint(words)


def _by_day(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the buttons of the day that the text names: «завтра», «в среду», «26», «5 мая»."""
    if all(choice.day is None for choice in choices):
        return ()
    is_meant = meant_day(text, words_of(text), today)
    found = () if is_meant is None else tuple(c for c in choices if c.day is not None and is_meant(c.day))
    soon = tuple(choice for choice in found if choice.day is not None and choice.day < today + timedelta(days=7))
    return soon if len(soon) == 1 else found


_CLOCK = re.compile(r"(?<!\d)(\d{2}):(\d{2})(?!\d)")


def _by_time(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the buttons with the time that the text names: «8:30», «в 10», «в 3 дня»."""
    typed = read_time(text)
    if typed is None:
        return ()
    hour, minute = typed
    shown = [(choice, found) for choice in choices if (found := _CLOCK.search(choice.label))]
    exact = tuple(choice for choice, at in shown if (int(at[1]), int(at[2])) == (hour, minute or 0))
    return exact or (() if minute is not None else tuple(choice for choice, at in shown if int(at[1]) == hour))


def _by_part_of_day(text: str, choices: Sequence[Choice]) -> Match | None:
    """Return the times of the part of a day that the text names, None if it names none or no time is chosen here."""
    part = read_part(words_of(text))
    if part is None:
        return None
    first, end = part.value
    timed = [(choice, int(at[1])) for choice in choices if (at := _CLOCK.match(choice.label))]
    if timed:
        return Match(tuple(choice for choice, hour in timed if first <= hour < end), part=part)
    return Match(part=part, unmet=Unmet.DAY_FIRST) if _asks_for_day(choices) else None


def _by_words(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the buttons whose labels have all words of the text; «запись» may be missing: «Отменить» is one."""
    typed = words_of(text)
    is_negative = _is_negative(typed)
    meant = _meanings(typed)
    wanted = [word for word in meant if word not in WITHOUT_MEANING] or list(meant)
    if not wanted:
        return ()
    if all(word.isdecimal() for word in wanted):
        return tuple(choice for choice in choices if _has_number(wanted, choice.label))
    if all(len(word) < SHORTEST_PART for word in wanted):
        return ()
    acts = [word for word in wanted if word not in OBJECTS]
    return _best(wanted, choices, is_negative=is_negative) or (
        _best(acts, choices, is_negative=is_negative) if acts else ()
    )


def _best(wanted: Sequence[str], choices: Sequence[Choice], *, is_negative: bool) -> tuple[Choice, ...]:
    """Return the buttons whose labels have all wanted words, the best fits only."""
    scores: dict[Choice, tuple[int, bool]] = {}
    for choice in choices:
        label = words_of(choice.label)
        if _is_negative(label) != is_negative:
            continue
        score = _score(wanted, _meanings(label))
        if score:
            scores[choice] = (score, _is_head(wanted, choice.label))
    best = max(scores.values(), default=None)
    return tuple(choice for choice, score in scores.items() if score == best)


_NAMING = (_by_day, _by_time, _by_words)


def _score(wanted: Sequence[str], label: Sequence[str]) -> int:
    """Return how well the worst of the wanted words fits the label; 0 if one of them is not in it."""
    return min(max((_fit(word, shown) for shown in label), default=0) for word in wanted)


def _is_head(wanted: Sequence[str], label: str) -> bool:
    """Return whether the words are all that stands before the « · » of the label: «хирург» in «Хирург · завтра»."""
    head = _meanings(words_of(label.partition("·")[0]))
    return len(head) == len(wanted) and _score(wanted, head) > 0


def _has_number(wanted: Sequence[str], label: str) -> bool:
    """Return whether a number of the name is typed: «12» in «Детская № 12 · Садовая, 5», not the «5» of the house.

    Days and times are numbers of another kind, and have been looked for before.
    """
    head = label.partition("·")[0]
    return "№" in head and set(wanted) <= set(words_of(head))


def _red_within(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the red buttons whose whole meaning is in the text: «Да, отменить» for «отменить запись»."""
    typed = words_of(text)
    found: list[Choice] = []
    for choice in (choice for choice in choices if choice.is_red):
        label = words_of(choice.label)
        meant = [word for word in label if word not in YES]
        if meant and _is_negative(label) == _is_negative(typed) and _score(meant, typed):
            found.append(choice)
    return tuple(found)


def _way_back(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the button that leads one step up, whatever its label; without one, the only button that leads out."""
    meant = [word for word in _meanings(words_of(text)) if word not in WITHOUT_MEANING]
    if meant != [BACK]:
        return ()
    up = tuple(choice for choice in choices if choice.leads_up)
    out = tuple(choice for choice in choices if choice.leads_out)
    return up or (out if len(out) == 1 else ())


def _first_of_equals(text: str, choices: Sequence[Choice], today: date) -> tuple[Choice, ...]:
    """Return the earliest day or time for «любое» and «пораньше», or the only item of a list."""
    if " ".join(word for word in words_of(text) if word not in WITHOUT_MEANING) not in ANY:
        return ()
    answers = [choice for choice in choices if not choice.leads_out and not choice.is_red]
    dated = [choice for choice in answers if choice.day is not None or _CLOCK.match(choice.label)]
    if dated:
        return tuple(dated[:1])
    return tuple(answers) if len(answers) == 1 and "·" in answers[0].label else ()


def names_specialist(text: str) -> bool:
    """Return whether a text names a kind of doctor: «лор», «к глазному»."""
    return any(not SPECIALISTS.isdisjoint(map(_meaning, _meanings(words_of(typed)))) for typed in _layouts(text))


def _fit(typed: str, shown: str) -> int:
    if typed == shown:
        return EQUAL
    if typed.isdecimal() or shown.isdecimal():
        return 0
    if _meaning(typed) == _meaning(shown) or (typed.endswith("ой") and typed[:-2] + "а" == shown):
        return SAME_MEANING
    if len(typed) >= SHORTEST_PART and (shown.startswith(typed) or _is_form(typed, shown)):
        return FORM
    is_long = min(len(typed), len(shown)) >= SHORTEST_MISTYPED
    return MISTYPED if is_long and SequenceMatcher(None, typed, shown).ratio() >= ALIKE else 0


def _meaning(word: str) -> str:
    """Return the word that stands for the meaning of a word in any of its forms, else the word itself."""
    if word in _MEANINGS:
        return _MEANINGS[word]
    return next((_MEANINGS[phrase] for phrase in _LONG_WORDS if _is_form(word, phrase)), word)


def _is_form(one: str, other: str) -> bool:
    """Return whether two words differ only in a short ending: «педиатру» and «педиатр», «петровой» and «петрова»."""
    if one[:SHORTEST_PART] != other[:SHORTEST_PART]:
        return False
    same = 0
    for mine, others in zip(one, other, strict=False):
        if mine != others:
            break
        same += 1
    left = max(len(one), len(other)) - same
    return same > SHORTEST_PART and left <= LONGEST_ENDING and same >= 2 * left
