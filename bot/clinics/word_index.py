"""An index of words in memory: what is meant by a typed line with slips, in any order, on any keyboard.

Words are corrected by the words of the index; numbers are compared as they are. Nothing is stored, and the index is
built anew when the list changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import islice
from math import log
from typing import NamedTuple

from bot.clinics.search_words import (
    HOUSE_WORDS,
    KINDS,
    STREETS,
    WEAK,
    WITHOUT_MEANING,
    as_number,
    is_number,
    readings,
    stem,
    words_in,
)
from bot.core.clinic import ClinicKind


class Findable(NamedTuple):
    """What is known of one thing to be found; ``places`` are a district, a station or other words of it."""

    name: str
    address: str = ""
    places: tuple[str, ...] = ()
    kinds: frozenset[ClinicKind] = frozenset()


class Hit(NamedTuple):
    """``place`` is the position of the entry."""

    place: int
    score: float


class Part(IntEnum):
    """Where in an entry a word stands."""

    NAME = 0
    FURTHER_NUMBER = 1
    """of a name, after its first: that of a branch"""
    STREET = 2
    HOUSE = 3
    PLACE = 4


class Posting(NamedTuple):
    place: int
    part: int
    """of Part"""
    surface: str


class Candidate(NamedTuple):
    """A word of the index that a typed word may be; ``quality`` is 1 for the word itself."""

    stem: str
    quality: float


class Sought(NamedTuple):
    """A word of a line that tells clinics apart."""

    surface: str
    candidates: Sequence[Candidate]
    weight: float = 1.0
    after_street: bool = False
    """a number after another word: the house of a street, rather than the number of a clinic"""


MOST_HITS = 50
MOST_LONG = 12
"""words of a line that are looked for"""
MOST_CANDIDATES = 12
EXACT_STEM, BEGINNING = 0.95, 0.7
CORRECTED = {0: 0.95, 1: 0.8, 2: 0.55}
"""quality of a word with so many slips"""
SHORTEST_BEGINNING = 3
RIGHT_KIND, WRONG_KIND = 1.0, -0.8
PER_WORD = 0.01
"""what each further word of an entry takes away: of two that fit equally the shorter one is meant"""
STREET_KIND_WEIGHT, WEAK_WEIGHT = 0.12, 0.3
LEAST_OF_BEST = 0.5
"""the part of the best score below which a hit is left out"""
NUMBER_WEIGHTS = ((1.0, 0.6, 1.0, 0.45, 0.45), (0.6, 0.45, 0.8, 1.0, 0.6))
"""of each Part, for a number by itself and for one after another word"""


class WordIndex:
    def __init__(self, entries: Sequence[Findable]) -> None:
        self._postings: dict[str, list[Posting]] = defaultdict(list)
        self._kinds: list[int] = []
        """of each entry, as a position in ``_every_kind``"""
        self._prior: list[float] = []
        surfaces: dict[str, str] = {}
        numbers: dict[frozenset[ClinicKind], int] = {}
        for place, entry in enumerate(entries):
            words = list(_words_of(entry))
            own = entry.kinds | _kinds_in(words_in(entry.name))
            self._kinds.append(numbers.setdefault(own, len(numbers)))
            self._prior.append(-PER_WORD * len(words))
            for surface, part in words:
                key = _key(surface)
                self._postings[key].append(Posting(place, int(part), surface))
                if not is_number(surface):
                    surfaces[surface] = key
        self._every_kind = list(numbers)
        self._stems = sorted({*surfaces.values()})
        self._near = NearWords({*surfaces, *WITHOUT_MEANING, *KINDS})

    def find(self, line: str, most: int = MOST_HITS) -> list[Hit]:
        """Return what the line may mean, the best first; nothing if no word of it is known."""
        return self._ranked(*max((self._read(reading) for reading in readings(line)), key=_certainty), most)

    # --- the line -----------------------------------------------------------------------------------------------------

    def _read(self, line: str) -> tuple[list[Sought], frozenset[ClinicKind], float]:
        """Return the words to look for, the kinds of clinic that are named, and how many words are known."""
        sought: list[Sought] = []
        kinds: set[ClinicKind] = set()
        known, after_street = 0.0, False
        for written in list(_split(words_in(line)))[:MOST_LONG]:
            word = written if self._is_known(written) else as_number(written) or written
            if is_number(word):
                sought.append(Sought(word, [Candidate(word, 1.0)], after_street=after_street))
                continue
            near = () if self._is_known(word) else self._near.find(word)
            meant = near[0][0] if near else word
            if meant in KINDS:
                kinds |= KINDS[meant]
                known, after_street = known + (1.0 if meant == word else CORRECTED[2]), False
            elif meant in WITHOUT_MEANING:
                known, after_street = known + (0.5 if meant == word else 0.2), meant in HOUSE_WORDS
            elif word in HOUSE_WORDS:
                after_street = True
            else:
                found = self._candidates(word, near)
                weight = STREET_KIND_WEIGHT if word in STREETS else WEAK_WEIGHT if word in WEAK else 1.0
                sought.append(Sought(word, found, weight))
                known, after_street = known + max((each.quality for each in found), default=0.0), word not in STREETS
        return sought, frozenset(kinds), known

    def _is_known(self, word: str) -> bool:
        return word in KINDS or word in WITHOUT_MEANING or word in HOUSE_WORDS or _key(word) in self._postings

    def _candidates(self, word: str, near: Iterable[tuple[str, int]]) -> list[Candidate]:
        """Return the words of the index that a word may be: itself in any form, one that begins so, one with slips."""
        key = _key(word)
        if key in self._postings:
            return [Candidate(key, 1.0)]
        found = dict.fromkeys(self._beginning(key), BEGINNING)
        for surface, slips in near:
            other = _key(surface)
            if other in self._postings:
                found[other] = max(found.get(other, 0.0), CORRECTED[slips])
        best = sorted(found.items(), key=lambda each: -each[1])[:MOST_CANDIDATES]
        return [Candidate(*each) for each in best]

    def _beginning(self, key: str) -> Iterator[str]:
        if len(key) < SHORTEST_BEGINNING:
            return
        for each in islice(self._stems, bisect_left(self._stems, key), None):
            if not each.startswith(key):
                return
            yield each

    # --- the ranking --------------------------------------------------------------------------------------------------

    def _ranked(self, sought: Sequence[Sought], kinds: frozenset[ClinicKind], _known: float, most: int) -> list[Hit]:
        scores: dict[int, float] = defaultdict(float)
        for each in sought:
            for place, worth in self._worth(each).items():
                scores[place] += worth
        if not sought and kinds:
            right = {number for number, own in enumerate(self._every_kind) if kinds <= own}
            scores.update(dict.fromkeys((place for place, own in enumerate(self._kinds) if own in right), 0.0))
        best = self._best(scores, [self._kind_worth(own, kinds) for own in self._every_kind])
        least = max((hit.score for hit in best), default=0.0) * LEAST_OF_BEST
        return [hit for hit in best if hit.score >= least and hit.score > 0][:most]

    def _best(self, scores: Mapping[int, float], kind_worths: Sequence[float]) -> list[Hit]:
        """Return what may be shown, with the worth of its kind, the best first."""
        least = max(scores.values(), default=0.0) * LEAST_OF_BEST - max(kind_worths, default=0.0)
        hits = [
            Hit(place, score + self._prior[place] + kind_worths[self._kinds[place]])
            for place, score in scores.items()
            if score >= least
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.place))

    @staticmethod
    def _kind_worth(own: frozenset[ClinicKind], wanted: frozenset[ClinicKind]) -> float:
        return sum(RIGHT_KIND if kind in own else WRONG_KIND for kind in wanted)

    def _worth(self, sought: Sought) -> dict[int, float]:
        """Return what a word adds to each entry that has it: rare words add more."""
        found: dict[int, float] = {}
        weights = NUMBER_WEIGHTS[sought.after_street] if is_number(sought.surface) else None
        surface = sought.surface
        for key, quality in sought.candidates:
            postings = self._postings.get(key, ())
            rarity = log(1 + len(self._kinds) / max(1, len(postings))) * sought.weight * quality
            for place, part, written in postings:
                fits = weights[part] if weights else 1.0 if written == surface or quality < 1 else EXACT_STEM
                worth = rarity * fits
                if worth > found.get(place, 0.0):
                    found[place] = worth
        return found


def _certainty(read: tuple[list[Sought], frozenset[ClinicKind], float]) -> float:
    return read[2]


# --- the words of an entry --------------------------------------------------------------------------------------------


def _words_of(entry: Findable) -> Iterator[tuple[str, Part]]:
    """Yield what an entry is found by; words of its kind are no words of it."""
    numbers = 0
    for word in _split(words_in(entry.name)):
        if is_number(word):
            numbers += 1
            yield word, Part.NAME if numbers == 1 else Part.FURTHER_NUMBER
        elif word not in WITHOUT_MEANING and word not in KINDS:
            yield word, Part.NAME
    for part in entry.address.split(","):
        yield from _words_of_address(words_in(part))
    for text in entry.places:
        yield from ((word, Part.PLACE) for word in _split(words_in(text)) if word not in WITHOUT_MEANING)


def _words_of_address(words: Sequence[str]) -> Iterator[tuple[str, Part]]:
    """Yield the words of one part of an address: a number beside words belongs to the name of the street."""
    kept = [word for word in _split(words) if word not in WITHOUT_MEANING and word not in HOUSE_WORDS]
    has_words = any(not is_number(word) for word in kept)
    for word in kept:
        yield word, Part.STREET if has_words or not is_number(word) else Part.HOUSE


def _split(words: Iterable[str]) -> Iterator[str]:
    """Yield words; a hyphenated one also in its parts and without hyphens: people write «Нарьян-Мар» in any way."""
    for word in words:
        if word in STREETS:
            yield STREETS[word]
        elif "-" in word:
            yield from word.split("-")
            yield word.replace("-", "")
        else:
            yield word


def _kinds_in(words: Iterable[str]) -> frozenset[ClinicKind]:
    return frozenset(kind for word in words for kind in KINDS.get(word, ()))


def _key(word: str) -> str:
    return word if is_number(word) else stem(word)


# --- slips ------------------------------------------------------------------------------------------------------------

MOST_SLIPS = 2
SLIPS = (0, 0, 0, 0, 1, 1)
"""that are forgiven, by the length of the word; MOST_SLIPS in a longer one"""


def forgiven(word: str) -> int:
    return SLIPS[len(word)] if len(word) < len(SLIPS) else MOST_SLIPS


class NearWords:
    """Words by their first letters, so that a word with slips is compared with few of them.

    A slip is a letter too many, too few or another one, or two letters in each other's place. Of the slips one may be
    in the first three letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[str, list[str]] = defaultdict(list)
        """by the first two letters and the length of the typed word"""
        self._first_two: dict[str, list[str]] = defaultdict(list)
        self._next_two: dict[str, list[str]] = defaultdict(list)
        self._first_and_third: dict[str, list[str]] = defaultdict(list)
        for word in sorted(words):
            for length in range(len(word) - MOST_SLIPS, len(word) + MOST_SLIPS + 1):
                self._by_length[f"{word[:2]}{length}"].append(word)
            self._first_two[word[:2]].append(word)
            self._next_two[word[1:3]].append(word)
            self._first_and_third[word[:1] + word[2:3]].append(word)

    def find(self, typed: str) -> list[tuple[str, int]]:
        """Return the words that may be meant with their number of slips, fewest first."""
        slips = forgiven(typed)
        if not slips:
            return []
        # Three megabytes, which a bot does without until somebody types a word with a slip.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found = process.extract(
            typed, self._alike(typed), scorer=OSA.distance, score_cutoff=slips, limit=MOST_CANDIDATES, processor=None
        )
        return list({word: int(distance) for word, distance, _place in found}.items())

    def _alike(self, typed: str) -> list[str]:
        """Return the words whose first letters are those of the typed one, but for one slip."""
        first, second, third = typed[0], typed[1], typed[2]
        return [
            *self._by_length.get(f"{first}{second}{len(typed)}", ()),
            *self._next_two.get(second + third, ()),
            *self._first_two.get(second + third, ()),
            *self._next_two.get(first + second, ()),
            *self._first_two.get(second + first, ()),
            *self._first_and_third.get(first + third, ()),
            *self._first_two.get(first + third, ()),
            *self._first_and_third.get(first + second, ()),
        ]
