"""Deeds: what a journal entry records, who did it and what it was done to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.people import Purpose, Role
from bot.glossary import AccountId, AppointmentId, ClinicId, PatientId, Ref


class Deed(StrEnum):
    """A kind of journal entry. The value is stored: a member may be renamed, a changed value needs a migration."""

    CONSENT_GIVEN = "consent given"
    CONSENT_DECLINED = "consent declined"
    CONSENT_REVOKED = "consent revoked"
    DATA_EXPORTED = "data taken out"
    ACCOUNT_ERASED = "erased"
    STAFF_APPOINTED = "appointed"
    STAFF_DISMISSED = "dismissed"
    STAFF_INVITED = "invited to a post"
    STAFF_INVITATION_WITHDRAWN = "invitation to a post withdrawn"
    STAFF_INVITATION_DECLINED = "invitation to a post declined"
    COLLEAGUE_DISMISSED = "colleague dismissed"
    LOOKED_UP = "looked up by the operator"

    PHONE_SHARED = "phone shared"
    PHONE_REMOVED = "phone removed"
    EMAIL_GIVEN = "email given"
    EMAIL_REMOVED = "email removed"

    CODE_SET = "access code set"
    CODE_SWITCHED_OFF = "access code switched off"
    CODE_FORGOTTEN = "access code forgotten"
    CODE_REMEMBERED = "forgotten code remembered"
    CODE_TRIED_TOO_OFTEN = "too many wrong codes"

    POLICY_LINKED = "policy linked"
    NAME_CORRECTED = "name corrected"
    FAMILY_NAME_CORRECTED = "corrected: family"
    GIVEN_NAME_CORRECTED = "corrected: given"
    PATRONYMIC_CORRECTED = "corrected: patronymic"
    NUMBER_CORRECTED = "corrected: number"
    BIRTH_DATE_CORRECTED = "corrected: birth_date"
    SEX_CORRECTED = "corrected: sex"
    CORRECTION_REFUSED = "correction refused"
    SNILS_CHANGED = "detail changed: snils"
    CERTIFICATE_CHANGED = "detail changed: certificate"
    ISSUE_DAY_CHANGED = "detail changed: issued_on"
    LAST_DAY_CHANGED = "detail changed: valid_until"
    ADDRESS_CHANGED = "detail changed: address"
    SNILS_REMOVED = "detail removed: snils"
    CERTIFICATE_REMOVED = "detail removed: certificate"
    ISSUE_DAY_REMOVED = "detail removed: issued_on"
    LAST_DAY_REMOVED = "detail removed: valid_until"
    ADDRESS_REMOVED = "detail removed: address"
    NUMBER_SHOWN = "number shown"
    CARD_PRINTED = "card printed"
    OWN_CLINIC_PRINTED = "own clinic printed"
    CARD_REMOVED = "card removed"
    CARD_CONFIRMED = "card confirmed"
    CARD_CLOSED = "card closed"
    CARD_ERASED = "card erased"
    POLICY_VERIFIED = "policy check: verified"
    POLICY_DIFFERS = "policy check: needs_correction"
    POLICY_REJECTED = "policy check: rejected"
    PAPERS_SEEN = "papers seen"
    MATTER_READ = "desk matter read"
    DOCUMENT_SEEN = "document seen"
    MATTER_DECLINED = "desk matter declined"
    DESK_CHECK_SENT = "desk check sent"
    DESK_CHECK_URGENT = "desk check urgent"
    DESK_CHECK_READ = "desk check read"
    DESK_CHECK_DECIDED = "desk check decided"
    DESK_CHECK_UNDONE = "desk check undone"
    DESK_DIGITS_WRONG = "desk digits wrong"
    DESK_CHECK_AGAIN = "desk check again"

    APPLICATION_FILED = "application filed"
    APPLICATION_RESENT = "application sent again"
    APPLICATION_WITHDRAWN = "application withdrawn"
    APPLICATION_READ = "application read"
    APPLICATION_DECIDED = "application decided"
    APPLICATION_UNDONE = "application decision undone"
    APPLICATION_LAPSED = "application lapsed"
    PAPER_ADDED = "paper added"
    PAPER_REMOVED = "paper removed"
    PAPERS_SHOWN = "papers shown"
    PAPERS_ASKED = "papers asked for"
    ENROLLED = "enrolled"
    CORRESPONDENCE_PRINTED = "application correspondence printed"
    OPENING_AWAITED = "waits for a clinic to enroll"
    OPENING_NOT_AWAITED = "waits no longer for a clinic to enroll"

    PASSING_ALLOWED = "passing data to a clinic allowed"
    ENROLLMENT_LIMITED = "enrollment limited"

    ACCESS_ASKED = "access asked for"
    ACCESS_GIVEN = "access given"
    ACCESS_REFUSED = "access refused"
    ACCESS_REVOKED = "access revoked"
    SHARING_ENDED = "sharing ended"
    INVITATION_MADE = "invitation made"
    INVITATION_CANCELLED = "invitation cancelled"
    INVITATION_ACCEPTED = "invitation accepted"
    INVITATION_DECLINED = "invitation declined"
    OWNERSHIP_HANDED_OVER = "ownership handed over"
    OWNER_BECOME = "became owner"

    BOOKING_ASKED = "booking asked for"
    BOOKING_HELD = "booking: held"
    BOOKING_PENDING = "booking: pending"
    BOOKING_REFUSED = "booking: refused"
    BOOKING_BOOKED = "booking: booked"
    BOOKING_CHECKED_IN = "booking: checked_in"
    BOOKING_FULFILLED = "booking: fulfilled"
    BOOKING_CANCELLED = "booking: cancelled"
    BOOKING_NO_SHOW = "booking: no_show"
    VISIT_FOUND = "visit made elsewhere found"
    REFERRAL_ENTERED = "number of a referral entered"
    VISIT_MOVED = "visit moved"
    CANCELLATION_ASKED = "cancellation asked for"
    CANCELLATION_REFUSED = "cancellation refused"
    VISIT_CANCELLED = "visit cancelled"
    COMING_CONFIRMED = "coming confirmed"
    PRESENCE_CLAIMED = "presence claimed"
    CHANGED_BY_CLINIC = "changed by the clinic"
    CANCELLED_AT_DESK = "visit cancelled for the clinic"
    MOVED_AT_DESK = "visit moved for the clinic"
    UNDONE_AT_DESK = "change of the desk undone"
    BOOKED_AT_DESK = "visit booked at the desk"
    CHECKED_IN_AT_DESK = "visit checked in at the desk"
    PRESENCE_AGREED = "missed visit taken back at the desk"
    PRESENCE_DENIED = "missed visit confirmed at the desk"
    BENEFIT_NOTED = "benefit noted at the desk"
    BENEFIT_REMOVED = "benefit removed at the desk"
    BLOCK_LIFTED_ILLNESS = "block of booking lifted at the desk: illness"
    BLOCK_LIFTED_MISTAKE = "block of booking lifted at the desk: mistake"
    BLOCK_LIFTED_GOOD_REASON = "block of booking lifted at the desk: good reason"
    REFERRAL_GIVEN = "referral given at the desk"
    REFERRAL_WITHDRAWN = "referral withdrawn at the desk"
    HOURS_CLOSED = "hours closed at the desk"
    HOURS_REOPENED = "hours opened again at the desk"
    HOURS_OPENED = "hours opened at the desk"
    ROOM_CHANGED = "room changed at the desk"
    STAND_IN_SET = "doctor replaced at the desk"
    DELAY_TOLD = "delay told at the desk"
    OFFER_DECLINED = "offer declined"
    FIGURES_TAKEN = "figures taken out at the desk"
    NAME_LISTED = "name listed at the desk"
    NAME_FOUND = "name found at the desk"
    VISIT_READ = "visit read at the desk"
    DATA_SHOWN = "full data shown at the desk"
    PERSON_READ = "person read at the desk"
    PERSON_ADDED = "person added at the desk"
    PERSON_POLICY_ADDED = "policy of a person added at the desk"
    PERSONS_MERGED = "records of a person merged at the desk"

    TAKEOVER_ASKED = "takeover asked for"
    TAKEOVER_WITHDRAWN = "takeover withdrawn"
    TAKEOVER_REFUSED = "takeover refused"
    TAKEN_OVER = "taken over"
    TOOK_OVER = "took over"
    TAKEOVER_LAPSED = "takeover lapsed"
    TAKEOVER_UNDONE = "takeover undone"
    TAKEOVER_CONFIRMED_AT_DESK = "takeover confirmed at the desk"
    TAKEOVER_DECLINED_AT_DESK = "takeover declined at the desk"
    CODE_GUESSED_ELSEWHERE = "code guessed elsewhere"
    SUSPENDED_ERASED = "suspended erased"

    UNKNOWN = "another action"
    """written by a newer version of the bot"""

    @classmethod
    def read(cls, stored: str) -> Deed:
        """Return the member with this value, or UNKNOWN."""
        try:
            return cls(stored)
        except ValueError:
            return cls.UNKNOWN


# --- who did it -------------------------------------------------------------------------------------------------------


class ActorKind(StrEnum):
    """The database has a CHECK on these four: a fifth one needs a migration."""

    ACCOUNT = "ACCOUNT"
    STAFF = "STAFF"
    OPERATOR = "OPERATOR"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. ``id`` is the account that acted, or the account whose journal the entry belongs to.

    ``id`` is None if that account has been erased, or if the entry belongs to no account. ``clinic`` is where a staff
    member worked then, if that is known; ``name`` is the operating system's user who ran a command for the operator.
    """

    kind: ActorKind
    id: AccountId | None
    clinic: ClinicId | None = None
    name: str = ""

    @classmethod
    def account(cls, account: AccountId) -> Actor:
        return cls(ActorKind.ACCOUNT, account)

    @classmethod
    def staff(cls, account: AccountId, clinic: ClinicId | None = None) -> Actor:
        return cls(ActorKind.STAFF, account, clinic=clinic)

    @classmethod
    def operator(cls, account: AccountId | None = None, name: str = "") -> Actor:
        """The person who runs the bot, by a command."""
        return cls(ActorKind.OPERATOR, account, name=name)

    @classmethod
    def system(cls, account: AccountId | None = None) -> Actor:
        """The bot itself: a job, or an answer of the register or a clinic."""
        return cls(ActorKind.SYSTEM, account)


# --- what it was done to ----------------------------------------------------------------------------------------------


class SubjectKind(StrEnum):
    """What kind of thing a subject is. The value is the first word of the stored text."""

    PATIENT = "patient"
    APPOINTMENT = "appointment"
    ACCOUNT = "account"
    VISIT = "visit"
    """identified by the desk's own number"""
    PERSON = "person"
    """of a clinic's list, identified by the desk's own number"""
    DOCTOR = "doctor"
    """identified by the desk's own number"""
    CODE = ""
    """anything else, stored as it is: a purpose, a role, a Ref or nothing"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a deed was done to; ``str()`` returns the stored text, ``read`` parses it."""

    kind: SubjectKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}".strip()

    @classmethod
    def read(cls, stored: str) -> Subject:
        kind, _space, value = stored.partition(" ")
        try:
            return cls(SubjectKind(kind), value)
        except ValueError:
            return cls(SubjectKind.CODE, stored)

    @classmethod
    def patient(cls, patient: PatientId) -> Subject:
        return cls(SubjectKind.PATIENT, str(patient))

    @classmethod
    def appointment(cls, appointment: AppointmentId) -> Subject:
        return cls(SubjectKind.APPOINTMENT, str(appointment))

    @classmethod
    def account(cls, account: AccountId | None) -> Subject:
        """``account`` is None if it has been erased."""
        return cls(SubjectKind.ACCOUNT, "" if account is None else str(account))

    @classmethod
    def own_account(cls) -> Subject:
        """The account that acts; its id is not stored."""
        return cls(SubjectKind.ACCOUNT, "")

    @classmethod
    def visit(cls, number: int) -> Subject:
        return cls(SubjectKind.VISIT, str(number))

    @classmethod
    def person(cls, number: int) -> Subject:
        return cls(SubjectKind.PERSON, str(number))

    @classmethod
    def doctor(cls, number: int) -> Subject:
        return cls(SubjectKind.DOCTOR, str(number))

    @classmethod
    def consent(cls, purpose: Purpose) -> Subject:
        return cls(SubjectKind.CODE, purpose.value)

    @classmethod
    def post(cls, role: Role, clinic: ClinicId) -> Subject:
        """A role at a clinic."""
        return cls(SubjectKind.CODE, f"{role}@{clinic}")

    @classmethod
    def number(cls, ref: Ref) -> Subject:
        """The Ref of an erasure."""
        return cls(SubjectKind.CODE, ref)

    @classmethod
    def access_code(cls) -> Subject:
        """An account has one access code, so nothing is stored."""
        return cls(SubjectKind.CODE, "")


class WrittenEntry(NamedTuple):
    """An entry of the journal as it is stored: this release may not know the action."""

    id: int
    at: datetime
    actor: ActorKind
    action: str
    subject: str


class VisitOfEntry(NamedTuple):
    """The visit of an entry in words that people know; ``moved_to`` is when the visit that replaced it begins."""

    specialty: str
    starts_at: datetime
    zone: ZoneInfo
    moved_to: datetime | None = None
    specialty_code: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A journal entry; ``ref`` is the number of its visit, ``clinic`` the name of the staff member's clinic.

    ``visit`` is known only in the history of a card.
    """

    at: datetime
    actor: Actor
    deed: Deed
    subject: Subject
    ref: Ref | None = None
    clinic: str = ""
    visit: VisitOfEntry | None = None
