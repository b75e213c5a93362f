"""The records of applications: what is asked of a clinic, where it stands, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from bot.core.clinic_documents import DocumentAsks
from bot.core.deeds import Subject
from bot.core.people import Sex
from bot.core.policy_form import PolicyForm, PolicyReady, SentForm
from bot.glossary import (
    AccountId,
    ApplicationId,
    ClinicId,
    DeskCheckId,
    DoctorId,
    DocumentId,
    PaperId,
    PatientId,
    PolicyRequestId,
    Ref,
)


class ApplicationKind(StrEnum):
    """What an application asks for. The values are stored."""

    ENROLLMENT = "ENROLLMENT"
    DOCUMENT = "DOCUMENT"
    """a certificate, an extract or a referral that the clinic makes"""
    POLICY = "POLICY"
    """the policy of a child who has none: see ``PolicyRequest``"""


class EnrollmentReason(StrEnum):
    """Why a child is to be enrolled at a clinic. The values are stored, and buttons have their positions."""

    REGISTERED = "REGISTERED"
    """the child is registered at an address there"""
    LIVES = "LIVES"
    """the child lives there without being registered"""
    MOVED = "MOVED"
    """the family has moved: the clinic may be changed again within a year"""
    CHOICE = "CHOICE"


class LastChange(StrEnum):
    """When the clinic was changed last, as the representative says. Stored; buttons have their positions."""

    UNKNOWN = "UNKNOWN"
    LONG_AGO = "LONG_AGO"
    """more than a year ago, or never"""
    THIS_YEAR = "THIS_YEAR"
    """within the last year"""


class ApplicationStatus(StrEnum):
    """Where an application stands. The values are stored."""

    SUBMITTED = "SUBMITTED"
    IN_REVIEW = "IN_REVIEW"
    """a member of the clinic's staff has opened it"""
    NEEDS_CORRECTION = "NEEDS_CORRECTION"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"

    @property
    def is_open(self) -> bool:
        return self in OPEN


class ApplicationStanding(StrEnum):
    """What a list of applications is filtered by: a status, or OPEN for all open ones. Buttons have their positions."""

    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"

    @classmethod
    def of(cls, status: ApplicationStatus) -> ApplicationStanding:
        return cls.OPEN if status.is_open else cls(status.value)


OPEN = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW, ApplicationStatus.NEEDS_CORRECTION})
AT_DESK = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW})
"""the clinic is to act"""


class RefusalReason(StrEnum):
    """Why a clinic refuses. The values are stored, and buttons have their positions."""

    DATA_DIFFER = "DATA_DIFFER"
    NO_RIGHT = "NO_RIGHT"
    """the account may not act for the child"""
    NO_PLACES = "NO_PLACES"
    OTHER_AREA = "OTHER_AREA"
    AGE = "AGE"
    ALREADY_CHANGED = "ALREADY_CHANGED"
    """the clinic was changed within the year"""
    POLICY_INACTIVE = "POLICY_INACTIVE"
    PAPERS_MISSING = "PAPERS_MISSING"
    OTHER = "OTHER"
    DOCTOR_FIRST = "DOCTOR_FIRST"
    """a doctor has to see the child before a document is made"""
    HAS_POLICY = "HAS_POLICY"
    """the child for whom a policy is asked has one"""
    NOT_IN_SYSTEM = "NOT_IN_SYSTEM"
    """the desk has approved, but the clinic's system does not know the child, or refuses: no desk chooses that"""


class ToCorrect(StrEnum):
    """A part that the representative is to correct. Stored in this order; buttons carry a set of them as bits."""

    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    POLICY = "POLICY"
    SNILS = "SNILS"
    ADDRESS = "ADDRESS"
    REASON = "REASON"
    PAPERS = "PAPERS"
    """to be shown at the reception"""
    DETAILS = "DETAILS"
    """the period, the place or the doctor of a document"""
    SEX = "SEX"


class ApplicationStep(StrEnum):
    """What has happened to an application. The values are stored."""

    SUBMITTED = "SUBMITTED"
    OPENED = "OPENED"
    RETURNED = "RETURNED"
    """to be corrected"""
    RESENT = "RESENT"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    """what was to be corrected was not sent again in time"""
    LATE = "LATE"
    """the clinic has not decided in time"""
    STUCK = "STUCK"
    """its system is silent about a decision; the detail is the number of the failure that people were told"""


class Verdict(StrEnum):
    """What a desk decides. The values are stored."""

    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    RETURN = "RETURN"
    """the representative is to correct something"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a desk decides about an application; ``days`` are those within which it is to be corrected."""

    verdict: Verdict
    reason: RefusalReason | None = None
    fields: tuple[ToCorrect, ...] = ()
    days: int = 0
    district: str = ""
    doctor: DoctorId | None = None
    check: DeskCheckId | None = None
    """the policy check that the same press has decided"""
    ready: PolicyReady | None = None
    """how a policy that was asked for is got"""


@dataclass(frozen=True, slots=True)
class EnrollmentWish:
    """What an application for enrollment says."""

    reason: EnrollmentReason
    last_change: LastChange = LastChange.UNKNOWN


@dataclass(frozen=True, slots=True)
class DocumentWish:
    """What an application for a document says: the document as the clinic listed it then, and what was written."""

    document: DocumentId
    name: str
    asks: DocumentAsks = DocumentAsks.NOTHING
    said: str = ""
    """the answer to what the document asks"""
    bring: str = ""
    days: int = 0
    """working days until it is ready"""
    valid_days: int | None = None
    is_file: bool = False


Wished = EnrollmentWish | DocumentWish
"""What an application says beside whom it is about and where it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An application of an account at one clinic, whatever it asks for; ``ref`` is what people quote.

    ``due_at`` is when the clinic must have decided. A decision may be undone until ``final_at``; then it is done.
    """

    ref: Ref
    kind: ApplicationKind
    account: AccountId
    clinic: ClinicId
    status: ApplicationStatus
    filed_at: datetime
    due_at: datetime
    claimed_by: AccountId | None = None
    claimed_until: datetime | None = None
    decision: Decision | None = None
    decided_by: AccountId | None = None
    final_at: datetime | None = None
    correct_until: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def awaits_desk(self) -> bool:
        """Whether the clinic's desk may decide it."""
        return self.status in AT_DESK and self.decision is None

    @property
    def refused_because(self) -> RefusalReason | None:
        """Why it was refused, None if it was not."""
        if self.status is not ApplicationStatus.REFUSED:
            return None
        return (self.decision.reason if self.decision else None) or RefusalReason.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Filed):
    """An application about a card of a patient."""

    id: ApplicationId
    patient: PatientId
    wish: Wished
    stuck_told: bool = False
    """the representatives were told that the clinic's system does not answer about the decision"""
    system_asked: bool = False
    """the clinic's system may have enrolled the child already: nobody withdraws it until it has answered"""

    @property
    def is_stuck(self) -> bool:
        return self.stuck_told and self.is_open and self.decision is not None

    @property
    def subject(self) -> Subject:
        return Subject.patient(self.patient)

    @property
    def enrollment(self) -> EnrollmentWish | None:
        """What it says if it is for enrollment."""
        return self.wish if isinstance(self.wish, EnrollmentWish) else None

    @property
    def document(self) -> DocumentWish | None:
        """What it says if it is for a document."""
        return self.wish if isinstance(self.wish, DocumentWish) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRequest(Filed):
    """An application for the policy of a child, who has no card."""

    id: PolicyRequestId
    kind: ApplicationKind = ApplicationKind.POLICY
    form: PolicyForm

    @property
    def subject(self) -> Subject:
        """No card is concerned, so the journal has the Ref."""
        return Subject.number(self.ref)


AnyApplication = Application | PolicyRequest


class StepTaken(NamedTuple):
    """One step in the history of an application; ``detail`` is a reason, or the parts to correct, as stored."""

    step: ApplicationStep
    at: datetime
    detail: str = ""


class ApplicationCount(NamedTuple):
    """How many applications of an account's patients there are, and how many of them are open."""

    every: int
    open: int
    waits: int = 0
    """how many clinics the account waits for to enroll again"""


class DeskStanding(NamedTuple):
    """Whether a clinic can take an application in the bot."""

    has_desk: bool
    """somebody works there who may decide applications"""
    is_full: bool


class Enrollment(NamedTuple):
    """That a patient is enrolled at a clinic since a moment, by a decision made in the bot."""

    patient: PatientId
    clinic: ClinicId
    since: datetime
    until: datetime | None = None
    district: str = ""
    doctor: DoctorId | None = None


# --- papers -----------------------------------------------------------------------------------------------------------


class PaperKind(StrEnum):
    """A paper that a clinic may ask for; never a passport. The values are stored, and buttons have their positions."""

    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    RESIDENCE = "RESIDENCE"
    """proof of where the child lives"""


MOST_PAPERS = 4
"""files that go with an application"""


class AddedPaper(NamedTuple):
    """A file that goes with an application; an earlier one went with another, which may be open at another clinic."""

    id: PaperId
    kind: PaperKind
    pages: int
    is_earlier: bool = False
    is_elsewhere: bool = False


class PaperPages(NamedTuple):
    """A file that goes with an application, with the JPEG picture of each page."""

    kind: PaperKind
    pages: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class SentData:
    """The card as the clinic got it, with masked numbers; an empty text is what the card did not have.

    Nothing needs the numbers again, and an address or a telephone is only noted to be there.
    """

    name: str
    birth_date: date
    policy: str
    snils: str
    certificate: str
    has_address: bool
    has_phone: bool
    wish: Wished
    papers: tuple[PaperKind, ...] = ()
    sex: Sex | None = None
    """None: not kept by the release that sent it"""


@dataclass(frozen=True, slots=True)
class SentVersion:
    """One sending of an application; ``data`` is None if no key opens it."""

    at: datetime
    data: SentData | SentForm | None


class EnrollmentWait(NamedTuple):
    """That an account waits until a clinic enrolls again; ``until`` is when the wish expires."""

    id: int
    account: AccountId
    patient: PatientId
    clinic: ClinicId
    until: datetime
