"""Errors that every slice may raise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.core.people import Purpose


class RuleError(Exception):
    """An answer for a person: a code (the class) and facts; the sentence is made where it is shown."""


class ConsentRequired(RuleError):
    def __init__(self, missing: frozenset[Purpose]) -> None:
        super().__init__()
        self.missing = missing


class NotYours(RuleError):
    pass


class Problem(StrEnum):
    """What may be wrong with typed text or a sent file: each parser has a subclass with its members.

    A value is unique among the members of all subclasses.
    """


class InvalidInput(RuleError):
    def __init__(self, problem: Problem, **facts: int | str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts: Mapping[str, int | str] = facts


class ClinicSilent(RuleError):
    pass


class RefCollision(Exception):
    pass
