"""The clinic port: everything that the product needs of a clinic system.

A connector implements ClinicSystem and keeps these promises:

- It raises ClinicError and nothing else. Any error but OutcomeUnknown means that nothing was done.
- References (``ClinicRef``, ``SlotRef`` ...) are opaque strings of at most 512 bytes; the product never parses them.
- Datetimes are aware, ``date`` is a local day of the clinic, a list is empty if there is nothing to list.
- A write is never retried blindly: ``recover`` returns the outcome of the write with a given ``Key``.
- A missing capability is declared in ``Capabilities``, so that the product does without it.

The embedded registry (``storage/registry``) is one such system; it also implements ``desk_port``.

ClinicError                     nothing was done, except for OutcomeUnknown
├── Refused                     the system refused the request
│   ├── SlotIsTaken
│   ├── SlotIsGone
│   ├── HasActiveVisit          ``existing``: the live booking to the same specialty
│   ├── VisitsOverlap           ``existing``: the live booking at that time
│   ├── NotEligible             age or sex
│   ├── NoReferral              the specialty wants a referral, and the person has none for that day
│   ├── PolicyInactive
│   ├── PersonNotFound
│   ├── NotFound                no such clinic, doctor or booking
│   └── Unsupported             the system never does that
├── Unavailable                 temporary: retry, after ``retry_after`` if it is given
└── OutcomeUnknown              a write was sent and no answer came: call ``recover``
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.clinics.capabilities import Capabilities
from bot.clinics.enrolled import TellsEnrollment
from bot.clinics.reserving import NO_RESERVATION, Instead, KeepsSlots
from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty, VisitType
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.glossary import (
    BookingRef,
    ClinicRef,
    DoctorRef,
    HolderRef,
    Key,
    PersonRef,
    ReferralRef,
    SlotRef,
    SpecialtyRef,
    SystemName,
)

NO_HOLDER = HolderRef("")
NO_SPECIALTY, NO_CLINIC = SpecialtyRef(""), ClinicRef("")


class ClinicError(Exception):
    """A clinic system failed or refused; the text is for the log and is never shown."""


class Refused(ClinicError):
    def __init__(self, text: str = "", *, existing: Booking | None = None) -> None:
        super().__init__(text)
        self.existing = existing


class SlotIsTaken(Refused):
    pass


class SlotIsGone(Refused):
    pass


class HasActiveVisit(Refused):
    pass


class VisitsOverlap(Refused):
    pass


class NotEligible(Refused):
    pass


class NoReferral(Refused):
    pass


class PolicyInactive(Refused):
    pass


class PersonNotFound(Refused):
    pass


class NotFound(Refused):
    pass


class Unsupported(Refused):
    pass


class Unavailable(ClinicError):
    def __init__(self, text: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class OutcomeUnknown(ClinicError):
    pass


class PolicyStatus(StrEnum):
    """The state of a policy in the register."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"


class BookingStatus(StrEnum):
    """The state of a booking, at the clinic and in the bot. HELD and PENDING are not visits yet."""

    HELD = "HELD"
    PENDING = "PENDING"
    REFUSED = "REFUSED"
    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    FULFILLED = "FULFILLED"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"


LIVE = frozenset({BookingStatus.BOOKED, BookingStatus.CHECKED_IN})
"""the statuses of a visit that is ahead or in progress"""


class ClinicReason(StrEnum):
    """Why the desk of the embedded registry cancels a visit; another system may give any text."""

    DOCTOR_ILL = "DOCTOR_ILL"
    DOCTOR_AWAY = "DOCTOR_AWAY"
    ROOM_CLOSED = "ROOM_CLOSED"


@dataclass(frozen=True, slots=True)
class PolicyClaim:
    """What a representative has typed of a patient, to be compared with the register."""

    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True)
class InsuredPerson:
    """The register's answer to a claim: its reference to the person, the policy's state, and the fields that differ."""

    ref: PersonRef
    status: PolicyStatus
    differs: frozenset[NameField] = frozenset()
    birth_differs: bool = False
    clinic: ClinicRef | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonSearch:
    """What a representative has typed of a patient to find the policy number."""

    name: PersonName
    birth_date: date
    snils: str


@dataclass(frozen=True, slots=True)
class FoundPolicy:
    """A policy that a search has found."""

    policy_number: str
    sex: Sex
    status: PolicyStatus


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral; it is valid from ``issued_on`` to ``valid_until``, local days of the clinic.

    ``from_whom`` is as the clinic writes it, "" if it does not say.
    """

    ref: ReferralRef
    specialty: SpecialtyRef
    number: str
    issued_on: date
    valid_until: date
    from_whom: str = ""
    spent_by: BookingRef | None = None
    """the visit that has spent it, where that visit was asked about"""


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot that is held for a person until ``expires_at``; ``key`` releases it."""

    key: Key
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit as the clinic system stores it.

    ``specialty`` and ``clinic`` are "" if the system does not name them: then they are those of the doctor. A visit
    that was booked keeps its ``ref`` whatever else changes. A field that people are told is compared with what they
    were told: see ``bot/appointments/rules.py``.
    """

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
    specialty: SpecialtyRef = NO_SPECIALTY
    clinic: ClinicRef = NO_CLINIC
    undo_until: datetime | None = None
    """until then the desk may undo its last change of the visit, so that nobody is notified of it before"""
    instead: Instead | None = None
    """of a visit that was called off because its hours were closed"""


class Changes(NamedTuple):
    """Visits that the clinic has changed since a cursor, in their present state, oldest change first."""

    bookings: Sequence[Booking]
    cursor: str
    more: bool


class ClinicSystem(KeepsSlots, TellsEnrollment, Protocol):
    """A clinic system. Any call may raise Unavailable, a write also OutcomeUnknown, and what its docstring names."""

    name: SystemName

    async def capabilities(self) -> Capabilities: ...
    async def clinics(self) -> Sequence[Clinic]: ...
    async def specialties(self, clinic: ClinicRef) -> Sequence[Specialty]: ...
    async def doctors(self, clinic: ClinicRef, specialty: SpecialtyRef) -> Sequence[Doctor]: ...

    async def days(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
    ) -> Sequence[OpenDay]:
        """List the clinic's local days that have free slots in [since, until), in order; ``person`` as in ``slots``."""
        ...

    async def slots(
        self,
        doctor: DoctorRef,
        since: datetime,
        until: datetime,
        person: PersonRef | None = None,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Sequence[Slot]:
        """List free slots that start in [since, until), by start.

        With those that ``holder`` holds for ``person``, and the one that is reserved with the key ``reserved``.
        """
        ...

    async def soonest(self, clinic: ClinicRef, specialty: SpecialtyRef, since: datetime, limit: int) -> Sequence[Slot]:
        """List the earliest free slots of all doctors of the specialty, by start."""
        ...

    async def check_policy(self, claim: PolicyClaim) -> InsuredPerson:
        """Compare a claim with the register of the insured. Raises PersonNotFound if the policy number is unknown."""
        ...

    async def find_policies(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        """List the policies of a person; none if there is no such person or any field differs. Raises Unsupported."""
        ...

    async def knows_phone(self, person: PersonRef, phone: str) -> bool:
        """Return whether the clinic has this telephone on file for the person; ``phone`` is ``+`` and digits.

        Unknown persons have none. Raises Unsupported.
        """
        ...

    async def referrals(self, person: PersonRef, booking: BookingRef | None = None) -> Sequence[Referral]:
        """List the person's referrals that are not spent and whose last day is not over, by last day.

        With ``booking`` also the one that this visit of the person has spent: moved, the visit keeps it. Unknown
        persons have none. Raises Unsupported.
        """
        ...

    async def hold(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Hold:
        """Hold a slot for a few minutes; it releases the old holds of this holder for the person, and no other's.

        Raises SlotIsTaken, SlotIsGone. A slot that is reserved is taken, but for whoever brings the key ``reserved``.
        """
        ...

    async def release(self, key: Key) -> None:
        """Release a hold; an expired, used or unknown key is no error."""
        ...

    async def book(
        self,
        key: Key,
        person: PersonRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        """Book a slot, which the holder may hold; the same key returns the same booking. ``reserved`` as for ``hold``.

        Where the specialty needs a referral, the visit spends the one that ends first; its cancellation gives it back.
        Raises SlotIsTaken, SlotIsGone, HasActiveVisit, VisitsOverlap, NotEligible, NoReferral, PolicyInactive.
        """
        ...

    async def reschedule(
        self,
        key: Key,
        person: PersonRef,
        booking: BookingRef,
        slot: SlotRef,
        holder: HolderRef = NO_HOLDER,
        reserved: Key = NO_RESERVATION,
    ) -> Booking:
        """Book ``slot`` in place of ``booking`` in one step; after a refusal the old visit stays.

        Raises as ``book``, and NotFound if ``booking`` is not live any more.
        """
        ...

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        """Cancel a booking; one that is cancelled already is success. Raises NotFound, Refused."""
        ...

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        """Return the booking of a ``book`` or ``reschedule`` with this key, or None if that request never arrived."""
        ...

    async def bookings(self, person: PersonRef, since: datetime) -> Sequence[Booking]:
        """List all visits of a person that start at or after ``since``, also those booked elsewhere."""
        ...

    async def changes(self, cursor: str | None) -> Changes:
        """Return the visits that the clinic has changed after the cursor; None starts from now."""
        ...


class ClinicSystems(Protocol):
    """All clinic systems of this installation; their calls have a timeout and raise only ClinicError."""

    @property
    def register(self) -> ClinicSystem:
        """The system whose register of the insured checks policies."""
        ...

    def serving(self, system: SystemName) -> ClinicSystem: ...
    def every(self) -> Sequence[ClinicSystem]: ...

    def silent(self) -> Sequence[SystemName]:
        """Return the systems that do not answer: for a while every call of them fails at once."""
        ...
