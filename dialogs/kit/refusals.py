"""Find the sentence and the way out for a refusal (RuleError).

A slice writes one function for each of its refusals and registers it with ``refusal``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from bot.core.errors import InvalidInput, RuleError
from bot.core.i18n import gettext as _
from dialogs.kit.link import Link
from dialogs.kit.problems import sentence_for


class Explanation(NamedTuple):
    sentence: str
    """plain text without markup; at most 200 characters where it may become an alert"""
    way_out: Link | None = None
    """the screen that the refusal leads to; None: the open prompt, or the menu if there is none"""


Refusal = TypeVar("Refusal", bound=RuleError)
Explain = Callable[[Refusal, datetime], Explanation]
"""Explains a refusal at the present moment."""

_explains: dict[type[RuleError], Explain[Any]] = {}


def refusal(kind: type[Refusal]) -> Callable[[Explain[Refusal]], Explain[Refusal]]:
    """Register a function that explains refusals of this class and of subclasses that have no function of their own."""

    def register(explain: Explain[Refusal]) -> Explain[Refusal]:
        if kind in _explains:
            raise ValueError(f"{kind.__name__} is explained already")
        _explains[kind] = explain
        return explain

    return register


def explained_as(kind: type[RuleError]) -> type[RuleError]:
    """Return the class, or its nearest base, that has an explanation."""
    return next(base for base in kind.__mro__ if base in _explains)


def explain(refusal: RuleError, now: datetime) -> Explanation:
    """Return the sentence and the way out for a refusal of any class."""
    return _explains[explained_as(type(refusal))](refusal, now)


@refusal(RuleError)
def unknown(refusal: RuleError, now: datetime) -> Explanation:
    return Explanation(_("This cannot be done."))


@refusal(InvalidInput)
def invalid_input(refusal: InvalidInput, now: datetime) -> Explanation:
    return Explanation(sentence_for(refusal))
