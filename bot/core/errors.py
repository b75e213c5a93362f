"""The errors that any slice may raise, with the base of those that are answers for a person.

RuleError               an answer for a person, shown as an alert; each slice has its own in its ``errors.py``, and
│                       ``dialogs/<slice>/refusals.py`` has the sentence and the screen to go to
├── ConsentRequired     ``missing``: the purposes that the account has not agreed to
├── NotYours            the id is missing or belongs to another account: both get the same answer
├── InvalidInput        typed text or a file that does not parse: ``problem`` says why, ``facts`` where
└── ClinicSilent        the clinic system does not answer, and nothing was done

RefCollision            from storage: this Ref is in use, draw another
StorageBusy             from storage: another program has locked the database for too long, and nothing was done
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.core.people import Purpose


class RuleError(Exception):
    """An answer for a person: the class is the code, its attributes are the facts; the dialogs make the sentence."""


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
    def __init__(self, problem: Problem, **facts: int | str | date) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts: Mapping[str, int | str | date] = facts
        """what the sentence names; a day is written in the reader's language"""


class ClinicSilent(RuleError):
    pass


class RefCollision(Exception):
    pass


class StorageBusy(Exception):
    pass
