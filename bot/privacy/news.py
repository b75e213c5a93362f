"""News of a takeover, a question to the old account and the outcome to both; news of a consent that was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from bot.core.people import Purpose
from bot.delivery.news import KEY_ONLY, News
from bot.glossary import TakeoverId


@dataclass(frozen=True, slots=True)
class TakeoverNews(News):
    """About one takeover. ``prefix`` begins the deduplication key.

    Only a kind that declares ``takeover`` again stores it as a fact: its screen reads it.
    """

    needs_consent = False
    prefix: ClassVar[str]

    takeover: TakeoverId = field(default=TakeoverId(0), metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"{self.prefix}:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverAsked(TakeoverNews):
    """To the old account: another one with the same phone asks for everything. ``turn`` counts the repetitions."""

    kind = "TAKEOVER_ASKED"
    prefix = "takeover"

    takeover: TakeoverId = field(default=TakeoverId(0))
    turn: int = field(default=0, metadata=KEY_ONLY)

    @property
    def dedup(self) -> str:
        return f"{self.prefix}:{self.takeover}:{self.turn}" if self.turn else f"{self.prefix}:{self.takeover}"


@dataclass(frozen=True, slots=True)
class TakeoverRefused(TakeoverNews):
    """To the new account: the old one has refused."""

    kind = "TAKEOVER_REFUSED"
    prefix = "refused"

    takeover: TakeoverId = field(default=TakeoverId(0))


@dataclass(frozen=True, slots=True)
class TakeoverPapersDeclined(TakeoverNews):
    """To the new account: the papers that it has brought to a desk did not do."""

    kind = "TAKEOVER_PAPERS_DECLINED"
    prefix = "papers_declined"

    takeover: TakeoverId = field(default=TakeoverId(0))


@dataclass(frozen=True, slots=True)
class TakeoverLapsed(TakeoverNews):
    """To the new account: the old one has not answered, so nothing has moved."""

    kind = "TAKEOVER_LAPSED"
    prefix = "lapsed"


@dataclass(frozen=True, slots=True)
class TakeoverMovedHere(TakeoverNews):
    """To the new account: it has the patients now."""

    kind = "TAKEOVER_MADE"
    prefix = "made"


@dataclass(frozen=True, slots=True)
class TakeoverMovedAway(TakeoverNews):
    """To the old account: its patients were moved away, and it may undo that."""

    kind = "TAKEN_OVER"
    prefix = "taken"

    takeover: TakeoverId = field(default=TakeoverId(0))


@dataclass(frozen=True, slots=True)
class TakeoverUndone(TakeoverNews):
    """To either account: the move is undone. ``back``: everything is here again."""

    kind = "TAKEOVER_UNDONE"
    prefix = "undone"

    back: bool = field(kw_only=True)

    @property
    def dedup(self) -> str:
        return f"{self.prefix}:{self.takeover}:{int(self.back)}"


@dataclass(frozen=True, slots=True)
class NothingToTakeOver(TakeoverNews):
    """To the new account: the old one was erased or has removed the phone."""

    kind = "NOTHING_TO_TAKE_OVER"
    prefix = "nothing"


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn(News):
    """The operator has withdrawn a consent, because somebody has asked for it in writing."""

    kind = "CONSENT_WITHDRAWN"
    needs_consent = False

    purpose: Purpose

    @property
    def dedup(self) -> str:
        return f"withdrawn:{self.account}:{self.purpose}"
