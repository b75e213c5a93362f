"""Find the sentence for typed text or a file that cannot be accepted.

A slice writes the sentences of its problems and registers them with ``problem_sentences``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from bot.core.errors import InvalidInput, Problem
from bot.core.i18n import spoken_date

Facts = Mapping[str, int | str]
Sentences = Callable[[Problem, Facts], str]

_sentences: dict[type[Problem], Sentences] = {}


def problem_sentences(*kinds: type[Problem]) -> Callable[[Sentences], Sentences]:
    """Register a function that returns a sentence for each member of ``kinds``: plain text without markup."""

    def register(sentences: Sentences) -> Sentences:
        for kind in kinds:
            if kind in _sentences:
                raise ValueError(f"{kind.__name__} has its sentences already")
            _sentences[kind] = sentences
        return sentences

    return register


def sentence_for(refusal: InvalidInput) -> str:
    """Return the sentence that says what is wrong: plain text without markup, days as they are spoken."""
    facts = {name: spoken_date(known) if isinstance(known, date) else known for name, known in refusal.facts.items()}
    return _sentences[type(refusal.problem)](refusal.problem, facts)
