"""The cost of finding a clinic by a line with slips among ten thousand, against a plain scan of all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import cycle
from random import Random

from bot.clinics.word_index import Findable, WordIndex
from bot.core.clinic import ClinicKind
from tests.bench.figures import Bench, Figure, Measure, in_turns

CLINICS = 10_000
SCAN_LIMIT = 0.15
"""of the median of a plain scan"""
P99_LIMIT = 15.0
"""milliseconds"""
LETTERS = "абвгдеиклмнопрст"
BEGINNINGS = (
    *("садо", "поле", "фонта", "озер", "луго", "чертан", "русак", "лебед"),
    *("крупс", "терешк", "воровск", "бекет", "гагар", "пушкин", "лермонт", "кутуз"),
)
MIDDLES = ["в", "н", "р", "ск", "л", "т", "м", "д", "к", "ж", "ц", "ч"]
ENDINGS = ["ая", "ская", "ова", "ина", "ный", "ский", "овая", "инская", "ева"]
KINDS = {
    ClinicKind.CHILDREN: "Детская поликлиника",
    ClinicKind.ADULT: "Городская поликлиника",
    ClinicKind.DENTAL: "Стоматология",
}


def generated(count: int = CLINICS) -> list[Findable]:
    """Return clinics of forty towns with about ten thousand different words."""
    chance = Random(7)
    towns = [_word(chance).capitalize() for _ in range(40)]
    streets = [_word(chance).capitalize() for _ in range(7_000)]
    districts = [_word(chance).capitalize() for _ in range(1_500)]
    stations = [_word(chance).capitalize() for _ in range(1_500)]
    found = []
    for _ in range(count):
        kind = chance.choice(list(KINDS))
        address = f"{chance.choice(towns)}, ул. {chance.choice(streets)}, {chance.randint(1, 150)}"
        places = (chance.choice(districts), chance.choice(stations))
        found.append(Findable(f"{KINDS[kind]} № {chance.randint(1, 300)}", address, places, frozenset({kind})))
    return found


def _word(chance: Random) -> str:
    middle = "".join(chance.choice(LETTERS) for _ in range(chance.randint(1, 4)))
    return chance.choice(BEGINNINGS) + middle + chance.choice(MIDDLES) + chance.choice(ENDINGS)


def lines(entries: Sequence[Findable], count: int = 400) -> list[str]:
    """Return number, town, street and house of some of the clinics, as they stand in the list."""
    named = Random(11).sample(list(entries), count)
    texts = (f"{each.name} {each.address}".replace("№ ", "").replace("ул. ", "").replace(",", "") for each in named)
    return [text.casefold() for text in texts]


def with_slips(typed: Sequence[str]) -> list[str]:
    """Return the lines with a slip in each long word."""
    chance = Random(13)
    return [" ".join(_slipped(word, chance) for word in line.split()) for line in typed]


def _slipped(word: str, chance: Random) -> str:
    if not word.isalpha() or len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        [word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word[:at] + "о" + word[at:]]
    )


def scan(entries: Sequence[Findable], line: str) -> list[Findable]:
    """Return the clinics that have each word of a line: the plain way, which keeps nothing and forgives no slip."""
    words = line.split()
    return [
        each
        for each in entries
        if all(word in f"{each.name} {each.address} {' '.join(each.places)}".casefold() for word in words)
    ]


async def finding_against_scan(bench: Bench, name: str) -> Figure:
    entries = generated()
    index, clean = WordIndex(entries), lines(entries)
    slipped, right = cycle(with_slips(clean)), cycle(clean)

    def ours() -> float:
        line = next(slipped)
        start = time.process_time_ns()
        index.find(line)
        return time.process_time_ns() - start

    def floor() -> float:
        line = next(right)
        start = time.process_time_ns()
        scan(entries, line)
        return time.process_time_ns() - start

    compared = in_turns(ours, floor, bench.effort)
    return Figure(name, compared.ratio, SCAN_LIMIT, "plain_scan_of_10000", compared.samples, decimals=3)


async def finding_p99(bench: Bench, name: str) -> Figure:
    entries = generated()
    index = WordIndex(entries)
    took = []
    for line in with_slips(lines(entries)):
        start = time.process_time_ns()
        index.find(line)
        took.append((time.process_time_ns() - start) / 1e6)
    p99 = sorted(took)[int(len(took) * 0.99)]
    return Figure(name, p99, P99_LIMIT, "one_millisecond", len(took), decimals=1)


FINDING: dict[str, Measure] = {"finding_against_scan": finding_against_scan, "finding_p99": finding_p99}
