"""Clinics, specialties, doctors and free slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.people import PersonName, Sex
from bot.glossary import ClinicId, ClinicRef, DoctorId, DoctorRef, SlotRef, SpecialtyId, SpecialtyRef, SystemName


class Level(IntEnum):
    """How far it is proved that an account acts for a patient; a clinic says which it demands."""

    NOTHING = 0
    PHONE = 1
    """a telephone shared from the account's own Telegram"""
    POLICY = 2
    """the register has confirmed number, name and birth date"""
    PAPERS = 3
    """seen at a clinic's desk"""


class ClinicKind(StrEnum):
    CHILDREN = "CHILDREN"
    ADULT = "ADULT"
    DENTAL = "DENTAL"


class VisitType(StrEnum):
    """What a slot is for; the clinic decides its length."""

    CHECKUP = "CHECKUP"
    CERTIFICATE = "CERTIFICATE"
    EXTENDED = "EXTENDED"
    PLANNED = "PLANNED"
    SHORT = "SHORT"


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """What a clinic decides for itself."""

    cancel_before: timedelta = timedelta(hours=24)
    """later than this a cancellation counts as late"""
    move_before: timedelta = timedelta(hours=24)
    """later than this a reschedule is refused"""
    arrive_before: timedelta = timedelta(minutes=10)
    hold_for: timedelta = timedelta(minutes=3)
    horizon: timedelta = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic as its system lists it; the directory adds what is ours, ``system`` and ``id``."""

    ref: ClinicRef
    name: str
    """«детская № 12»: short enough for a button"""
    address: str
    phone: str
    zone: ZoneInfo
    kind: ClinicKind
    rules: ClinicRules = ClinicRules()
    level: Level = Level.POLICY
    """what must be proved to book here through the bot"""
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
class Doctor:
    """A doctor as a system lists it for a clinic and a specialty; the directory adds our ids of all three."""

    ref: DoctorRef
    name: PersonName
    room: str
    is_room: bool = False
    nearest: datetime | None = None
    clinic: ClinicId = ClinicId(0)
    specialty: SpecialtyId = SpecialtyId(0)
    id: DoctorId = DoctorId(0)


class Slot(NamedTuple):
    """A free interval of one doctor; in the bot it is named by (doctor, start, visit type)."""

    ref: SlotRef
    doctor: DoctorRef
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str = ""


class OpenDay(NamedTuple):
    """A local day with free slots, and how many."""

    day: date
    free: int
