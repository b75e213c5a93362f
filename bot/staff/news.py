"""News for the head of a clinic's desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.news import News
from bot.delivery.telling import Telling
from bot.glossary import DeskCheckId


@dataclass(frozen=True, slots=True)
class DeskCheckNews(News):
    """About one policy check at the clinic of the head."""

    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)

    check: DeskCheckId

    @property
    def dedup(self) -> str:
        return f"{self.kind.lower()}:{self.check}:{self.account}"


@dataclass(frozen=True, slots=True)
class DeskIsLate(DeskCheckNews):
    """Nobody has decided a check within the clinic's hours."""

    kind = "DESK_IS_LATE"


@dataclass(frozen=True, slots=True)
class DigitsGuessed(DeskCheckNews):
    """A member of the staff has typed wrong last digits too often."""

    kind = "DIGITS_GUESSED"
