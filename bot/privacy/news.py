"""News of a takeover: a question to the old account, the outcome to both."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.delivery.news import KEY_ONLY, News
from bot.glossary import TakeoverId


@dataclass(frozen=True, slots=True)
class TakeoverAsked(News):
    """To the old account: another one with the same phone asks for everything. ``turn`` counts the repetitions."""

    kind = "TAKEOVER_ASKED"
    needs_consent = False

    takeover: TakeoverId
    turn: int = field(default=0, metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"takeover:{self.takeover}:{self.turn}" if self.turn else f"takeover:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverRefused(News):
    """To the new account: the old one has refused."""

    kind = "TAKEOVER_REFUSED"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0))

    @property
    def dedup(self) -> str:
        return f"refused:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverPapersDeclined(News):
    """To the new account: the papers that it has brought to a desk did not do."""

    kind = "TAKEOVER_PAPERS_DECLINED"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0))

    @property
    def dedup(self) -> str:
        return f"papers_declined:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverLapsed(News):
    """To the new account: the old one has not answered, so nothing has moved."""

    kind = "TAKEOVER_LAPSED"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"lapsed:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverMovedHere(News):
    """To the new account: it has the patients now."""

    kind = "TAKEOVER_MADE"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"made:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverMovedAway(News):
    """To the old account: its patients were moved away, and it may undo that."""

    kind = "TAKEN_OVER"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0))

    @property
    def dedup(self) -> str:
        return f"taken:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverUndone(News):
    """To either account: the move is undone. ``back``: everything is here again."""

    kind = "TAKEOVER_UNDONE"
    needs_consent = False

    back: bool
    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"undone:{self.takeover}:{int(self.back)}"


@dataclass(frozen=True, slots=True)
class NothingToTakeOver(News):
    """To the new account: the old one was erased or has removed the phone."""

    kind = "NOTHING_TO_TAKE_OVER"
    needs_consent = False

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"nothing:{self.takeover}"
