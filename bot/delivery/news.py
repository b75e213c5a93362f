"""News: what a message says, as its slice knows it, and the notice and outbox message that are made of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self, get_type_hints
from zoneinfo import ZoneInfo

from bot.core.timing import MOSCOW
from bot.delivery.errors import NotNow, TooLate
from bot.delivery.telling import Telling
from bot.glossary import AccountId, AppointmentId, OutboxId

Fact = int | str


class OutboxStatus(StrEnum):
    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Urgency(StrEnum):
    """The order in which due messages are sent; the lower value first. The values are stored."""

    PERSONAL = "0"
    """the answer to something that this account has just done"""
    NEWS = "1"
    """the clinic changed something"""
    ROUTINE = "2"
    """reminders"""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A claimed message for one account. ``edits`` is the id of the message to edit instead of sending a new one.

    ``planned_at`` is when it was first due, ``starts_at`` when its visit begins by now, ``zone`` that of its reader.
    """

    id: OutboxId
    account: AccountId
    chat: int
    language: str | None
    kind: str
    facts: Mapping[str, Fact]
    due_at: datetime
    attempts: int = 0
    edits: int | None = None
    urgency: Urgency = Urgency.NEWS
    planned_at: datetime | None = None
    starts_at: datetime | None = None
    zone: ZoneInfo = MOSCOW
    may_have_arrived: bool = False
    """an earlier attempt was cut off"""
    replies_to: int | None = None
    """the id of the last message about its visit in this chat"""


class SentNews(NamedTuple):
    """What became of a message for one account; ``reachable`` is False if the account has blocked the bot."""

    account: AccountId
    status: OutboxStatus
    due_at: datetime
    sent_at: datetime | None
    reachable: bool


SHOWN_WITHIN = timedelta(seconds=10)
"""The outbox waits this long with news that a screen may show, then sends it unless the screen has withdrawn it."""

KEY_ONLY: Mapping[str, bool] = {"key_only": True}
"""Metadata of a field that is part of the deduplication key and is not stored: read back, it has its default."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to enqueue. ``dedup`` is the deduplication key among live messages; at ``expires_at`` it expires."""

    account: AccountId
    kind: str
    due_at: datetime
    dedup: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    urgency: Urgency = Urgency.NEWS
    expires_at: datetime | None = None
    edits: int | None = None
    appointment: AppointmentId | None = None


@dataclass(frozen=True, slots=True)
class News(ABC):
    """What one kind of message says to ``account``; the other fields are its facts.

    A fact is an id, a number, a text, a flag, a date or a datetime. ``kind`` and the field names are stored: changing
    one needs a migration.
    """

    kind: ClassVar[str]
    urgency: ClassVar[Urgency] = Urgency.NEWS
    telling: ClassVar[Telling] = Telling()
    needs_consent: ClassVar[bool] = True
    """send it only to an account that is served"""

    account: AccountId

    @property
    @abstractmethod
    def dedup(self) -> str:
        """The deduplication key: of two live messages with one key only the newer is sent."""

    @property
    def visit(self) -> AppointmentId | None:
        """The visit that the outbox row refers to."""
        return None

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The times of its visit that the facts know."""
        return ()

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The fields as they are stored: a datetime in epoch seconds, a date in ISO format."""
        stored = (each.name for each in fields(self) if each.name != "account" and not each.metadata.get("key_only"))
        return {name: _written(getattr(self, name)) for name in stored}

    @classmethod
    def read(cls, message: OutboxMessage) -> Self:
        """Parse the facts of a message; those of another release's fields are ignored."""
        types = get_type_hints(cls)
        facts = {name: _read(types[name], fact) for name, fact in message.facts.items() if name in types}
        return cls(message.account, **facts)

    def due(
        self,
        at: datetime,
        *,
        expires_at: datetime | None = None,
        edits: int | None = None,
        starts_at: datetime | None = None,
    ) -> Notice:
        """Return the notice to enqueue; ``starts_at`` is when its visit begins."""
        last = self.telling.last_moment(at, self._starts(starts_at))
        until = last if expires_at is None else min(last, expires_at)
        return Notice(self.account, self.kind, at, self.dedup, self.facts, self.urgency, until, edits, self.visit)

    def unless_shown(self, now: datetime, *, edits: int | None = None, starts_at: datetime | None = None) -> Notice:
        """Return a notice that is due after SHOWN_WITHIN, so that a screen with the same text can withdraw it."""
        return self.due(now + SHOWN_WITHIN, edits=edits, starts_at=starts_at)

    def require_moment(self, message: OutboxMessage, now: datetime) -> None:
        """Raises TooLate if the message is not worth telling any more, NotNow if it must not ring now."""
        planned_at, starts = message.planned_at or message.due_at, self._starts(message.starts_at)
        if now >= self.telling.last_moment(planned_at, starts):
            raise TooLate
        # An edit of a message makes no sound.
        at = now if message.edits is not None else self.telling.next_moment(planned_at, now, message.zone, starts)
        if at > now:
            raise NotNow(at)

    def _starts(self, starts_at: datetime | None) -> tuple[datetime, ...]:
        return self.starts if starts_at is None else (*self.starts, starts_at)


def _written(value: object) -> Fact:
    match value:
        case datetime():
            return int(value.timestamp())
        case date():
            return value.isoformat()
        case int():
            return int(value)
    return str(value)


def _read(kind: Any, fact: Fact) -> object:
    if kind is datetime:
        return datetime.fromtimestamp(int(fact), UTC)
    if kind is date:
        return date.fromisoformat(str(fact))
    return kind(fact)
