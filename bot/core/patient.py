"""The patient, with the state of the policy check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.core.people import PersonName, Sex
from bot.glossary import ClinicId, PatientId, PersonRef


class NameField(StrEnum):
    """A part of a person's name that may differ from the register's."""

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
    """Why a policy is rejected. NOT_MATCHED means "no such policy" or "not this person": which, is not disclosed."""

    NOT_MATCHED = "NOT_MATCHED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    LINKED_ELSEWHERE = "LINKED_ELSEWHERE"
    ADULT = "ADULT"
    AT_CLINIC = "AT_CLINIC"
    """the register has no papers of this form: a clinic's desk checks them"""


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of a policy check. ``correct`` is the one field to correct if the status is NEEDS_CORRECTION."""

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
        """Whether the card has been corrected after this answer of the register and not been checked again."""
        queued, checked = self.queued_at, self.checked_at
        return not self.is_open and queued is not None and checked is not None and checked < queued


def masked(number: str, shown: int = 4) -> str:
    """Return the number's last ``shown`` characters behind dots: a chat keeps no whole number."""
    # A no-break space keeps dots and digits on one line of a narrow message.
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
    """the clinic by the register once papers were seen or another card agrees; else where the first visit was booked"""
    person: PersonRef | None = None
    """the register's reference to the person; None if this card does not hold the policy"""
    has_other_card: bool = field(default=True, compare=False)
    """the register has confirmed another card of this policy, or may have: most children have one card"""
    has_elsewhere: bool = field(default=True, compare=False)
    """a clinic knows of a visit that this card has not made, or may know of one"""
    confirmed_by: ClinicId | None = field(default=None, compare=False)
    """the clinic whose desk has confirmed the policy, which holds for that clinic alone; None: the register has"""
    is_at_desk: bool = field(default=False, compare=False)
    """a clinic's desk is to check the policy"""
    number_found: bool = False
    """the bot has found the policy number, the account has not typed it: it is shown masked everywhere"""

    @property
    def masked_policy(self) -> str:
        return masked(self.policy_number)

    @property
    def is_verified(self) -> bool:
        return self.verification.status is VerificationStatus.VERIFIED

    @property
    def may_be_shared(self) -> bool:
        """Whether others may get access: the card holds the policy, and the patient is a child."""
        return self.person is not None and self.verification.reason is not RejectionReason.ADULT
