"""The glossary as code: one frozen record or closed set for every word the product speaks.

====================  ==============================  =============================================================
code                  по-русски                       note
====================  ==============================  =============================================================
Account               пользователь бота               one Telegram user
Representation        законный представитель          who may act for a patient; relationship SELF, PARENT, GUARDIAN
AccessRequest         запрос доступа                  to act for a patient of somebody else's
Invitation            приглашение                     a link for one more representative, used once
DeskMatter            вопрос в регистратуре           settled with papers in hand; people bring its Ref
Contact               телефон и почта                 of an account, both optional; a phone is shared, not typed
Takeover              перенос в другой аккаунт        a new Telegram account with the same phone asks for all
Patient               пациент (ребёнок)               never "child" in code: a patient grows up
policy_number         номер полиса ОМС (ЕНП)          text of 16 digits, leading zeros kept
Correction            правка                          who a patient is to become once the register agrees
Verification          проверка полиса                 see VerificationStatus
Clinic; Branch        поликлиника; филиал
Enrollment            прикрепление                    the formal process of joining a clinic
Specialty             специальность
Doctor                врач; кабинет                   ``is_room``: a room booked without a name
Schedule; Slot        расписание; время приёма        a slot is a free interval, never a booking
Hold                  временная бронь                 a registry booking with status HELD and ``expires_at``
Order                 намерение (экран проверки)      what a Confirm button confirms; its key makes it once-only
Ref                   номер записи                    XXXX-XX, people read it aloud
Appointment           запись на приём                 see BookingStatus
Reschedule            перенос                         a new appointment replaces the old; the chain keeps its Ref
Reminder; Notice      напоминание; уведомление        by clock; by event
OutboxMessage         исходящее сообщение             see OutboxStatus
Draft                 черновик                        what a person has typed so far
Consent; Erasure      согласие; удаление данных       one purpose each, versioned
AuditEntry            запись журнала                  who, what, whom, when; no medical content
StaffMember, Role     сотрудник; роль                 REGISTRAR, HEAD, ADMIN
ClinicSystem          МИС                             the port; a connector implements it
====================  ==============================  =============================================================

Moments are aware datetimes in UTC; days are the clinic's local dates; durations are timedeltas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple, NewType
from zoneinfo import ZoneInfo

AccountId = NewType("AccountId", int)
PatientId = NewType("PatientId", int)
ClinicId = NewType("ClinicId", int)
SpecialtyId = NewType("SpecialtyId", int)
DoctorId = NewType("DoctorId", int)
OrderId = NewType("OrderId", int)
AppointmentId = NewType("AppointmentId", int)
OutboxId = NewType("OutboxId", int)
RequestId = NewType("RequestId", int)
InvitationId = NewType("InvitationId", int)
DraftId = NewType("DraftId", int)
TakeoverId = NewType("TakeoverId", int)

SystemName = NewType("SystemName", str)
"""Which clinic system a reference belongs to: ``registry`` is the embedded one."""

# Opaque tokens of one clinic system, up to 512 bytes: never parsed, never put into a button.
ClinicRef = NewType("ClinicRef", str)
SpecialtyRef = NewType("SpecialtyRef", str)
DoctorRef = NewType("DoctorRef", str)
SlotRef = NewType("SlotRef", str)
PersonRef = NewType("PersonRef", str)
BookingRef = NewType("BookingRef", str)

Key = NewType("Key", str)
"""An idempotency key: the same key asks for the same thing, however often it is sent."""

Ref = NewType("Ref", str)
"""A number people read aloud: XXXX-XX, stored in Latin letters."""


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


class Relationship(StrEnum):
    SELF = "SELF"
    PARENT = "PARENT"
    GUARDIAN = "GUARDIAN"


class Purpose(StrEnum):
    """What a consent is given for; declining REMINDERS never blocks booking."""

    REPRESENTATIVE = "REPRESENTATIVE"
    PATIENT = "PATIENT"
    REMINDERS = "REMINDERS"


class NameField(StrEnum):
    """A part of a person's name that the register may find different."""

    FAMILY = "FAMILY"
    GIVEN = "GIVEN"
    PATRONYMIC = "PATRONYMIC"


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


class RequestStatus(StrEnum):
    """What became of a wish to act for a patient of somebody else's."""

    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class DeskMatter(StrEnum):
    """What is settled at a clinic's desk with papers in hand."""

    DISPUTE = "DISPUTE"
    """two accounts want one patient, and the owner has said no"""
    PAPERS = "PAPERS"
    """a clinic wants to have seen the representative's papers once"""
    OLD_POLICY = "OLD_POLICY"
    """the register does not know papers of this form"""


class TakeoverStatus(StrEnum):
    """A takeover that was withdrawn or made is gone."""

    OFFERED = "OFFERED"
    """the same telephone was shared, and nothing has been asked for yet"""
    ASKED = "ASKED"
    REFUSED = "REFUSED"


class Level(IntEnum):
    """How far it is proved that an account acts for a patient; a clinic says which it demands."""

    NOTHING = 0
    PHONE = 1
    """a telephone shared from the account's own Telegram"""
    POLICY = 2
    """the register has confirmed number, name and birth date"""
    PAPERS = 3
    """seen at a clinic's desk"""


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


class PolicyStatus(StrEnum):
    """What the register says of a policy."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"


class ClinicKind(StrEnum):
    CHILDREN = "CHILDREN"
    ADULT = "ADULT"
    DENTAL = "DENTAL"


class VisitType(StrEnum):
    """What a slot is for; the clinic decides its length."""

    CHECKUP = "CHECKUP"
    CERTIFICATE = "CERTIFICATE"
    EXTENDED = "EXTENDED"
    PLANNED = "PLANNED"
    SHORT = "SHORT"


class BookingStatus(StrEnum):
    """Where a visit stands: the clinic's words and ours are the same ones. HELD and PENDING are not yet visits."""

    HELD = "HELD"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    FULFILLED = "FULFILLED"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"


class CancelReason(StrEnum):
    BY_REPRESENTATIVE = "BY_REPRESENTATIVE"
    BY_CLINIC = "BY_CLINIC"
    RESCHEDULED = "RESCHEDULED"


class ClinicReason(StrEnum):
    """Why our own desk cancels a visit; another clinic system may say it in words of its own."""

    DOCTOR_ILL = "DOCTOR_ILL"
    DOCTOR_AWAY = "DOCTOR_AWAY"
    ROOM_CLOSED = "ROOM_CLOSED"


class OutboxStatus(StrEnum):
    QUEUED = "QUEUED"
    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Urgency(StrEnum):
    """Which outbox line a message stands in; the earlier one goes first."""

    PERSONAL = "0"
    """the answer to something this person has just done"""
    NEWS = "1"
    """the clinic changed something"""
    ROUTINE = "2"
    """reminders"""


class Role(StrEnum):
    REGISTRAR = "REGISTRAR"
    HEAD = "HEAD"
    ADMIN = "ADMIN"


class Button(NamedTuple):
    """One inline button: a plain label and at most 64 bytes of data, or an address to open."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees: HTML text and rows of buttons."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    asks: bool = False
    """the next typed text is the answer to this screen"""
    shares_phone: bool = False
    """a key under the input field, there as long as this screen, shares the telephone"""
    shows: str = ""
    """``dedup`` of the outbox message that this screen makes needless"""


@dataclass(frozen=True, slots=True)
class File:
    """What is sent beside a screen to be kept; ``caption`` is plain text."""

    name: str
    data: bytes
    caption: str = ""


class Section(NamedTuple):
    """A part of a paper; a line is a label and its value, or a paragraph where the label is empty."""

    heading: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What is printed to be kept; ``mark`` is what must not be overlooked."""

    title: str
    sections: tuple[Section, ...]
    made_at: datetime
    mark: str = ""
    footer: str = ""


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
class Operator:
    """Who runs the bot and answers for it; empty fields are not shown."""

    name: str
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    purpose: Purpose
    version: str
    given_at: datetime
    revoked_at: datetime | None = None


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
class PolicyClaim:
    """What a representative says of a patient, for the register to compare."""

    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex


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
class InsuredPerson:
    """The register's answer about a policy: who it is *here*, whether it is in force, what differs from the claim."""

    ref: PersonRef
    status: PolicyStatus
    differs: frozenset[NameField] = frozenset()
    birth_differs: bool = False
    clinic: ClinicRef | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonSearch:
    """What a representative says of a patient whose policy number is not at hand."""

    name: PersonName
    birth_date: date
    snils: str


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """A policy of the person searched for."""

    policy_number: str
    sex: Sex
    status: PolicyStatus


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
class AccessRequest:
    """A wish to act for a patient of somebody else's; ``card`` is the asker's own card of the same policy."""

    id: RequestId
    ref: Ref
    patient: PatientId
    account: AccountId
    card: PatientId | None
    status: RequestStatus
    until: datetime
    answered_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.status is RequestStatus.ASKED and now < self.until


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets one more account act for a patient; ``opened_by`` is the only one who may take it."""

    id: InvitationId
    patient: PatientId
    owner: AccountId
    until: datetime
    opened_by: AccountId | None = None
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and now < self.until


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """What a clinic decides for itself."""

    cancel_before: timedelta = timedelta(hours=24)
    """later than this a cancellation counts as late"""
    move_before: timedelta = timedelta(hours=24)
    """later than this a reschedule is refused"""
    arrive_before: timedelta = timedelta(minutes=10)
    hold_for: timedelta = timedelta(minutes=3)
    horizon: timedelta = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic as its system lists it; the directory adds what is ours, ``system`` and ``id``."""

    ref: ClinicRef
    name: str
    """«детская № 12»: short enough for a button"""
    address: str
    phone: str
    zone: ZoneInfo
    kind: ClinicKind
    rules: ClinicRules = ClinicRules()
    level: Level = Level.POLICY
    """what must be proved to book here through the bot"""
    system: SystemName = SystemName("")
    id: ClinicId = ClinicId(0)


@dataclass(frozen=True, slots=True)
class Specialty:
    """A specialty as a system lists it at one clinic; the directory adds our ``id``.

    ``code`` is the catalogue's key («pediatrician»); ages are full years, inclusive on both ends; ``nearest`` is the
    start of the earliest free slot, None if there is none.
    """

    ref: SpecialtyRef
    code: str
    name: str
    needs_referral: bool = False
    min_age: int = 0
    max_age: int = 200
    sex: Sex | None = None
    nearest: datetime | None = None
    id: SpecialtyId = SpecialtyId(0)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor as a system lists it for a clinic and a specialty; the directory adds our ids of all three."""

    ref: DoctorRef
    name: PersonName
    room: str
    is_room: bool = False
    nearest: datetime | None = None
    clinic: ClinicId = ClinicId(0)
    specialty: SpecialtyId = SpecialtyId(0)
    id: DoctorId = DoctorId(0)


class Slot(NamedTuple):
    """A free interval of one doctor; in the bot it is named by (doctor, start, visit type)."""

    ref: SlotRef
    doctor: DoctorRef
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str = ""


class OpenDay(NamedTuple):
    """A local day with free slots, and how many."""

    day: date
    free: int


@dataclass(frozen=True, slots=True)
class Hold:
    key: Key
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit as the clinic system keeps it."""

    ref: BookingRef
    key: Key | None
    person: PersonRef
    doctor: DoctorRef
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    status: BookingStatus
    room: str = ""
    reason: str = ""


class VisitOnDesk(NamedTuple):
    """A visit as the clinic's own people see it; ``number`` is the desk's own integer for it."""

    number: int
    booking: Booking
    person: PersonName
    doctor: PersonName
    specialty: str


@dataclass(frozen=True, slots=True)
class Order:
    """What a review screen shows and its Confirm button confirms."""

    id: OrderId
    key: Key
    account: AccountId
    patient: PatientId
    doctor: DoctorId
    slot: Slot
    expires_at: datetime | None
    replaces: AppointmentId | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    id: AppointmentId
    ref: Ref
    account: AccountId
    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId
    doctor: DoctorId
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str
    status: BookingStatus
    key: Key
    slot: SlotRef
    booking: BookingRef | None = None
    replaces: AppointmentId | None = None
    reason: CancelReason | None = None
    late: bool = False
    """cancelled after the clinic's deadline"""
    cancelling: bool = False
    """the wish to cancel is recorded, the clinic has not answered yet"""
    confirmed: bool = False
    """«Придём» was pressed"""
    created_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


LIVE = frozenset({BookingStatus.BOOKED, BookingStatus.CHECKED_IN})
"""Visits that are going to happen or are happening."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One thing to tell one account. ``edits`` is the message id to change instead of sending a new one."""

    id: OutboxId
    account: AccountId
    chat: int
    language: str | None
    kind: str
    facts: Mapping[str, int | str]
    due_at: datetime
    attempts: int = 0
    edits: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person has typed so far, kept encrypted until it is finished, dropped or thirty days old."""

    id: DraftId
    kind: str
    fields: Mapping[str, str]


Holding = Mapping[str, object]
"""One thing that is kept of a person, under names that the person can read."""


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment with everybody it concerns: what a screen, a notice or a reminder shows, in one read."""

    appointment: Appointment
    patient: Patient
    doctor: Doctor
    specialty: Specialty
    clinic: Clinic
