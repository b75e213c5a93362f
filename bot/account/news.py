"""News about an account's forgotten access code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling


@dataclass(frozen=True, slots=True)
class CodeDropPlanned(News):
    """A forgotten code will be dropped in a day."""

    kind = "PIN_DROPS"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=1), Hours.SOON)
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_drops:{self.account}"


@dataclass(frozen=True, slots=True)
class CodeDropped(News):
    """A forgotten code is dropped."""

    kind = "PIN_DROPPED"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=7))
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_dropped:{self.account}"
