"""The records of patients, their representatives and their drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.clinics.port import PolicyClaim
from bot.core.clinic import Specialty
from bot.core.deeds import Subject
from bot.core.patient import NameField, RejectionReason
from bot.core.people import PersonName, Sex
from bot.glossary import (
    AccountId,
    ClinicId,
    DeskCheckId,
    DraftId,
    MatterId,
    PatientId,
    PersonRef,
    Ref,
)


class Relationship(StrEnum):
    """Of the representative to the patient."""

    SELF = "SELF"
    PARENT = "PARENT"
    GUARDIAN = "GUARDIAN"


class KeyField(StrEnum):
    """A field that the register compares; a card is checked again after a change of one."""

    FAMILY = "FAMILY"
    GIVEN = "GIVEN"
    PATRONYMIC = "PATRONYMIC"
    NUMBER = "NUMBER"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"


class PolicyKind(StrEnum):
    """The paper with a policy number; only the number of an ENP encodes a check digit, a birth date and a sex."""

    ENP = "ENP"
    TEMPORARY = "TEMPORARY"
    """a certificate of 9 digits"""
    OLD = "OLD"
    """series and number from before 2011, in any form"""


class Detail(StrEnum):
    """An optional fact about a patient."""

    SNILS = "SNILS"
    """11 digits"""
    CERTIFICATE = "CERTIFICATE"
    """of birth: «V-МЮ 123456»"""
    ISSUED_ON = "ISSUED_ON"
    """when the policy was issued, an ISO date"""
    VALID_UNTIL = "VALID_UNTIL"
    """the last day of the policy, an ISO date"""
    ADDRESS = "ADDRESS"
    """where the patient lives"""


class Rights(StrEnum):
    """A patient has one owner, who edits and shares the card; a co-representative may look, book and leave."""

    OWNER = "OWNER"
    CO_REPRESENTATIVE = "CO_REPRESENTATIVE"


class DeskMatter(StrEnum):
    """What is settled at a clinic's desk with papers in hand."""

    DISPUTE = "DISPUTE"
    """two accounts want one patient, and the owner has refused"""
    PAPERS = "PAPERS"
    """a clinic demands to see the representative's papers once"""
    OLD_POLICY = "OLD_POLICY"
    """the register does not know papers of this form"""


class MatterOutcome(StrEnum):
    """How a desk has settled a matter. The values are stored."""

    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class Matter:
    """A question of an account about its card of a patient; ``ref`` is the number that the parent brings."""

    id: MatterId
    ref: Ref
    kind: DeskMatter
    account: AccountId
    patient: PatientId
    opened_at: datetime
    clinic: ClinicId | None = None
    """that demands to see the papers; None if none in particular does"""


class DeskDecision(StrEnum):
    """What a desk has found out about a policy. The values are stored, and buttons have their positions."""

    MATCHED = "MATCHED"
    FIX_NUMBER = "FIX_NUMBER"
    FIX_FAMILY = "FIX_FAMILY"
    FIX_GIVEN = "FIX_GIVEN"
    FIX_PATRONYMIC = "FIX_PATRONYMIC"
    PAPERS = "PAPERS"
    """the parent is to come with the papers"""
    NOT_FOUND = "NOT_FOUND"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    OTHERS = "OTHERS"
    """the policy is another person's"""
    ADULT = "ADULT"


@dataclass(frozen=True, slots=True)
class DeskCheck:
    """A policy that a clinic's desk is to check in its own system.

    ``due_at`` is when it must have answered. A decision may be undone until ``final_at``; then it closes the check. A
    check that is closed without a decision was withdrawn.
    """

    id: DeskCheckId
    account: AccountId
    patient: PatientId
    clinic: ClinicId
    opened_at: datetime
    due_at: datetime
    urgent_at: datetime | None = None
    claimed_by: AccountId | None = None
    claimed_until: datetime | None = None
    barred: AccountId | None = None
    """the staff member who has typed too many wrong digits: a colleague decides"""
    decision: DeskDecision | None = None
    decided_by: AccountId | None = None
    final_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def subject(self) -> Subject:
        return Subject.patient(self.patient)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def awaits_desk(self) -> bool:
        """Whether a desk may decide it."""
        return self.closed_at is None and self.decision is None


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What a policy number encodes about its holder."""

    region: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class PolicyCode:
    """What the barcode of a policy encodes; the name is a suggestion until the person confirms it."""

    number: str
    name: PersonName | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """The identity that a card gets once the register agrees, with the answer of a register that has refused."""

    claim: PolicyClaim
    reason: RejectionReason | None = None
    correct: NameField | None = None

    @property
    def is_refused(self) -> bool:
        return self.reason is not None or self.correct is not None


@dataclass(frozen=True, slots=True)
class Representation:
    """An account acts for a patient; ``papers_at`` is when a desk saw the papers of the representative."""

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
    """What a person has typed so far; stored encrypted until it is finished, dropped or thirty days old."""

    id: DraftId
    kind: str
    fields: Mapping[str, str]


FetchFile = Callable[[], Awaitable[bytes]]
"""Downloads a file that a person has sent. Raises InvalidInput."""


class Documents(Protocol):
    """Reads the files that a person sends."""

    async def read_policy(self, account: AccountId, fetch: FetchFile) -> PolicyCode:
        """Return the one policy whose code is in a picture or a PDF.

        ``fetch`` is awaited when it is this file's turn. Raises InvalidInput, FilesBusy, FilesPaused.
        """
        ...

    async def read_qr_codes(self, account: AccountId, fetch: FetchFile) -> Sequence[str]:
        """Return the texts of the QR codes in a picture or a PDF, at most four; none if none is found.

        Raises as ``read_policy``.
        """
        ...

    async def redraw_paper(self, account: AccountId, fetch: FetchFile) -> Sequence[bytes]:
        """Return a JPEG picture of each page of a photo, a JPEG or a PDF, drawn anew: a file may hold more than it
        shows.

        Raises as ``read_policy``.
        """
        ...


class Tries(NamedTuple):
    """What an account has asked the register lately: its refusals, the newest first, and how many answers are open."""

    failures: Sequence[datetime]
    open: int


class Watched(NamedTuple):
    """The last day of a policy, and the moment at which its card was closed."""

    valid_until: date | None
    closed_at: datetime | None


class VisitAhead(NamedTuple):
    """A PENDING or live visit of a patient that has not ended."""

    starts_at: datetime
    zone: ZoneInfo
    """of the clinic"""
    specialty: Specialty
    clinic: str
    """the clinic's name"""


class UncheckedPerson(NamedTuple):
    """The record that a clinic has of a card's child whose policy was not checked when a visit was booked."""

    patient: PatientId
    clinic: ClinicId
    person: PersonRef
