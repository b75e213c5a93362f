"""What services need of the world, as Protocols: storage, clinics, a messenger, documents, a clock, background work.

ClinicSystem is the narrow waist: everything a citizen does at a clinic goes through it, so the same chat serves the
embedded registry and any other system. ClinicDesk is what only the clinic's own side does. Neither knows our ids; a
system keeps its own time. Systems raise ClinicError; messengers raise MessengerError; both are drawn in bot.errors.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.models import (
    AccessRequest,
    Account,
    AccountId,
    Appointment,
    AppointmentCard,
    AppointmentId,
    AuditEntry,
    Booking,
    BookingRef,
    BookingStatus,
    CancelReason,
    Clinic,
    ClinicId,
    ClinicRef,
    Consent,
    Contact,
    Correction,
    DeskMatter,
    Detail,
    Doctor,
    DoctorId,
    DoctorRef,
    Draft,
    DraftId,
    FoundPolicy,
    Hold,
    Holding,
    InsuredPerson,
    Invitation,
    InvitationId,
    Key,
    Lock,
    Notice,
    NoticeKind,
    OpenDay,
    Order,
    OrderId,
    OutboxId,
    OutboxMessage,
    Paper,
    Patient,
    PatientId,
    PersonName,
    PersonRef,
    PersonSearch,
    PolicyClaim,
    PolicyCode,
    Purpose,
    Ref,
    Relationship,
    Representation,
    RequestId,
    RequestStatus,
    Role,
    Screen,
    Slot,
    SlotRef,
    Specialty,
    SpecialtyId,
    SpecialtyRef,
    SystemName,
    Takeover,
    TakeoverId,
    TakeoverStatus,
    Verification,
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


# --- storage ----------------------------------------------------------------------------------------------------------


class Accounts(Protocol):
    async def find(self, telegram_id: int) -> Account | None: ...
    async def get(self, account: AccountId) -> Account | None: ...
    async def add(self, telegram_id: int, now: datetime) -> Account:
        """The account of this Telegram user, made where there was none."""
        ...

    async def set_heard(self, account: AccountId, language: str | None) -> None: ...

    async def set_language(self, account: AccountId, language: str) -> None: ...
    async def set_reachable(self, account: AccountId, reachable: bool) -> None: ...
    async def appoint(self, account: AccountId, role: Role, clinic: ClinicId) -> None: ...
    async def erase(self, account: AccountId) -> None:
        """Remove the account with its drafts, orders, appointments, messages and dialog state.

        Consents and the journal stay, without a link to a person.
        """
        ...


class Consents(Protocol):
    async def give(self, account: AccountId, purpose: Purpose, version: str, digest: str, now: datetime) -> None: ...
    async def revoke(self, account: AccountId, purpose: Purpose, now: datetime) -> None: ...
    async def list_of(self, account: AccountId) -> Sequence[Consent]:
        """The newest consent of each purpose, revoked ones included."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop those taken back before then."""
        ...

    async def withdrawn_before(self, moment: datetime, limit: int) -> Sequence[AccountId]:
        """Accounts that took back an indispensable consent before ``moment`` and have not given it again."""
        ...


class Patients(Protocol):
    async def require(self, account: AccountId, patient: PatientId) -> Patient:
        """The one door. Raises NotYours for a stranger's id and for a missing one alike."""
        ...

    async def list_of(self, account: AccountId) -> Sequence[Patient]: ...
    async def add(self, account: AccountId, relationship: Relationship, claim: PolicyClaim, now: datetime) -> PatientId:
        """A new patient, QUEUED for the register, represented by this account."""
        ...

    async def find_own(self, account: AccountId, policy_number: str) -> PatientId | None: ...
    async def rename(self, patient: PatientId, name: PersonName) -> None: ...
    async def set_identity(self, patient: PatientId, claim: PolicyClaim) -> None:
        """Who the patient is from now on. Raises AlreadyLinked where another card has that policy."""
        ...

    async def correction(self, patient: PatientId) -> Correction | None: ...
    async def set_correction(self, patient: PatientId, correction: Correction, now: datetime) -> None: ...
    async def drop_correction(self, patient: PatientId) -> None: ...

    async def forget_corrections(self, before: datetime) -> None:
        """Those that have waited since then."""
        ...

    async def set_verification(
        self, patient: PatientId, verification: Verification, next_check: datetime | None = None
    ) -> None:
        """``next_check`` is when an open check is due again; None for a finished one."""
        ...

    async def set_person(self, patient: PatientId, person: PersonRef | None, clinic: ClinicId | None) -> None:
        """Who the patient is in the register, which gives the policy to this card; None gives it up.

        Raises AlreadyLinked where another card has the policy.
        """
        ...

    async def set_clinic(self, patient: PatientId, clinic: ClinicId) -> None: ...
    async def details(self, patient: PatientId) -> Mapping[Detail, str]: ...
    async def set_details(self, patient: PatientId, details: Mapping[Detail, str]) -> None:
        """Put these in place of whatever was known."""
        ...

    async def unlink(self, account: AccountId, patient: PatientId) -> None:
        """End a representation; a patient whom nobody represents any more is erased."""
        ...

    async def claim_checks(self, now: datetime, until: datetime, limit: int) -> Sequence[PatientId]:
        """Patients whose check is due, each put off to ``until`` so that nobody else takes it meanwhile."""
        ...

    async def set_next_check(self, patient: PatientId, next_check: datetime) -> None: ...


class Watched(NamedTuple):
    """What else is known of a policy and its card: the last day, and since when the card is closed."""

    valid_until: date | None
    closed_at: datetime | None


class Checks(Protocol):
    """What the register has refused, what has been told of a patient, and when a policy is looked at again."""

    async def failures(
        self, account: AccountId, number: str, since: datetime
    ) -> tuple[Sequence[datetime], Sequence[datetime]]:
        """Moments of refusals after ``since``: the account's, and the number's whoever asked; newest first."""
        ...

    async def note_failure(self, account: AccountId, number: str, now: datetime) -> None: ...
    async def forget_failures(self, before: datetime) -> None: ...
    async def told(self, patient: PatientId) -> Mapping[str, datetime]:
        """Every matter that has been told of a patient, and when."""
        ...

    async def tell(self, patient: PatientId, matter: str, at: datetime) -> None: ...
    async def watched(self, patient: PatientId) -> Watched: ...
    async def set_next_look(self, patient: PatientId, next_look: datetime | None) -> None:
        """None: nobody looks at this policy any more."""
        ...

    async def set_valid_until(self, patient: PatientId, day: date | None) -> None: ...
    async def close(self, patient: PatientId, now: datetime) -> None: ...
    async def claim_looks(self, now: datetime, until: datetime, limit: int) -> Sequence[PatientId]:
        """Patients due for a look, each put off to ``until`` so that nobody else takes it meanwhile."""
        ...


class Family(Protocol):
    """Who acts for a patient, who asks to, who is invited to, and what waits at a clinic's desk."""

    async def representation(self, account: AccountId, patient: PatientId) -> Representation:
        """Raises NotYours, as the door to a patient does."""
        ...

    async def list_of(self, patient: PatientId) -> Sequence[Representation]:
        """The owner first, then whoever has come earlier."""
        ...

    async def require_owner(self, account: AccountId, patient: PatientId) -> Representation:
        """Raises NotYours, NotOwner."""
        ...

    async def add(self, account: AccountId, patient: PatientId, relationship: Relationship, now: datetime) -> None:
        """One more co-representative; whoever acts already keeps the rights he has."""
        ...

    async def pass_on(self, patient: PatientId) -> AccountId | None:
        """Before the owner goes: the eldest co-representative becomes the owner and gets the visits that he booked.

        None where there is nobody to pass to.
        """
        ...

    async def hand_over(self, patient: PatientId, heir: AccountId) -> None:
        """Make a co-representative the owner; links that the old owner has sent lead nowhere any more."""
        ...

    async def give_visits(self, patient: PatientId, gone: AccountId, heir: AccountId) -> None:
        """Visits that one account has booked, and what waits to be told of them, become another's."""
        ...

    async def merge(self, card: PatientId, into: PatientId) -> None:
        """Visits of an account's own card of the same policy become the shared card's."""
        ...

    async def set_papers(self, account: AccountId, patient: PatientId, now: datetime) -> None:
        """A desk has seen this representative's papers."""
        ...

    async def find_held(self, policy_number: str) -> PatientId | None:
        """The card that the register has given this policy to, whoever's."""
        ...

    async def ask(
        self, ref: Ref, patient: PatientId, account: AccountId, card: PatientId, now: datetime, until: datetime
    ) -> RequestId:
        """``ref`` may collide: raises RefCollision."""
        ...

    async def request(self, request: RequestId) -> AccessRequest | None: ...
    async def last_request(self, patient: PatientId, account: AccountId) -> AccessRequest | None: ...
    async def open_requests(self, patient: PatientId, now: datetime) -> Sequence[AccessRequest]: ...
    async def ask_for(self, request: RequestId, card: PatientId) -> None:
        """The asker's card was removed and added again: the request is the new one's."""
        ...

    async def answer(self, request: RequestId, status: RequestStatus, now: datetime) -> None: ...

    async def invite(self, token: str, patient: PatientId, account: AccountId, now: datetime, until: datetime) -> None:
        """Only the token's index is kept; an earlier link that nobody has used leads nowhere any more."""
        ...

    async def find_invitation(self, token: str) -> Invitation | None: ...
    async def invitation(self, invitation: InvitationId) -> Invitation | None: ...
    async def live_invitation(self, patient: PatientId, now: datetime) -> Invitation | None: ...
    async def waiting_invitation(self, account: AccountId, now: datetime) -> Invitation | None:
        """The newest that this account has opened and not yet answered."""
        ...

    async def open_invitation(self, invitation: InvitationId, account: AccountId) -> None:
        """From now on it is this account's; one that is somebody's already stays his."""
        ...

    async def use_invitation(self, invitation: InvitationId, now: datetime) -> None: ...
    async def drop_invitations(self, patient: PatientId) -> None: ...
    async def forget(self, before: datetime) -> None:
        """Drop requests and invitations that were over before that moment."""
        ...

    async def open_matter(
        self, ref: Ref, account: AccountId, patient: PatientId, kind: DeskMatter, now: datetime
    ) -> Ref:
        """The Ref under which the matter stands: ``ref``, or the one it has been open under. Raises RefCollision."""
        ...

    async def close_matter(self, ref: Ref, kind: DeskMatter, now: datetime) -> tuple[AccountId, PatientId] | None:
        """Whose open matter of that kind it was; None where there is none under this Ref."""
        ...


class Directory(Protocol):
    """Small integer ids for the clinics, specialties and doctors of any system; learning updates what has changed."""

    async def learn_clinics(self, system: SystemName, listed: Sequence[Clinic]) -> Sequence[Clinic]: ...
    async def learn_specialties(self, system: SystemName, listed: Sequence[Specialty]) -> Sequence[Specialty]: ...
    async def learn_doctors(self, system: SystemName, listed: Sequence[Doctor]) -> Sequence[Doctor]: ...
    async def clinic(self, clinic: ClinicId) -> Clinic | None: ...
    async def specialty(self, specialty: SpecialtyId) -> Specialty | None: ...
    async def doctor(self, doctor: DoctorId) -> Doctor | None: ...


class NewOrder(NamedTuple):
    key: Key
    account: AccountId
    patient: PatientId
    doctor: DoctorId
    slot: Slot
    expires_at: datetime | None
    replaces: AppointmentId | None


class Orders(Protocol):
    async def add(self, order: NewOrder, now: datetime) -> Order: ...
    async def find(self, account: AccountId, order: OrderId) -> Order | None: ...
    async def forget(self, before: datetime) -> None:
        """Drop orders made before that moment."""
        ...


class Appointments(Protocol):
    async def add(self, order: Order, clinic: ClinicId, specialty: SpecialtyId, ref: str, now: datetime) -> Appointment:
        """A PENDING appointment made of an order, or the one that this order has already become.

        One that replaces another carries the chain's ref instead of ``ref``. ``ref`` may collide: raises RefCollision.
        """
        ...

    async def require(self, account: AccountId, appointment: AppointmentId) -> AppointmentCard:
        """Raises NotYours where the account does not represent its patient, and for a missing one alike."""
        ...

    async def get(self, appointment: AppointmentId) -> AppointmentCard | None:
        """For workers that act for nobody in particular."""
        ...

    async def upcoming(self, account: AccountId, now: datetime) -> Sequence[AppointmentCard]:
        """PENDING and live visits of the account's patients that have not ended, by start."""
        ...

    async def planned(self, account: AccountId, now: datetime) -> Sequence[Appointment]:
        """The same visits as ``upcoming``, without what a card shows: for rules."""
        ...

    async def find_booked(self, system: SystemName, booking: BookingRef) -> Appointment | None: ...
    async def find_of_order(self, account: AccountId, key: Key) -> Appointment | None: ...
    async def find_of_key(self, key: Key) -> Appointment | None:
        """Whoever's: for what a clinic tells of its own accord."""
        ...

    async def settle(
        self,
        appointment: AppointmentId,
        status: BookingStatus,
        booking: Booking | None,
        reason: CancelReason | None = None,
    ) -> None:
        """Record what the clinic said: status, and from ``booking`` its ref, times and room. Ends ``cancelling``."""
        ...

    async def want_cancelled(self, appointment: AppointmentId, late: bool, next_try: datetime) -> None: ...
    async def set_confirmed(self, appointment: AppointmentId) -> None: ...
    async def forget(self, before: datetime) -> None:
        """Drop visits that ended before then."""
        ...

    async def claim_unsettled(self, now: datetime, until: datetime, limit: int) -> Sequence[AppointmentId]:
        """PENDING or cancelling ones that are due for another question to the clinic, put off to ``until``."""
        ...


class Outbox(Protocol):
    async def add(self, notice: Notice, now: datetime) -> None:
        """Enqueue; a live message with the same ``dedup`` is replaced."""
        ...

    async def withdraw(self, dedup: str) -> None: ...
    async def hasten(self, dedup: str, now: datetime) -> None:
        """What could not be told while its facts were unknown is due now; one never tried yet keeps its moment."""
        ...

    async def detach(self, appointment: AppointmentId) -> None:
        """What waits to be told of it comes as a new message: the one it would edit shows something else now."""
        ...

    async def withdraw_of(self, appointment: AppointmentId, kind: NoticeKind) -> None: ...
    async def withdraw_kind(self, account: AccountId, kind: NoticeKind) -> None: ...
    async def claim(self, now: datetime, wall: datetime, lease: timedelta, limit: int) -> Sequence[OutboxMessage]:
        """Take due messages, urgent ones first, one per chat; the lease runs on real time.

        Whoever is being asked something is left in peace for a while: only the screen he waits at changes.
        """
        ...

    async def reclaim(self) -> None:
        """Whoever had claimed messages is gone: they are due again."""
        ...

    async def sent(self, message: OutboxId, message_id: int, now: datetime) -> None: ...
    async def retry(self, message: OutboxId, due_at: datetime, error: str) -> None: ...
    async def give_up(self, message: OutboxId, error: str) -> None: ...
    async def drop(self, message: OutboxId, error: str) -> None:
        """The world has changed: nobody needs this message any more."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop what was due before then and waits for nothing any more."""
        ...

    async def next_due(self) -> datetime | None: ...
    async def has_told_after(self, account: AccountId, message: int) -> bool:
        """Whether a message of the outbox stands below that message of the chat."""
        ...

    async def due_of(self, appointment: AppointmentId, kind: NoticeKind) -> datetime | None:
        """When the live message of that kind is due."""
        ...


class Drafts(Protocol):
    async def add(self, account: AccountId, kind: str, fields: Mapping[str, str], now: datetime) -> DraftId: ...
    async def find(self, account: AccountId, draft: DraftId) -> Draft | None: ...
    async def list_of(self, account: AccountId, kind: str, limit: int) -> Sequence[Draft]:
        """The newest first."""
        ...

    async def save(self, draft: DraftId, fields: Mapping[str, str], now: datetime) -> None: ...
    async def drop(self, account: AccountId, draft: DraftId) -> None: ...
    async def forget(self, before: datetime) -> None: ...


class Audit(Protocol):
    async def add(self, account: AccountId, action: str, subject: str, now: datetime) -> None: ...
    async def list_of(self, account: AccountId, limit: int) -> Sequence[AuditEntry]: ...
    async def list_of_patient(self, patient: PatientId, limit: int, skip: int = 0) -> Sequence[AuditEntry]:
        """What anybody did with a patient and with the patient's visits, the newest first."""
        ...

    async def forget(self, before: datetime) -> None: ...


class Holdings(Protocol):
    async def of_account(self, account: AccountId) -> Mapping[str, Sequence[Holding]]:
        """Everything that is kept of an account, section by section; a patient's rows name it in ``patient_id``."""
        ...


class Cursors(Protocol):
    """Where the reading of each system's change feed stands."""

    async def get(self, system: SystemName) -> str | None: ...
    async def set(self, system: SystemName, cursor: str) -> None: ...


class Leases(Protocol):
    async def take(self, name: str, holder: str, wall: datetime, lease: timedelta) -> bool:
        """Take or renew a lease; False where somebody else holds a live one."""
        ...

    async def held(self, name: str) -> tuple[str, datetime] | None:
        """Who took a lease last, and until when."""
        ...

    async def release(self, name: str, holder: str) -> None: ...


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


class Pins(Protocol):
    """Access codes; none of them is ever kept itself."""

    async def find(self, account: AccountId) -> StoredPin | None: ...
    def is_right(self, digest: bytes, hashed: bytes) -> bool:
        """Whether a hash is of the code that ``digest`` was made of."""
        ...

    async def set(self, account: AccountId, code: Hashed, until: datetime) -> None:
        """Put a code, open ``until`` then, in place of any other."""
        ...

    async def open(self, account: AccountId, until: datetime) -> None:
        """The right code was typed: no wrong try counts any more, and a forgotten code is not dropped."""
        ...

    async def close(self, account: AccountId) -> None: ...
    async def note_wrong(self, account: AccountId) -> None: ...
    async def pause(self, account: AccountId, until: datetime) -> None: ...
    async def drop_at(self, account: AccountId, moment: datetime) -> None: ...
    async def remove(self, account: AccountId) -> None: ...
    async def offer(self, account: AccountId, code: Hashed, until: datetime) -> None:
        """Keep what was typed once for a new code."""
        ...

    async def offered(self, account: AccountId, now: datetime) -> tuple[bytes, bytes] | None:
        """Salt and digest of what was typed once."""
        ...

    async def take_offer(self, account: AccountId) -> None: ...
    async def forget(self, now: datetime) -> None:
        """Drop offers that are over and codes that were dropped long ago."""
        ...


class Contacts(Protocol):
    async def get(self, account: AccountId) -> Contact: ...
    async def find_owner(self, phone: str) -> AccountId | None:
        """Whose telephone it is: one account's at a time."""
        ...

    async def set_phone(self, account: AccountId, phone: str | None) -> None: ...
    async def set_email(self, account: AccountId, email: str | None) -> None: ...
    async def forget(self, account: AccountId) -> None: ...


class Takeovers(Protocol):
    async def offer(self, old: AccountId, new: AccountId, phone: str, due_at: datetime) -> TakeoverId:
        """Note that both have the same telephone, in place of any earlier offer to ``new``."""
        ...

    async def find(self, takeover: TakeoverId) -> Takeover | None: ...
    async def find_of_asker(self, account: AccountId) -> Takeover | None:
        """What is offered to an account, or what it has asked for."""
        ...

    async def find_of_owner(self, account: AccountId) -> Takeover | None:
        """What is asked of an account, else what it has refused last."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[Takeover]:
        """Those whose time is over, and those asked of an account that is gone."""
        ...

    async def set_status(self, takeover: TakeoverId, status: TakeoverStatus, due_at: datetime) -> None: ...
    async def drop(self, takeover: TakeoverId) -> None: ...
    async def doubles(self, loser: AccountId, keeper: AccountId) -> Sequence[tuple[PatientId, PatientId]]:
        """Unconfirmed cards of ``loser``, each with the ``keeper``'s card of the same policy."""
        ...

    async def move(self, old: AccountId, new: AccountId) -> None:
        """Give everything of an account to another, but for its consents, its journal, its contacts and its code.

        Its dialog is forgotten.
        """
        ...


class UnitOfWork(Protocol):
    """Repositories over one transaction: leaving normally commits, leaving with an exception undoes everything."""

    accounts: Accounts
    consents: Consents
    patients: Patients
    family: Family
    checks: Checks
    directory: Directory
    orders: Orders
    appointments: Appointments
    outbox: Outbox
    drafts: Drafts
    audit: Audit
    cursors: Cursors
    leases: Leases
    holdings: Holdings
    pins: Pins
    contacts: Contacts
    takeovers: Takeovers


Done = TypeVar("Done")
Work = Callable[[UnitOfWork], Coroutine[Any, Any, Done]]


class Storage(Protocol):
    """``write`` returns from its block only after the commit is durable; ``read`` never waits for a writer.

    The forms ``at_once`` are one trip to the database, however many statements: for the taps that people make most.
    Their work waits for nothing but its unit of work, and may run on another thread.
    """

    def write(self) -> AbstractAsyncContextManager[UnitOfWork]: ...
    def read(self) -> AbstractAsyncContextManager[UnitOfWork]: ...
    async def write_at_once(self, work: Work[Done]) -> Done: ...
    async def read_at_once(self, work: Work[Done]) -> Done: ...
