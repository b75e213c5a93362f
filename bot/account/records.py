"""Records of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.core.people import Lock, Purpose
from bot.glossary import (
    AccountId,
    TakeoverId,
)


class TakeoverStatus(StrEnum):
    """A takeover that was withdrawn or made is gone."""

    OFFERED = "OFFERED"
    """the same telephone was shared, and nothing has been asked for yet"""
    ASKED = "ASKED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Contact:
    """How an account is reached beside its chat; neither is ever demanded."""

    phone: str | None = None
    """«+79161234567», shared from the account's own Telegram"""
    email: str | None = None

    @property
    def whole_phone(self) -> str | None:
        """«+7 916 123-45-67»: how it is dialled."""
        n = self.phone
        return None if n is None else f"{n[:2]} {n[2:5]} {n[5:8]}-{n[8:10]}-{n[10:]}"

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
    """A wish of ``new`` to have all that ``old`` has, proved by their common phone.

    ``due_at`` is until when ``old`` may refuse, and after a refusal until when it is not asked again. ``old`` is None
    where that account was erased meanwhile.
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


class Hashed(NamedTuple):
    """A slow hash of an access code, and the salt that it was made with."""

    salt: bytes
    hashed: bytes


class StoredPin(NamedTuple):
    """An account's access code as it is kept; ``tries`` at it have been wrong in a row."""

    salt: bytes
    digest: bytes
    tries: int
    lock: Lock
