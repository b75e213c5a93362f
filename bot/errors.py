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
    """What may be wrong with typed text or a sent file. The facts that each needs are named beside it."""

    POLICY_EMPTY = "POLICY_EMPTY"
    POLICY_CHARACTERS = "POLICY_CHARACTERS"  # at (1-based place), found (the character), hint (look-alike digit or "")
    POLICY_LENGTH = "POLICY_LENGTH"  # length, groups (typed digits by fours, by threes where 9 may be meant)
    POLICY_ELEVEN = "POLICY_ELEVEN"  # SNILS or the number of the blank
    POLICY_OLD_FORM = "POLICY_OLD_FORM"  # 13 digits, or two letters and six to ten digits
    POLICY_AND_WORDS = "POLICY_AND_WORDS"  # 16 digits, and letters after them
    POLICY_CHECK_DIGIT = "POLICY_CHECK_DIGIT"  # groups
    POLICY_DATE = "POLICY_DATE"  # groups; the encoded date is no date
    POLICY_ADULT = "POLICY_ADULT"
    POLICY_OF_ANOTHER = "POLICY_OF_ANOTHER"  # its date of birth or sex is not this patient's
    POLICY_ON_OTHER_CARD = "POLICY_ON_OTHER_CARD"  # another card of this account has it
    OLD_POLICY_EMPTY = "OLD_POLICY_EMPTY"
    OLD_POLICY_PARTS = "OLD_POLICY_PARTS"  # series or number is missing, or where one ends cannot be seen
    OLD_POLICY_SERIES = "OLD_POLICY_SERIES"  # found
    OLD_POLICY_NUMBER = "OLD_POLICY_NUMBER"  # at, found, hint
    OLD_POLICY_NEW = "OLD_POLICY_NEW"  # 16 digits
    SNILS_EMPTY = "SNILS_EMPTY"
    SNILS_CHARACTERS = "SNILS_CHARACTERS"  # at, found, hint
    SNILS_LENGTH = "SNILS_LENGTH"  # length, groups (typed digits by threes)
    SNILS_SAME = "SNILS_SAME"  # one digit eleven times
    SNILS_CHECK = "SNILS_CHECK"  # groups
    CERTIFICATE_FORM = "CERTIFICATE_FORM"  # numeral, letters or number is missing
    CERTIFICATE_ROMAN = "CERTIFICATE_ROMAN"  # found, hint (the numeral that may be meant or "")
    CERTIFICATE_LETTERS = "CERTIFICATE_LETTERS"  # found
    CERTIFICATE_CHARACTERS = "CERTIFICATE_CHARACTERS"  # at (in the number), found, hint
    CERTIFICATE_NUMBER = "CERTIFICATE_NUMBER"  # found, length
    DATE_FORM = "DATE_FORM"  # found, hint (the date in the expected form or "")
    DATE_NO_DAY = "DATE_NO_DAY"  # found: the calendar has no such day
    DATE_SWAPPED = "DATE_SWAPPED"  # found, hint: the other way round it is a day
    DATE_EARLY = "DATE_EARLY"  # found, earliest (a year)
    BIRTH_FUTURE = "BIRTH_FUTURE"  # found
    BIRTH_ADULT = "BIRTH_ADULT"  # found
    ISSUED_FUTURE = "ISSUED_FUTURE"  # found
    ISSUED_EARLY = "ISSUED_EARLY"  # found, born: before the holder's birth
    VALID_OVER = "VALID_OVER"  # found
    ADDRESS_EMPTY = "ADDRESS_EMPTY"
    ADDRESS_LETTERS = "ADDRESS_LETTERS"  # found: no place in Russian letters
    ADDRESS_HOUSE = "ADDRESS_HOUSE"  # no house
    ADDRESS_INDEX = "ADDRESS_INDEX"  # found, length
    ADDRESS_LENGTH = "ADDRESS_LENGTH"  # limit
    PHONE_EMPTY = "PHONE_EMPTY"
    PHONE_CHARACTERS = "PHONE_CHARACTERS"  # at, found, hint
    PHONE_LENGTH = "PHONE_LENGTH"  # length
    PHONE_FOREIGN = "PHONE_FOREIGN"
    PHONE_KAZAKHSTAN = "PHONE_KAZAKHSTAN"  # it has +7 too
    PHONE_FREE = "PHONE_FREE"  # 8 800
    PHONE_LANDLINE = "PHONE_LANDLINE"
    PHONE_TYPED = "PHONE_TYPED"  # a typed number proves nothing
    PHONE_NOT_YOURS = "PHONE_NOT_YOURS"  # somebody else's contact was shared
    EMAIL_EMPTY = "EMAIL_EMPTY"
    EMAIL_SPACE = "EMAIL_SPACE"
    EMAIL_AT = "EMAIL_AT"  # found: not one @
    EMAIL_CHARACTERS = "EMAIL_CHARACTERS"  # at, found, hint (the Latin letter drawn alike or "")
    EMAIL_NAME = "EMAIL_NAME"  # found: what stands before @
    EMAIL_DOMAIN = "EMAIL_DOMAIN"  # found: what stands after it
    EMAIL_LENGTH = "EMAIL_LENGTH"  # limit
    NAME_PARTS = "NAME_PARTS"  # found and expected (how many parts)
    NAME_CHARACTERS = "NAME_CHARACTERS"  # at, found, word
    NAME_MIXED_ALPHABETS = "NAME_MIXED_ALPHABETS"  # at, found, word
    NAME_LENGTH = "NAME_LENGTH"  # word, limit
    NAME_FORM = "NAME_FORM"  # word: starts or ends with a hyphen, or the like
    NAME_NO_WORD = "NAME_NO_WORD"  # word: «нет» or «-» typed instead of the button
    NAME_PATRONYMIC_SEX = "NAME_PATRONYMIC_SEX"  # word: the ending does not fit the sex in the number
    YES_OR_NO = "YES_OR_NO"  # something else typed where a question waits for its button
    GIRL_OR_BOY = "GIRL_OR_BOY"
    PIN_FORM = "PIN_FORM"  # shortest, longest
    PIN_DIFFERS = "PIN_DIFFERS"
    FILE_TOO_BIG = "FILE_TOO_BIG"  # limit, in megabytes
    FILE_KIND = "FILE_KIND"  # neither JPEG, nor PNG, nor PDF by its content
    FILE_BROKEN = "FILE_BROKEN"  # cannot be opened: damaged, locked, or unreasonably large inside
    FILE_LOST = "FILE_LOST"  # Telegram did not hand it over
    CODE_NOT_FOUND = "CODE_NOT_FOUND"  # no policy's code can be read in the picture
    CODE_SEVERAL = "CODE_SEVERAL"  # the picture has codes of different policies


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
