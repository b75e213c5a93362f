"""News of a takeover: the question to the old account, and its outcome to both."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.delivery.news import KEY_ONLY, News
from bot.glossary import TakeoverId


@dataclass(frozen=True, slots=True)
class TakeoverAsked(News):
    """To the old account: another one with the same telephone asks for everything."""

    kind = "TAKEOVER_ASKED"
    needs_consent = False

    takeover: TakeoverId

    @property
    def dedup(self) -> str:
        return f"takeover:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverRefused(News):
    """To the new account."""

    kind = "TAKEOVER_REFUSED"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"refused:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverMade(News):
    """To the account that has everything now; ``code``: the other one had an access code."""

    kind = "TAKEOVER_MADE"
    needs_consent = False

    code: bool
    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"made:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakenOver(News):
    """To the account that has nothing any more."""

    kind = "TAKEN_OVER"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"taken:{self.takeover}"


@dataclass(frozen=True, slots=True)
class NothingToTakeOver(News):
    """To the new account: the old one has erased its data or given the number up."""

    kind = "NOTHING_TO_TAKE_OVER"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"nothing:{self.takeover}"
