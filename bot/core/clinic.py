"""Clinics, specialties, doctors and free slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, IntEnum, StrEnum, auto
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.people import PersonName, Sex
from bot.glossary import ClinicId, ClinicRef, DoctorId, DoctorRef, SlotRef, SpecialtyId, SpecialtyRef, SystemName


class Level(IntEnum):
    """How far it is proved that an account may act for a patient; each clinic has the level that booking requires."""

    NOTHING = 0
    PHONE = 1
    """the account has shared its own phone number"""
    POLICY = 2
    """the register has confirmed policy number, name and birth date"""
    PAPERS = 3
    """a clinic's desk has seen the papers"""


class ClinicKind(StrEnum):
    CHILDREN = "CHILDREN"
    ADULT = "ADULT"
    DENTAL = "DENTAL"


class CheckedBy(StrEnum):
    """Who says at a clinic whether a policy is right: its list of the insured, or a registrar at its desk."""

    LIST = "LIST"
    DESK = "DESK"


class Enrolling(Enum):
    """How a clinic enrolls a patient, or anybody, at present."""

    IN_THE_BOT = auto()
    AT_RECEPTION = auto()
    FULL = auto()
    TOO_OLD = auto()
    TOO_YOUNG = auto()
    OTHER_AGE = auto()
    """the clinic says for which ages it enrolls"""
    NOBODY = auto()
    """nobody is enrolled at such a clinic"""


class PapersAsked(StrEnum):
    """Whether a clinic asks for papers with an application for enrollment. The values are stored."""

    NONE = "NONE"
    BRING = "BRING"
    """they are brought to the reception"""
    FILE = "FILE"
    """they may be sent in the chat"""


class VisitType(StrEnum):
    """What a slot is for; the clinic decides how long it is."""

    CHECKUP = "CHECKUP"
    CERTIFICATE = "CERTIFICATE"
    EXTENDED = "EXTENDED"
    PLANNED = "PLANNED"
    SHORT = "SHORT"
    DIAGNOSTICS = "DIAGNOSTICS"
    TREATMENT = "TREATMENT"
    VACCINATION = "VACCINATION"


class VisitForm(StrEnum):
    """Whether the patient comes or the doctor telephones."""

    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"


class Audience(StrEnum):
    """Who may take a slot; ``DESK`` slots are booked by registrars alone."""

    ALL = "ALL"
    INFANTS = "INFANTS"
    """children under one year"""
    DESK = "DESK"


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """Deadlines and lengths that each clinic sets."""

    cancel_before: timedelta = timedelta(hours=24)
    """before the visit; a later cancellation counts as late"""
    move_before: timedelta = timedelta(hours=24)
    """before the visit; a later reschedule is refused"""
    arrive_before: timedelta = timedelta(minutes=10)
    hold_for: timedelta = timedelta(minutes=3)
    horizon: timedelta = timedelta(days=21)
    """how far ahead the bot looks for free slots"""


class OpeningHours(NamedTuple):
    """The hours of a clinic on one weekday, 1 to 7 from Monday."""

    weekday: int
    opens: time
    closes: time


SATURDAY = 6
"""the first weekday of a weekend"""


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """What a clinic says of itself, for its card, the search and blocks; "", None and no hours: it does not say."""

    district: str = ""
    metro: str = ""
    """the nearest station"""
    latitude: float | None = None
    longitude: float | None = None
    licence: str = ""
    inn: str = ""
    ogrn: str = ""
    mo_code: str = ""
    """of the medical organisation in the register of the insurance fund"""
    takes_oms: bool | None = None
    enrolls_online: bool = False
    min_age: int | None = None
    """full years of those who are enrolled, inclusive on both ends; None without a limit"""
    max_age: int | None = None
    places: int | None = None
    """how many more patients are enrolled since the moment ``places_since``; None without a limit"""
    places_since: datetime | None = None
    papers: PapersAsked | None = None
    hours: tuple[OpeningHours, ...] = ()
    rating: str = ""
    """as the system gives it: «4,7 из 5»"""
    late_after: int = 0
    """minutes after which a patient who has not come may lose the visit; 0: the clinic does not say"""
    late_cancels: int = 0
    """late cancellations of a card after which booking is blocked; 0: never"""
    block_days: int = 0
    """local days for which booking is blocked"""
    counts_missed: bool = False
    """whether a missed visit counts as a late cancellation"""

    @property
    def place(self) -> tuple[float, float] | None:
        """Return latitude and longitude in degrees, None if either is not known."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    @property
    def blocks(self) -> bool:
        """Whether late cancellations block booking for a while."""
        return self.late_cancels > 0 and self.block_days > 0

    @property
    def opens_on_weekends(self) -> bool:
        return any(each.weekday >= SATURDAY for each in self.hours)


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic as its system lists it; the directory adds ``system`` and our ``id``."""

    ref: ClinicRef
    name: str
    """«детская № 12»: short enough for a button"""
    address: str
    phone: str
    zone: ZoneInfo
    kind: ClinicKind
    rules: ClinicRules = ClinicRules()
    level: Level = Level.POLICY
    """required to book here through the bot"""
    checked_by: CheckedBy = CheckedBy.LIST
    check_hours: int = 4
    """working hours within which the desk answers, where it checks policies"""
    books_unchecked: bool = False
    """whether one visit may be booked while the desk has not answered"""
    facts: ClinicFacts = ClinicFacts()
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
class DoctorFacts:
    """What a clinic says of a doctor beside the name; "" and None: it does not say.

    ``sees_from`` and ``sees_until`` are the first and the last local day on which the doctor sees patients there.
    """

    position: str = ""
    since_year: int | None = None
    """the year in which the doctor began to work as one"""
    category: str = ""
    sees_from: date | None = None
    sees_until: date | None = None


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor as a system lists one for a clinic and a specialty; the directory adds our ids of all three.

    ``is_room``: a room that is booked without a doctor's name; ``nearest`` is the start of the earliest free slot.
    """

    ref: DoctorRef
    name: PersonName
    room: str
    is_room: bool = False
    nearest: datetime | None = None
    clinic: ClinicId = ClinicId(0)
    specialty: SpecialtyId = SpecialtyId(0)
    id: DoctorId = DoctorId(0)
    min_age: int | None = None
    """the ages, both inclusive, that this doctor sees; None: those of the specialty, or not listed just now"""
    max_age: int | None = None
    facts: DoctorFacts = DoctorFacts()


class Slot(NamedTuple):
    """A free interval of one doctor; buttons identify it by doctor, start and visit type."""

    ref: SlotRef
    doctor: DoctorRef
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str = ""


class OpenDay(NamedTuple):
    """A local day with ``free`` free slots."""

    day: date
    free: int
