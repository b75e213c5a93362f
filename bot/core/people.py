"""People: accounts, names of persons, and the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.glossary import AccountId, ClinicId


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class Purpose(StrEnum):
    """What a consent is given for; declining REMINDERS never blocks booking."""

    REPRESENTATIVE = "REPRESENTATIVE"
    PATIENT = "PATIENT"
    REMINDERS = "REMINDERS"


REQUIRED: Final = frozenset({Purpose.REPRESENTATIVE, Purpose.PATIENT})
"""the consents without which no patient can be stored"""


class Role(StrEnum):
    REGISTRAR = "REGISTRAR"
    HEAD = "HEAD"
    ADMIN = "ADMIN"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A full name as in the document; ``patronymic`` is empty if the person has none."""

    family: str
    given: str
    patronymic: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def short(self) -> str:
        """«Мария И.»: a chat shows no more of a patient's name."""
        return f"{self.given} {self.family[:1]}." if self.family else self.given

    @property
    def with_initials(self) -> str:
        """«Петрова А. С.»: how a doctor is listed."""
        return " ".join([self.family, *(f"{part[:1]}." for part in (self.given, self.patronymic) if part)])


@dataclass(frozen=True, slots=True)
class Lock:
    """The access code of an account: while it is set, personal data are shown only after it was typed."""

    open_until: datetime | None = None
    """the code was typed and is not required until then"""
    paused_until: datetime | None = None
    """too many wrong codes: none is checked until then"""
    drops_at: datetime | None = None
    """the code was forgotten and is switched off then"""


@dataclass(frozen=True, slots=True)
class Account:
    """One Telegram user.

    ``consents`` holds the purposes that the account has agreed to in their current version, ``older_consents`` those
    that it has agreed to in an earlier one only. What a person does needs the current version, so whoever agreed to an
    earlier one is asked at the next press; what the bot does by itself goes on by any consent that is not revoked.
    """

    id: AccountId
    language: str | None
    """chosen in the bot"""
    consents: frozenset[Purpose] = frozenset()
    older_consents: frozenset[Purpose] = frozenset()
    reachable: bool = True
    role: Role | None = None
    clinic: ClinicId | None = None
    """where a staff member works"""
    telegram_language: str | None = None
    """the language of the account's Telegram client at its last update; news uses it if ``language`` is None"""
    lock: Lock | None = None
    cards: int = 0
    """how many patients it represents"""
    named_clinic: ClinicId | None = None
    """the clinic whose link or poster the account has opened last"""
    mark: bytes = field(default=b"", repr=False)
    """the keyed index of the Telegram user: the account that this user has after an erasure has the same"""

    @property
    def missing_consents(self) -> frozenset[Purpose]:
        """The consents that are required to store a patient and are not given in their current version."""
        return REQUIRED - self.consents

    @property
    def may_link(self) -> bool:
        """Whether the person may do something with patients."""
        return not self.missing_consents

    @property
    def consents_in_force(self) -> frozenset[Purpose]:
        """The consents that are given in any version and not revoked."""
        return self.consents | self.older_consents

    @property
    def is_served(self) -> bool:
        """Whether the bot may work for this person without a press: check policies, send news."""
        return self.consents_in_force >= REQUIRED

    @property
    def wants_reminders(self) -> bool:
        return Purpose.REMINDERS in self.consents_in_force


@dataclass(frozen=True, slots=True)
class Operator:
    """The person or company that runs the bot, in the words of one language; empty fields are not shown."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    copies_days: int = 30
    """for how many days copies of the database keep what was erased"""


Operators = Mapping[str, Operator]
"""The operator by language; every language of the bot has one."""
