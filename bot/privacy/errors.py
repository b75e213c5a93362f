"""Errors of the privacy slice."""

from __future__ import annotations

from datetime import datetime

from bot.core.errors import RuleError
from bot.glossary import TakeoverId


class WrongOldCode(RuleError):
    """This is not the access code of the other account, or it has none."""

    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


class GuessesSpent(RuleError):
    """Too many wrong codes of the other account were typed: none is verified ``until`` then."""

    def __init__(self, takeover: TakeoverId, until: datetime) -> None:
        super().__init__()
        self.takeover, self.until = takeover, until
