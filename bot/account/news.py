"""News of an account itself: its forgotten access code."""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.news import News, Urgency


@dataclass(frozen=True, slots=True)
class PinDrops(News):
    """A forgotten access code will be switched off in a day."""

    kind = "PIN_DROPS"
    urgency = Urgency.PERSONAL
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_drops:{self.account}"


@dataclass(frozen=True, slots=True)
class PinDropped(News):
    """A forgotten access code is switched off."""

    kind = "PIN_DROPPED"
    urgency = Urgency.PERSONAL
    needs_consent = False

    @property
    def dedup(self) -> str:
        return f"pin_dropped:{self.account}"
