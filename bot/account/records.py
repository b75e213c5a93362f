"""Contacts, consents, takeovers and access codes of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.core.people import Lock, Purpose
from bot.glossary import AccountId, TakeoverId


class TakeoverStatus(StrEnum):
    """A takeover that was withdrawn or completed has no row."""

    OFFERED = "OFFERED"
    """the new account shared the old one's phone and has not asked for the takeover yet"""
    ASKED = "ASKED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach an account besides its chat; both are optional."""

    phone: str | None = None
    """«+79161234567», shared from the account's own Telegram."""
    email: str | None = None

    @property
    def whole_phone(self) -> str | None:
        """«+7 916 123-45-67»"""
        phone = self.phone
        return None if phone is None else f"{phone[:2]} {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"

    @property
    def masked_phone(self) -> str:
        """«+7 916 •••-••-67»"""
        return "" if self.phone is None else f"{self.phone[:2]} {self.phone[2:5]} •••-••-{self.phone[-2:]}"

    @property
    def masked_email(self) -> str:
        """«a•••@example.org»"""
        name, _at, host = (self.email or "").rpartition("@")
        return f"{name[:1]}•••@{host}" if host else ""


@dataclass(frozen=True, slots=True)
class Takeover:
    """The move of everything from the account ``old`` to ``new``; their common phone is the proof.

    ``old`` is None if that account was erased. ``due_at`` depends on the status: the offer expires, the
    time to refuse ends, or ``old`` may be asked again.
    """

    id: TakeoverId
    old: AccountId | None
    new: AccountId
    phone: str
    status: TakeoverStatus
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: Purpose
    version: str
    given_at: datetime
    revoked_at: datetime | None = None


class HashedCode(NamedTuple):
    salt: bytes
    digest: bytes
    """the scrypt hash of the code with this salt"""


class StoredCode(NamedTuple):
    """An account's access code as it is stored."""

    salt: bytes
    sealed: bytes
    """a keyed hash of the digest; empty if no key opens it, and then no code is right"""
    wrong_tries: int
    """since the last right one"""
    lock: Lock
