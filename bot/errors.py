"""What may go wrong: RuleError is an answer for a person, ClinicError a connector's trouble that services translate.

RuleError                       shown as an alert; ``dialogs.refusals`` has the sentence and the screen to go to
├── ConsentRequired             the purposes not agreed to
├── NotYours                    a stranger's id and a missing one are the same answer
├── NotOwner                    a co-representative may look, book and leave; the rest is the owner's
├── AskedRecently               the owner has just refused: ``until`` he is not asked again
├── RequestGone                 a request for access that is answered already, or too old
├── InvitationGone              a link that leads nowhere for this account; ``trouble`` says why
├── InvalidInput                typed text or a file that cannot be taken; ``problem`` says which, ``facts`` say where
├── PolicyNotVerified           the register has not confirmed the policy (yet)
├── VisitsAhead                 a new number that is another record of the register: visits stand under the old one
├── TooManyPatients
├── TakeoverPaused              who has this telephone has refused to hand over; ``until`` he is not asked again
├── TooManyChecks               the register has said no too often; ``until`` nobody asks it again
├── ReferralRequired            this specialty wants a referral
├── NotForThisPatient           age or sex does not fit the specialty
├── SlotTaken                   somebody was faster; ``neighbours`` are free
├── SlotGone                    that time is in the past or was withdrawn
├── AlreadyBooked               a live visit to the same specialty exists
├── TimeClash                   another visit of the same patient at that time
├── OrderExpired                the Confirm button is older than its hold
├── TooLateToReschedule         the clinic's deadline has passed
├── NotActive                   the appointment is cancelled, past or moved
├── OutcomePending              the clinic has not answered in time; the outcome arrives by itself
├── VisitGone                   at the desk: that visit is cancelled, moved or another clinic's
├── DeskSlotGone                at the desk: that time is not free any more
├── WrongCode                   not the access code; ``left`` tries before a pause
├── CodePaused                  too many wrong access codes: none is looked at ``until`` then
├── ProofNeeded                 the access code must have been typed a moment ago
├── OfferGone                   a new access code was typed once, and that was too long ago
├── LevelTooLow                 this clinic books for those only of whom more is proved
├── NotPrinted                  a paper was not ready in time
└── ClinicSilent                the clinic system does not answer; nothing was done

ClinicError                     raised = nothing was done, except OutcomeUnknown
├── Refused                     the system said no, and why
│   ├── SlotIsTaken
│   ├── SlotIsGone
│   ├── HasActiveVisit          ``existing`` booking to the same specialty
│   ├── VisitsOverlap           ``existing`` booking at that time
│   ├── NotEligible             age or sex
│   ├── PolicyInactive
│   ├── PersonNotFound
│   ├── NotFound                no such clinic, doctor or booking
│   └── Unsupported             the system cannot do that at all
├── Unavailable                 passing: try again, after ``retry_after`` if given
└── OutcomeUnknown              a write was sent and no answer came: ask ``recover``

MessengerError                  a channel's trouble that the outbox acts upon
├── RecipientGone               permanent: blocked, deactivated, never started
├── CannotDeliver               permanent for this message alone
├── SlowDown                    passing: ``retry_after`` seconds
└── DeliveryFailed              passing; ``uncertain`` if the message may have arrived

NotYet                          a message whose facts are not known yet: the outbox asks again later
RefCollision                    storage: this Ref is in use, draw another
AlreadyLinked                   storage: another card has this policy
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.models import AppointmentId, Booking, ClinicId, DoctorId, DraftId, Level, PatientId, Purpose, SpecialtyId


class RuleError(Exception):
    """An answer for a person: a code (the class) and facts; the sentence is made where it is shown."""


class ConsentRequired(RuleError):
    def __init__(self, missing: frozenset[Purpose]) -> None:
        super().__init__()
        self.missing = missing


class NotYours(RuleError):
    pass


class NotOwner(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class AskedRecently(RuleError):
    """``card`` is the asker's own."""

    def __init__(self, card: PatientId, until: datetime) -> None:
        super().__init__()
        self.card, self.until = card, until


class RequestGone(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class InvitationTrouble(StrEnum):
    UNKNOWN = "UNKNOWN"  # never made, or a newer link has taken its place
    OWN = "OWN"
    ALREADY = "ALREADY"  # this account acts for the patient already
    USED = "USED"
    EXPIRED = "EXPIRED"


class InvitationGone(RuleError):
    def __init__(self, trouble: InvitationTrouble) -> None:
        super().__init__()
        self.trouble = trouble


class Problem(StrEnum):
    """What may be wrong with typed text or a sent file: each parser has a subclass with its members.

    A value is unique among the members of all subclasses.
    """


class InvalidInput(RuleError):
    def __init__(self, problem: Problem, **facts: int | str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.facts: Mapping[str, int | str] = facts


class PolicyNotVerified(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class VisitsAhead(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class TooManyPatients(RuleError):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class TakeoverPaused(RuleError):
    """The account with this telephone has refused, or somebody else asks already; ``until`` it is not asked again."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class TooManyChecks(RuleError):
    """Five wrong answers of the register in an hour, for the account or for the number.

    ``patient`` is the card, ``draft`` the form that waits meanwhile.
    """

    def __init__(self, until: datetime, patient: PatientId | None = None, draft: DraftId | None = None) -> None:
        super().__init__()
        self.until, self.patient, self.draft = until, patient, draft


class ReferralRequired(RuleError):
    def __init__(self, patient: PatientId, specialty: SpecialtyId) -> None:
        super().__init__()
        self.patient, self.specialty = patient, specialty


class NotForThisPatient(RuleError):
    def __init__(self, patient: PatientId, specialty: SpecialtyId) -> None:
        super().__init__()
        self.patient, self.specialty = patient, specialty


class SlotTaken(RuleError):
    """``starts_at`` has just been taken; ``neighbours`` are the starts of free slots of that day, nearest first."""

    def __init__(
        self,
        patient: PatientId,
        doctor: DoctorId,
        starts_at: datetime,
        zone: ZoneInfo,
        neighbours: Sequence[datetime] = (),
        replaces: AppointmentId | None = None,
    ) -> None:
        super().__init__()
        self.patient, self.doctor, self.replaces = patient, doctor, replaces
        self.starts_at, self.zone, self.neighbours = starts_at, zone, neighbours


class SlotGone(RuleError):
    """That time is past, withdrawn or never was; ``doctor`` and ``day`` say where to look for another."""

    def __init__(self, patient: PatientId, doctor: DoctorId, replaces: AppointmentId | None = None) -> None:
        super().__init__()
        self.patient, self.doctor, self.replaces = patient, doctor, replaces


class AlreadyBooked(RuleError):
    """A live visit to the same specialty exists; ``appointment`` is set when it was made in the bot for this card."""

    def __init__(
        self, patient: PatientId, starts_at: datetime, zone: ZoneInfo, appointment: AppointmentId | None
    ) -> None:
        super().__init__()
        self.patient, self.starts_at, self.zone, self.appointment = patient, starts_at, zone, appointment


class TimeClash(RuleError):
    def __init__(
        self, patient: PatientId, starts_at: datetime, zone: ZoneInfo, appointment: AppointmentId | None
    ) -> None:
        super().__init__()
        self.patient, self.starts_at, self.zone, self.appointment = patient, starts_at, zone, appointment


class OrderExpired(RuleError):
    """The order is gone; where it pointed is known while its row is, so that the person can choose again from there."""

    def __init__(self, patient: PatientId | None = None, doctor: DoctorId | None = None) -> None:
        super().__init__()
        self.patient, self.doctor = patient, doctor


class TooLateToReschedule(RuleError):
    def __init__(self, appointment: AppointmentId, deadline: timedelta) -> None:
        super().__init__()
        self.appointment, self.deadline = appointment, deadline


class NotActive(RuleError):
    def __init__(self, appointment: AppointmentId) -> None:
        super().__init__()
        self.appointment = appointment


class OutcomePending(RuleError):
    """The wish is recorded and the clinic was asked; ``cancelling`` says which wish it was."""

    def __init__(self, appointment: AppointmentId, *, cancelling: bool = False) -> None:
        super().__init__()
        self.appointment, self.cancelling = appointment, cancelling


class VisitGone(RuleError):
    pass


class DeskSlotGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class NotPrinted(RuleError):
    pass


class WrongCode(RuleError):
    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class CodePaused(RuleError):
    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class ProofNeeded(RuleError):
    pass


class OfferGone(RuleError):
    pass


class LevelTooLow(RuleError):
    """``clinic`` demands ``level`` of whoever books for ``patient``."""

    def __init__(self, patient: PatientId, clinic: ClinicId, level: Level) -> None:
        super().__init__()
        self.patient, self.clinic, self.level = patient, clinic, level


class ClinicSilent(RuleError):
    pass


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


class MessengerError(Exception):
    """A channel did not deliver; the class says whether waiting helps."""


class RecipientGone(MessengerError):
    pass


class CannotDeliver(MessengerError):
    pass


class SlowDown(MessengerError):
    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class DeliveryFailed(MessengerError):
    def __init__(self, text: str = "", *, uncertain: bool = False) -> None:
        super().__init__(text)
        self.uncertain = uncertain


class NotYet(Exception):
    pass


class RefCollision(Exception):
    pass


class AlreadyLinked(Exception):
    pass
