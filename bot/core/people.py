"""Accounts and names of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.glossary import AccountId, ClinicId


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class Purpose(StrEnum):
    """What a consent is given for; declining REMINDERS never blocks booking."""

    REPRESENTATIVE = "REPRESENTATIVE"
    PATIENT = "PATIENT"
    REMINDERS = "REMINDERS"


class Role(StrEnum):
    REGISTRAR = "REGISTRAR"
    HEAD = "HEAD"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A full name as in the document; ``patronymic`` is empty where there is none."""

    family: str
    given: str
    patronymic: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def short(self) -> str:
        """«Мария И.»: all the chat ever shows of a patient's name."""
        return f"{self.given} {self.family[:1]}." if self.family else self.given

    @property
    def with_initials(self) -> str:
        """«Петрова А. С.»: how a doctor is listed."""
        return " ".join([self.family, *(f"{part[:1]}." for part in (self.given, self.patronymic) if part)])


@dataclass(frozen=True, slots=True)
class Lock:
    """The code asked for before an account's personal data: when it is not, and until when no try at it counts."""

    open_until: datetime | None = None
    paused_until: datetime | None = None
    drops_at: datetime | None = None
    """the code was forgotten: from then on it is asked for no more"""


@dataclass(frozen=True, slots=True)
class Account:
    """One Telegram user as the bot knows him. ``consents`` holds the purposes agreed to in their current version."""

    id: AccountId
    telegram_id: int
    language: str | None
    """as chosen in the bot"""
    consents: frozenset[Purpose] = frozenset()
    reachable: bool = True
    role: Role | None = None
    clinic: ClinicId | None = None
    """where a staff member works"""
    heard: str | None = None
    """the language of his Telegram, as last heard: for messages nobody asked for"""
    lock: Lock | None = None

    @property
    def consents_wanting(self) -> frozenset[Purpose]:
        """Those without which nothing is kept of a patient."""
        return frozenset({Purpose.REPRESENTATIVE, Purpose.PATIENT}) - self.consents

    @property
    def may_link(self) -> bool:
        return not self.consents_wanting


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the bot and answers for it; empty fields are not shown."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
