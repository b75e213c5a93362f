"""What services need of the world, as Protocols: clinics, a messenger, documents, a clock, background work.

ClinicSystem is the narrow waist: everything a citizen does at a clinic goes through it, so the same chat serves the
embedded registry and any other system. ClinicDesk is what only the clinic's own side does. Neither knows our ids; a
system keeps its own time. Systems raise ClinicError; messengers raise MessengerError; both are drawn in bot.errors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.models import (
    AccountId,
    AppointmentId,
    Booking,
    BookingRef,
    Clinic,
    ClinicRef,
    Doctor,
    DoctorId,
    DoctorRef,
    FoundPolicy,
    Hold,
    InsuredPerson,
    Key,
    Lock,
    OpenDay,
    Paper,
    PatientId,
    PersonRef,
    PersonSearch,
    PolicyClaim,
    PolicyCode,
    Screen,
    Slot,
    SlotRef,
    Specialty,
    SpecialtyRef,
    SystemName,
    VisitOnDesk,
)

T = TypeVar("T")


class Clock(Protocol):
    """``now`` is the product's time and can be moved in the demo; ``wall`` is real time, for leases and time limits."""

    def now(self) -> datetime: ...
    def wall(self) -> datetime: ...


class Background(Protocol):
    """Work that goes on after its caller has gone; whoever owns it waits for it at shutdown."""

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]: ...


class Messenger(Protocol):
    """One channel to a person. ``edits`` changes that message in place, or sends anew where it is gone.

    Returns the id of the message now showing the screen. Raises MessengerError.
    """

    async def deliver(self, chat: int, screen: Screen, edits: int | None = None) -> int: ...


class Documents(Protocol):
    """What comes in as a file."""

    async def read_policy(self, data: bytes) -> PolicyCode:
        """The one policy whose code is in a picture or a PDF. Raises InvalidInput."""
        ...


class Printer(Protocol):
    """What goes out as a file."""

    async def print_paper(self, paper: Paper) -> bytes:
        """A PDF. Raises NotPrinted where it takes too long."""
        ...


# --- clinic systems ---------------------------------------------------------------------------------------------------


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


# --- records of storage -----------------------------------------------------------------------------------------------


class Watched(NamedTuple):
    """What else is known of a policy and its card: the last day, and since when the card is closed."""

    valid_until: date | None
    closed_at: datetime | None


class NewOrder(NamedTuple):
    key: Key
    account: AccountId
    patient: PatientId
    doctor: DoctorId
    slot: Slot
    expires_at: datetime | None
    replaces: AppointmentId | None


class Hashed(NamedTuple):
    """A slow hash of an access code, and the salt that it was made with."""

    salt: bytes
    hashed: bytes


class StoredPin(NamedTuple):
    """An account's access code as it is kept; ``tries`` at it have been wrong in a row."""

    salt: bytes
    digest: bytes
    tries: int
    lock: Lock
