"""What the product needs of a clinic system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from bot.core.clinic import Clinic, Doctor, OpenDay, Slot, Specialty, VisitType
from bot.core.patient import NameField
from bot.core.people import PersonName, Sex
from bot.glossary import (
    BookingRef,
    ClinicRef,
    DoctorRef,
    Key,
    PersonRef,
    SlotRef,
    SpecialtyRef,
    SystemName,
)


class ClinicError(Exception):
    """A clinic system's trouble; its text is for the log, never for a person."""


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
    """What the register says of a policy."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"


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


class ClinicReason(StrEnum):
    """Why our own desk cancels a visit; another clinic system may say it in words of its own."""

    DOCTOR_ILL = "DOCTOR_ILL"
    DOCTOR_AWAY = "DOCTOR_AWAY"
    ROOM_CLOSED = "ROOM_CLOSED"


@dataclass(frozen=True, slots=True)
class PolicyClaim:
    """What a representative says of a patient, for the register to compare."""

    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex


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


LIVE = frozenset({BookingStatus.BOOKED, BookingStatus.CHECKED_IN})
"""Visits that are going to happen or are happening."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a system can do; a lacking one hides the button or explains itself, it never fails at the last step."""

    holds: bool
    reschedules: bool
    explains_mismatch: bool
    finds_by_person: bool
    feeds_changes: bool
    dedupes_by_key: bool


class Changes(NamedTuple):
    """Visits that the clinic's side changed since a cursor, oldest first, as they are now."""

    bookings: Sequence[Booking]
    cursor: str
    more: bool


class ClinicSystem(Protocol):
    """Reads answer with an empty list where there is nothing; every datetime is aware.

    Every call may raise Unavailable; writes may raise OutcomeUnknown; what else a call may raise stands beside it.
    """

    name: SystemName

    async def capabilities(self) -> Capabilities: ...
    async def clinics(self) -> Sequence[Clinic]: ...
    async def specialties(self, clinic: ClinicRef) -> Sequence[Specialty]: ...
    async def doctors(self, clinic: ClinicRef, specialty: SpecialtyRef) -> Sequence[Doctor]: ...

    async def days(
        self, doctor: DoctorRef, since: datetime, until: datetime, person: PersonRef | None = None
    ) -> Sequence[OpenDay]:
        """Days (the clinic's own) with free slots in [since, until), in order; ``person`` as in ``slots``."""
        ...

    async def slots(
        self, doctor: DoctorRef, since: datetime, until: datetime, person: PersonRef | None = None
    ) -> Sequence[Slot]:
        """Free slots starting in [since, until), by start; one that ``person`` holds is free to that person."""
        ...

    async def soonest(self, clinic: ClinicRef, specialty: SpecialtyRef, since: datetime, limit: int) -> Sequence[Slot]:
        """The earliest free slots of any doctor of the specialty, by start."""
        ...

    async def check_policy(self, claim: PolicyClaim) -> InsuredPerson:
        """Compare a claim with the register of the insured. Raises PersonNotFound where the number is unknown."""
        ...

    async def find_policies(self, search: PersonSearch) -> Sequence[FoundPolicy]:
        """Every policy of a person; empty both where nobody is found and where anything differs. Raises Unsupported."""
        ...

    async def hold(self, key: Key, person: PersonRef, slot: SlotRef) -> Hold:
        """Keep a slot for a few minutes; a person's new hold drops the old one. Raises SlotIsTaken, SlotIsGone."""
        ...

    async def release(self, key: Key) -> None:
        """Give a hold back; an expired, used or unknown key is no error."""
        ...

    async def book(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking:
        """Book; the same key again answers with the same booking.

        Raises SlotIsTaken, SlotIsGone, HasActiveVisit, VisitsOverlap, NotEligible, PolicyInactive.
        """
        ...

    async def reschedule(self, key: Key, person: PersonRef, booking: BookingRef, slot: SlotRef) -> Booking:
        """Book ``slot`` in place of ``booking`` at once: where that is refused the old visit stays. Raises as ``book``.

        Raises NotFound where ``booking`` is no longer live.
        """
        ...

    async def cancel(self, key: Key, person: PersonRef, booking: BookingRef) -> Booking:
        """Bring a booking to CANCELLED; one that is cancelled already is success. Raises NotFound, Refused."""
        ...

    async def recover(self, key: Key, person: PersonRef, slot: SlotRef) -> Booking | None:
        """What became of a ``book`` or ``reschedule`` sent with this key; None where it never arrived."""
        ...

    async def bookings(self, person: PersonRef, since: datetime) -> Sequence[Booking]:
        """Every visit of a person starting at or after ``since``, whoever made it."""
        ...

    async def changes(self, cursor: str | None) -> Changes:
        """Visits changed by the clinic's side after the cursor; None starts from now."""
        ...


class ClinicSystems(Protocol):
    """Every clinic system at hand; calls through here have a time limit and raise ClinicError, never anything else."""

    @property
    def register(self) -> ClinicSystem:
        """The one whose register of the insured checks policies."""
        ...

    def serving(self, system: SystemName) -> ClinicSystem: ...
    def every(self) -> Sequence[ClinicSystem]: ...


class ClinicDesk(Protocol):
    """The clinic's own side. Raises NotFound for a visit that is not live or belongs to another clinic."""

    async def visits(self, clinic: ClinicRef, day: date) -> Sequence[VisitOnDesk]:
        """Live visits of one local day, by start."""
        ...

    async def visit(self, clinic: ClinicRef, number: int) -> VisitOnDesk: ...
    async def cancel_visit(self, clinic: ClinicRef, number: int, reason: str) -> Booking: ...

    async def move_visit(self, clinic: ClinicRef, number: int, slot: SlotRef) -> Booking:
        """Move a visit to a free slot. Raises SlotIsTaken, SlotIsGone."""
        ...
