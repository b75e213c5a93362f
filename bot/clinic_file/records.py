"""What a clinic's file says, parsed and checked: one record per row, tied by the codes of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from bot.clinics.port import PolicyStatus
from bot.core.clinic import Audience, CheckedBy, ClinicKind, VisitForm, VisitType
from bot.core.clinic_documents import DocumentAsks
from bot.core.people import PersonName, Sex


class Parity(StrEnum):
    """Which weeks (by ISO number) or dates (by day of the month) a row of the timetable is for."""

    ALL = "ALL"
    EVEN = "EVEN"
    ODD = "ODD"


class DayChange(StrEnum):
    """What is different on the days of an exception."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    SUBSTITUTE = "SUBSTITUTE"
    ROOM = "ROOM"


class IssuedBy(StrEnum):
    DESK = "DESK"
    FILE = "FILE"


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic; ``hours`` are its opening hours by ISO weekday, ``details`` what only its card shows."""

    code: str
    name: str
    kind: ClinicKind
    address: str
    zone: str
    phone: str
    hours: Mapping[int, tuple[time, time]] = field(default_factory=dict)
    details: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    horizon: timedelta = timedelta(days=14)
    publish_at: time = time(7, 30)
    notice: timedelta = timedelta()
    cancel_before: timedelta = timedelta(hours=24)
    move_before: timedelta = timedelta(hours=24)
    checked_by: CheckedBy = CheckedBy.LIST
    check_within: timedelta = timedelta(hours=4)
    """in working hours, until a registrar has answered"""
    books_unchecked: bool = False


@dataclass(frozen=True, slots=True)
class SpecialtyRow:
    """A specialty; without ``clinic`` it is that of all clinics, else what one clinic says otherwise."""

    code: str
    name: str
    clinic: str = ""
    words: tuple[str, ...] = ()
    min_age: int = 0
    max_age: int = 200
    sex: Sex | None = None
    needs_referral: bool = False


@dataclass(frozen=True, slots=True)
class DoctorRow:
    code: str
    name: PersonName
    position: str = ""
    since_year: int | None = None
    category: str = ""
    is_room: bool = False


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A doctor (приём) at a clinic in a specialty; ``valid_from`` and ``valid_until`` are included."""

    code: str
    doctor: str
    clinic: str
    specialty: str
    room: str
    valid_from: date | None = None
    valid_until: date | None = None
    min_age: int | None = None
    max_age: int | None = None
    district: str = ""


@dataclass(frozen=True, slots=True)
class TimetableRow:
    """Hours of a practice on a weekday (1 is Monday), cut into visits of ``minutes``."""

    practice: str
    weekday: int
    starts: time
    ends: time
    minutes: int
    weeks: Parity = Parity.ALL
    dates: Parity = Parity.ALL
    visit_type: VisitType = VisitType.PLANNED
    form: VisitForm = VisitForm.IN_PERSON
    audience: Audience = Audience.ALL
    valid_from: date | None = None
    valid_until: date | None = None
    on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Days that differ, of a clinic or of a practice: one of the two is "". Both days are included."""

    clinic: str
    practice: str
    first_day: date
    last_day: date
    what: DayChange
    starts: time | None = None
    ends: time | None = None
    minutes: int | None = None
    substitute: str = ""
    """the practice whose doctor stands in"""
    room: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A person on the clinic's list; ``policy_number`` is normalized, ``phone`` is ``+`` and digits."""

    policy_number: str
    name: PersonName
    birth_date: date
    sex: Sex
    snils: str = ""
    status: PolicyStatus = PolicyStatus.ACTIVE
    valid_until: date | None = None
    clinic: str = ""
    attached_on: date | None = None
    district: str = ""
    phone: str = ""
    has_priority: bool = False


@dataclass(frozen=True, slots=True)
class ReferralRow:
    number: str
    policy_number: str
    specialty: str
    issued_on: date
    valid_until: date
    from_whom: str = ""


@dataclass(frozen=True, slots=True)
class DistrictRow:
    clinic: str
    district: str
    practice: str
    street: str
    houses: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    clinic: str
    code: str
    name: str
    audience: str = ""
    bring: str = ""
    days: int | None = None
    valid_days: int | None = None
    issued_by: IssuedBy = IssuedBy.DESK
    min_age: int | None = None
    max_age: int | None = None
    asks: DocumentAsks | None = None


@dataclass(frozen=True, slots=True)
class ClinicFile:
    """A whole file. A sheet that it lacks is None: of that nothing changes; an empty one names nothing any more."""

    clinics: Sequence[ClinicRow] = ()
    specialties: Sequence[SpecialtyRow] | None = None
    doctors: Sequence[DoctorRow] = ()
    practices: Sequence[PracticeRow] = ()
    timetable: Sequence[TimetableRow] = ()
    exceptions: Sequence[ExceptionRow] | None = None
    patients: Collection[PatientRow] | None = None
    """A list too long for the memory: it may be read from the file each time it is gone through."""
    referrals: Sequence[ReferralRow] | None = None
    districts: Sequence[DistrictRow] | None = None
    documents: Sequence[DocumentRow] | None = None
