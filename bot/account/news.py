"""News about an account's forgotten access code."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.news import News, Urgency


@dataclass(frozen=True, slots=True)
class CodeDropPlanned(News):
    """A forgotten code will be dropped in a day."""

    kind = "PIN_DROPS"
    urgency = Urgency.PERSONAL
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_drops:{self.account}"


@dataclass(frozen=True, slots=True)
class CodeDropped(News):
    """A forgotten code is dropped."""

    kind = "PIN_DROPPED"
    urgency = Urgency.PERSONAL
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_dropped:{self.account}"
