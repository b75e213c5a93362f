"""The glossary names places that exist: each word stands in the module above it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot import glossary
from tests.project_files import ROOT, read


def entries(text: str) -> Iterator[tuple[Path, str]]:
    """Yield each word with the module or package that it is listed under."""
    place = None
    for line in text.splitlines():
        if re.fullmatch(r"bot/[\w/.]+", line):
            place = ROOT / line
        elif place and (word := re.match(r" {4}(\w+) {2,}\S+", line)):
            yield place, word[1]


def test_each_word_of_the_glossary_stands_in_its_module() -> None:
    found = list(entries(glossary.__doc__ or ""))
    assert len(found) > 30
    lost = [f"{word} is not in {place.relative_to(ROOT)}" for place, word in found if not stands_in(place, word)]
    assert not lost, "\n".join(lost)


def stands_in(place: Path, word: str) -> bool:
    modules = sorted(place.glob("*.py")) if place.is_dir() else [place] if place.exists() else []
    return any(re.search(rf"\b{word}\b", read(module)) for module in modules)


def test_word_that_stands_nowhere_is_found() -> None:
    [(place, word)] = entries("bot/core/ages.py\n    nothing_like_it     ничто")
    assert not stands_in(place, word)
    assert not stands_in(ROOT / "bot/core/gone.py", "age_on")
