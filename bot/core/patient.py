"""The patient and the check of the patient's policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.core.people import PersonName, Sex
from bot.glossary import ClinicId, PatientId, PersonRef


class NameField(StrEnum):
    """A part of a person's name that the register may find different."""

    FAMILY = "FAMILY"
    GIVEN = "GIVEN"
    PATRONYMIC = "PATRONYMIC"


class VerificationStatus(StrEnum):
    QUEUED = "QUEUED"
    CHECKING = "CHECKING"
    VERIFIED = "VERIFIED"
    NEEDS_CORRECTION = "NEEDS_CORRECTION"
    REJECTED = "REJECTED"
    UNAVAILABLE = "UNAVAILABLE"


class RejectionReason(StrEnum):
    """Why the register refused. NOT_MATCHED is "no such policy" and "not this person" alike."""

    NOT_MATCHED = "NOT_MATCHED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    LINKED_ELSEWHERE = "LINKED_ELSEWHERE"
    ADULT = "ADULT"
    AT_CLINIC = "AT_CLINIC"
    """the register does not know papers of this form: a clinic's desk looks at them"""


@dataclass(frozen=True, slots=True)
class Verification:
    """Where the check of a policy stands. ``correct`` names the one field to mend when status is NEEDS_CORRECTION."""

    status: VerificationStatus
    reason: RejectionReason | None = None
    correct: NameField | None = None
    queued_at: datetime | None = None
    checked_at: datetime | None = None
    attempts: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in {VerificationStatus.QUEUED, VerificationStatus.CHECKING, VerificationStatus.UNAVAILABLE}

    @property
    def is_outdated(self) -> bool:
        """Whether the answer speaks of what has been corrected since, and the register has not been asked again."""
        asked, told = self.queued_at, self.checked_at
        return not self.is_open and asked is not None and told is not None and told < asked


def masked(number: str, shown: int = 4) -> str:
    """A number as a chat may keep it, by its end; the space does not break, so that a narrow bubble tears nothing."""
    return f"••••\u00a0{number[-shown:].lstrip()}"


@dataclass(frozen=True, slots=True)
class Patient:
    id: PatientId
    name: PersonName
    birth_date: date
    sex: Sex
    policy_number: str
    verification: Verification
    clinic: ClinicId | None = None
    """where the last visit was booked, else where the register says the patient belongs"""
    person: PersonRef | None = None

    @property
    def masked_policy(self) -> str:
        return masked(self.policy_number)

    @property
    def is_verified(self) -> bool:
        return self.verification.status is VerificationStatus.VERIFIED

    @property
    def may_be_shared(self) -> bool:
        """Whether others may be let in: the register has given the card its policy, and the patient is a child yet."""
        return self.person is not None and self.verification.reason is not RejectionReason.ADULT
