"""Records of the booking slice: orders and appointments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clinics.port import LIVE, BookingStatus
from bot.core.clinic import Clinic, Doctor, Slot, Specialty, VisitType
from bot.core.patient import Patient
from bot.glossary import (
    AccountId,
    AppointmentId,
    BookingRef,
    ClinicId,
    DoctorId,
    Key,
    OrderId,
    PatientId,
    PersonRef,
    Ref,
    SlotRef,
    SpecialtyId,
    SystemName,
)


class CancelReason(StrEnum):
    BY_REPRESENTATIVE = "BY_REPRESENTATIVE"
    BY_CLINIC = "BY_CLINIC"
    RESCHEDULED = "RESCHEDULED"


class Presence(StrEnum):
    """What became of a parent's word about a visit to which the clinic has noted nobody came."""

    ASKED = "ASKED"
    """the desk has not answered"""
    DENIED = "DENIED"
    """the desk does not agree"""


class WhatParentSays(NamedTuple):
    """What the bot knows of a visit of the clinic: whether somebody said «Придём», and «Мы были» after it."""

    appointment: AppointmentId
    confirmed: bool
    presence: Presence | None


class MissedVisit(NamedTuple):
    """A visit whose parent says «Мы были»; ``booking`` is the clinic's reference."""

    ref: Ref
    starts_at: datetime
    booking: BookingRef


class LiftReason(StrEnum):
    """Why a desk lets a card book again. New members are added at the end: buttons carry the place."""

    ILLNESS = "ILLNESS"
    MISTAKE = "MISTAKE"
    """the clinic's own"""
    GOOD_REASON = "GOOD_REASON"


class CountedVisit(NamedTuple):
    """A late cancellation, or a visit that was ``missed``: it counts towards a block of booking."""

    appointment: AppointmentId
    ref: Ref
    starts_at: datetime
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a review screen shows and its Confirm button confirms; ``key`` is the idempotency key at the clinic."""

    id: OrderId
    key: Key
    account: AccountId
    patient: PatientId
    doctor: DoctorId
    slot: Slot
    expires_at: datetime | None
    replaces: AppointmentId | None = None


@dataclass(frozen=True, slots=True)
class Appointment:
    id: AppointmentId
    ref: Ref
    account: AccountId
    patient: PatientId
    clinic: ClinicId
    specialty: SpecialtyId
    doctor: DoctorId
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str
    status: BookingStatus
    key: Key
    slot: SlotRef
    booking: BookingRef | None = None
    replaces: AppointmentId | None = None
    reason: CancelReason | None = None
    late: bool = False
    """cancelled after the clinic's deadline"""
    cancelling: bool = False
    """cancellation is requested and the clinic has not answered yet"""
    confirmed: bool = False
    """a representative pressed «Придём»"""
    created_at: datetime | None = None
    elsewhere: bool = False
    """not made here: at the desk or by telephone; ``account`` is the owner of the card that may see it"""

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def is_ahead(self, now: datetime) -> bool:
        """Whether the visit is live and has not begun."""
        return self.is_live and self.starts_at > now


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment with its patient, doctor, specialty and clinic, read in one query."""

    appointment: Appointment
    patient: Patient
    doctor: Doctor
    specialty: Specialty
    clinic: Clinic
    is_shared: bool = False
    """of another account's card that is shared: ``patient`` is the card of the account that looks"""
    told_doctor: str | None = None
    """the name that people were told last; None if it is not known or was not read"""
    told_address: str | None = None
    """the same of the clinic's address"""
    told_zone: ZoneInfo | None = None
    """the same of the zone in which the time was told"""
    unchecked: PersonRef | None = None
    """the clinic's record of a child whose policy is not checked; None also if it was not read"""
    waits: bool = False
    """the card waits for a visit to the specialty, because the clinic has called one off; False if it was not read"""

    @property
    def person(self) -> PersonRef | None:
        """Whose the visit is at the clinic; None if the card does not hold the policy."""
        return self.unchecked or self.patient.person


@dataclass(frozen=True, slots=True)
class VisitElsewhere:
    """A live visit of a card's person that the card has not made, as the clinic has it."""

    patient: PatientId
    system: SystemName
    booking: BookingRef
    clinic: ClinicId
    specialty: SpecialtyId
    doctor: DoctorId
    starts_at: datetime
    ends_at: datetime
    visit_type: VisitType
    room: str
    status: BookingStatus
    key: Key | None = None
    """of the request that has booked it, if the clinic names it"""


NOTHING_KEPT = Key("")


class KeptTime(NamedTuple):
    """What a clinic keeps instead of a visit whose hours it has closed; without a doctor nothing was left."""

    doctor: DoctorId | None = None
    starts_at: datetime | None = None
    visit_type: VisitType | None = None
    until: datetime | None = None
    declined_at: datetime | None = None
    key: Key = NOTHING_KEPT

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and self.until > now and self.declined_at is None


class WaitingVisit(NamedTuple):
    """Who waits because a visit was called off and nothing was left; ``booking`` is the clinic's of that visit."""

    booking: BookingRef
    specialty: SpecialtyId
    since: datetime
    is_in_bot: bool


class ClinicLook(NamedTuple):
    """What a clinic system has answered: whether it knows the telephone of the card's owner, ``account``."""

    account: AccountId
    knows_phone: bool
    at: datetime


class Viewer(NamedTuple):
    """An account that sees a visit: it acts for the patient, or for a card that shares its visits."""

    account: AccountId
    wants_reminders: bool


class NewOrder(NamedTuple):
    """An order before it has an id."""

    key: Key
    account: AccountId
    patient: PatientId
    doctor: DoctorId
    slot: Slot
    expires_at: datetime | None
    replaces: AppointmentId | None
