"""Records of the patients slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.clinics.port import PolicyClaim
from bot.core.clinic import Specialty
from bot.core.patient import NameField, RejectionReason
from bot.core.people import PersonName, Sex
from bot.glossary import (
    AccountId,
    DraftId,
    PatientId,
)


class Relationship(StrEnum):
    SELF = "SELF"
    PARENT = "PARENT"
    GUARDIAN = "GUARDIAN"


class KeyField(StrEnum):
    """What the register compares: a card that changes one is checked anew."""

    FAMILY = "FAMILY"
    GIVEN = "GIVEN"
    PATRONYMIC = "PATRONYMIC"
    NUMBER = "NUMBER"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"


class PolicyKind(StrEnum):
    """What paper a policy number stands on; only an ENP carries a check digit, a birth date and a sex."""

    ENP = "ENP"
    TEMPORARY = "TEMPORARY"
    """a certificate of 9 digits"""
    OLD = "OLD"
    """series and number of before 2011, free in form"""


class Detail(StrEnum):
    """What else may be told of a patient; none of it is ever demanded."""

    SNILS = "SNILS"
    """11 digits"""
    CERTIFICATE = "CERTIFICATE"
    """of birth: «V-МЮ 123456»"""
    ISSUED_ON = "ISSUED_ON"
    """when the policy was issued, an ISO date"""
    VALID_UNTIL = "VALID_UNTIL"
    """the last day of the policy, an ISO date"""
    ADDRESS = "ADDRESS"
    """where the patient really lives"""


class Rights(StrEnum):
    """One owner a patient, who alone edits and shares; everybody else may look, book and leave."""

    OWNER = "OWNER"
    CO_REPRESENTATIVE = "CO_REPRESENTATIVE"


class DeskMatter(StrEnum):
    """What is settled at a clinic's desk with papers in hand."""

    DISPUTE = "DISPUTE"
    """two accounts want one patient, and the owner has said no"""
    PAPERS = "PAPERS"
    """a clinic wants to have seen the representative's papers once"""
    OLD_POLICY = "OLD_POLICY"
    """the register does not know papers of this form"""


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the policy number itself says of its holder."""

    region: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class PolicyCode:
    """What the barcode of a policy says: a number, and a name that is only a suggestion until a person confirms it."""

    number: str
    name: PersonName | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """Who a patient is to become once the register agrees; what it has answered, where it has refused."""

    claim: PolicyClaim
    reason: RejectionReason | None = None
    correct: NameField | None = None

    @property
    def is_refused(self) -> bool:
        return self.reason is not None or self.correct is not None


@dataclass(frozen=True, slots=True)
class Representation:
    """Who may act for a patient, with which rights, and whether a desk has seen his papers."""

    account: AccountId
    patient: PatientId
    relationship: Relationship
    rights: Rights
    since: datetime
    papers_at: datetime | None = None

    @property
    def is_owner(self) -> bool:
        return self.rights is Rights.OWNER


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has typed so far, kept encrypted until it is finished, dropped or thirty days old."""

    id: DraftId
    kind: str
    fields: Mapping[str, str]


class Documents(Protocol):
    """What comes in as a file."""

    async def read_policy(self, data: bytes) -> PolicyCode:
        """The one policy whose code is in a picture or a PDF. Raises InvalidInput."""
        ...


class Watched(NamedTuple):
    """What else is known of a policy and its card: the last day, and since when the card is closed."""

    valid_until: date | None
    closed_at: datetime | None


class VisitAhead(NamedTuple):
    """A visit of a patient that is PENDING or live and has not ended: what a screen about the patient says of it."""

    starts_at: datetime
    zone: ZoneInfo
    """of the clinic"""
    specialty: Specialty
    clinic: str
    """the clinic's name"""
