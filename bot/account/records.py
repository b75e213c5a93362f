"""Contacts, consents, takeovers and access codes of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.core.people import Lock, Purpose
from bot.glossary import AccountId, Ref, TakeoverId


class TakeoverStatus(StrEnum):
    """A takeover that was withdrawn, or not answered in time, has no row; one that was made is a Move."""

    OFFERED = "OFFERED"
    """the new account shared the old one's phone and has not asked for the takeover yet"""
    ASKED = "ASKED"
    REFUSED = "REFUSED"


def in_groups(phone: str) -> str:
    """Return «+7 916 123-45-67» for «+79161234567»."""
    return f"{phone[:2]} {phone[2:5]} {phone[5:8]}-{phone[8:10]}-{phone[10:]}"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach an account besides its chat; both are optional."""

    phone: str | None = None
    """«+79161234567», shared from the account's own Telegram."""
    email: str | None = None

    @property
    def whole_phone(self) -> str | None:
        """«+7 916 123-45-67»"""
        return None if self.phone is None else in_groups(self.phone)

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
    """The wish of the account ``new`` to get everything of ``old``, which has given the same phone.

    The phone alone moves nothing: ``old`` allows it, or its access code or papers at a desk prove who asks.
    ``old`` is None if that account was erased. ``due_at`` depends on the status: the offer expires, the question
    lapses, or ``old`` may be asked again. ``ref`` is the number for the desk, None until ``old`` is asked.
    """

    id: TakeoverId
    old: AccountId | None
    new: AccountId
    phone: str
    status: TakeoverStatus
    due_at: datetime
    ref: Ref | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A takeover that was made: ``old`` is suspended and may undo it until ``until``.

    ``new`` is None if that account was erased meanwhile. ``phone`` has moved too, once everything has.
    """

    takeover: TakeoverId
    ref: Ref
    old: AccountId
    new: AccountId | None
    phone: str
    moved_at: datetime
    until: datetime


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
