"""Refusals at the desk.

RuleError
├── StaffCodeNeeded     the desk opens only to staff who have set an access code
├── VisitGone           the visit is cancelled, moved or another clinic's
├── DeskSlotGone        the time is not free any more
├── NothingToCloseHere  these hours of the doctor are closed already, or have no times
├── NobodyToReplace     the doctor has no open time on the day that a stand-in could take over
├── DayHasChanged       the visits of a day that is to be closed are others than a moment ago
├── ClosureGone         what was closed is open again, or another clinic's
├── DoctorGone          no doctor of the clinic has this number
├── DeskTimeGone        the time for a person is not free any more
├── DeskTimeOffered     the time is kept for somebody else: the desk is asked before it gives it away
├── DeskRefused         the person may not have this visit
├── NotExpected         the visit is not one of today that waits for its patient
├── NotBlocked          the card of the visit can book already
├── CannotUndo          the minute is over, or the parent has acted since
├── ReferralGone        the referral is spent or withdrawn, or another clinic's
├── ReferralNumberTaken the clinic has a referral with this number already
├── PersonGone          nobody in the clinic's list has this number or record
├── PersonHasPolicy     the record has a policy: the number is not replaced, and the record is not dropped
├── PolicyOfAnother     another record of the list has the number, or a person of another clinic
├── NotOnePerson        the records differ in birth date or sex
├── MergeClashes        both records have visits that one person cannot have
├── FormUnfinished      a question about the new patient is not answered yet
├── MatterGone          no open matter has this number
├── PostGone            a link to a post that is unknown, used, withdrawn, late, or to the post that one has
├── LastAdmin           the only admin of a clinic cannot dismiss themselves
├── NeverShown          this bot shows no full data of a child at the desk
├── MatterElsewhere     a desk of the child's own clinic settles this matter
├── OwnMatter           a colleague settles what a staff member asks as a parent
├── OwnDeskCheck        the same with a policy check
├── DeskCheckGone       no policy check waits under this id at the desk, or the minute to undo it is over
├── DeskCheckTaken      a colleague decides it now, or has to, because the digits were wrong three times
├── StaleApplication    no application waits under this id at the desk, or the minute to undo its decision is over
├── ApplicationTaken    a colleague decides it now, or the own ten minutes are over
├── PolicyUnconfirmed   the policy of the card is not confirmed now, so the application cannot be approved
├── OwnApplication      a colleague decides about a child of the staff member
├── DigitsWrong         the last digits are not those of the number that the parent has typed
├── NumberOfAnother     the register has the number with other data, so "matched" cannot be entered
└── PolicyWithApplication   the policy check and an application are one decision: it is made on the application's page
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from bot.core.clinic import VisitType
from bot.core.errors import RuleError
from bot.glossary import ApplicationId, DeskCheckId, DoctorId, SpecialtyId


class StaffCodeNeeded(RuleError):
    pass


class VisitGone(RuleError):
    pass


class DeskSlotGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class NothingToCloseHere(RuleError):
    def __init__(self, doctor: int, day: date) -> None:
        super().__init__()
        self.doctor, self.day = doctor, day


class NobodyToReplace(RuleError):
    def __init__(self, doctor: int, day: date) -> None:
        super().__init__()
        self.doctor, self.day = doctor, day


class DayHasChanged(RuleError):
    def __init__(self, doctor: int, day: date) -> None:
        super().__init__()
        self.doctor, self.day = doctor, day


class ClosureGone(RuleError):
    pass


class DoctorGone(RuleError):
    pass


class PersonGone(RuleError):
    pass


class DeskTimeGone(RuleError):
    def __init__(self, person: int, doctor: DoctorId) -> None:
        super().__init__()
        self.person, self.doctor = person, doctor


class DeskTimeOffered(RuleError):
    def __init__(self, person: int, doctor: DoctorId, starts_at: datetime, kind: VisitType) -> None:
        super().__init__()
        self.person, self.doctor, self.starts_at, self.kind = person, doctor, starts_at, kind


class DeskRefusal(StrEnum):
    """Why the desk cannot book a person."""

    HAS_VISIT = "HAS_VISIT"
    OVERLAPS = "OVERLAPS"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    NO_REFERRAL = "NO_REFERRAL"
    POLICY = "POLICY"


class DeskRefused(RuleError):
    def __init__(self, person: int, why: DeskRefusal) -> None:
        super().__init__(why)
        self.person, self.why = person, why


class NotExpected(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class NotBlocked(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class CannotUndo(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class ReferralGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class MatterGone(RuleError):
    pass


class MatterElsewhere(RuleError):
    pass


class OwnMatter(RuleError):
    pass


class PostTrouble(StrEnum):
    """Why a link to a post opens nothing."""

    UNKNOWN = "UNKNOWN"
    USED = "USED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    ALREADY = "ALREADY"
    """the account has this post"""


class PostGone(RuleError):
    def __init__(self, trouble: PostTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class LastAdmin(RuleError):
    pass


class NeverShown(RuleError):
    pass


class OwnDeskCheck(RuleError):
    """A colleague checks the policy of a staff member's own child."""


class DeskCheckGone(RuleError):
    pass


class DeskCheckTaken(RuleError):
    """``until`` is the end of the colleague's claim; None: the own one is over, unless the member ``is_barred``."""

    def __init__(self, until: datetime | None = None, *, is_barred: bool = False) -> None:
        super().__init__()
        self.until, self.is_barred = until, is_barred


class DigitsWrong(RuleError):
    """``left`` is how often the member may try again; 0: the check was released, and the head is told.

    ``application`` is the one that is one decision with the check, ``doctor`` whom the member has chosen for it.
    """

    def __init__(
        self,
        check: DeskCheckId,
        left: int,
        application: ApplicationId | None = None,
        doctor: DoctorId | None = None,
    ) -> None:
        super().__init__()
        self.check, self.left, self.application, self.doctor = check, left, application, doctor


class NumberOfAnother(RuleError):
    def __init__(self, check: DeskCheckId, application: ApplicationId | None = None) -> None:
        super().__init__()
        self.check, self.application = check, application


class PolicyWithApplication(RuleError):
    def __init__(self, application: ApplicationId) -> None:
        super().__init__()
        self.application = application


class StaleApplication(RuleError):
    pass


class ApplicationTaken(RuleError):
    """``until`` is the end of the colleague's claim; None: the own one is over."""

    def __init__(self, until: datetime | None = None) -> None:
        super().__init__()
        self.until = until


class OwnApplication(RuleError):
    pass


class PolicyUnconfirmed(RuleError):
    def __init__(self, application: ApplicationId) -> None:
        super().__init__()
        self.application = application


class PersonHasPolicy(RuleError):
    def __init__(self, person: int) -> None:
        super().__init__()
        self.person = person


class PolicyOfAnother(RuleError):
    """``is_here``: the other record is of this clinic's list, so it may be a double of ``person``."""

    def __init__(self, person: int, *, is_here: bool) -> None:
        super().__init__()
        self.person, self.is_here = person, is_here


class NotOnePerson(RuleError):
    def __init__(self, person: int) -> None:
        super().__init__()
        self.person = person


class MergeClashes(RuleError):
    def __init__(self, person: int) -> None:
        super().__init__()
        self.person = person


class FormUnfinished(RuleError):
    pass


class ReferralNumberTaken(RuleError):
    def __init__(self, number: int, specialty: SpecialtyId) -> None:
        super().__init__()
        self.number, self.specialty = number, specialty
