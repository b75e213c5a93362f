"""News: a message that the outbox will deliver, as the slice that sends it knows it and as the outbox keeps it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

from bot.glossary import AccountId, AppointmentId, OutboxId


class OutboxStatus(StrEnum):
    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Urgency(StrEnum):
    """Which outbox line a message stands in; the earlier one goes first."""

    PERSONAL = "0"
    """the answer to something this person has just done"""
    NEWS = "1"
    """the clinic changed something"""
    ROUTINE = "2"
    """reminders"""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One thing to tell one account. ``edits`` is the message id to change instead of sending a new one."""

    id: OutboxId
    account: AccountId
    chat: int
    language: str | None
    kind: str
    facts: Mapping[str, int | str]
    due_at: datetime
    attempts: int = 0
    edits: int | None = None


Fact = int | str

SHOWN_WITHIN = timedelta(seconds=10)
"""The outbox delivers what a screen is about to show only this much later, in case the screen never came."""

KEY_ONLY: Mapping[str, bool] = {"key_only": True}
"""Metadata of a field that makes the deduplication key and is not stored; read back it has its default."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to enqueue. ``dedup`` makes it once-only among live messages; after ``expires_at`` it is pointless."""

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

    A field is an id, a number, a text, a flag, a day or a moment. ``kind`` and the names of the fields are stored:
    changing one needs a migration.
    """

    kind: ClassVar[str]
    urgency: ClassVar[Urgency] = Urgency.NEWS
    needs_consent: ClassVar[bool] = True
    """only for an account that lets the bot keep a patient's data"""

    account: AccountId

    @property
    @abstractmethod
    def dedup(self) -> str: ...

    @property
    def visit(self) -> AppointmentId | None:
        """The visit that the outbox row points at."""
        return None

    @property
    def facts(self) -> Mapping[str, Fact]:
        stored = (each.name for each in fields(self) if each.name != "account" and not each.metadata.get("key_only"))
        return {name: _written(getattr(self, name)) for name in stored}

    @classmethod
    def read(cls, message: OutboxMessage) -> Self:
        """The inverse of ``facts``. Facts that only another release knows are left out."""
        types = get_type_hints(cls)
        facts = {name: _read(types[name], fact) for name, fact in message.facts.items() if name in types}
        return cls(message.account, **facts)

    def due(self, at: datetime, *, expires_at: datetime | None = None, edits: int | None = None) -> Notice:
        return Notice(self.account, self.kind, at, self.dedup, self.facts, self.urgency, expires_at, edits, self.visit)

    def unless_shown(self, now: datetime, *, edits: int | None = None) -> Notice:
        """Due so late that a screen which shows it can withdraw it first."""
        return self.due(now + SHOWN_WITHIN, edits=edits)


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
