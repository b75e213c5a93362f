"""Errors of the account slice."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import RuleError


class TakeoverPaused(RuleError):
    """The account with this phone has refused or is being asked already; ``until`` then it is not asked again."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class WrongCode(RuleError):
    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


class CodePaused(RuleError):
    """There were too many wrong codes: none is verified ``until`` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class CurrentCodeNeeded(RuleError):
    """The current code must be typed before it is changed."""


class NewCodeExpired(RuleError):
    """The new code was not typed for the second time soon enough."""
