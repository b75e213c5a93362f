"""Errors of the account slice."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import RuleError


class TakeoverPaused(RuleError):
    """The account with this telephone has refused, or somebody else asks already; ``until`` it is not asked again."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class WrongCode(RuleError):
    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class CodePaused(RuleError):
    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class ProofNeeded(RuleError):
    pass


class OfferGone(RuleError):
    pass
