"""Refusals of a booking, of a reschedule and of a cancellation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import RuleError
from bot.core.patient import Patient
from bot.glossary import AppointmentId, ClinicId, DoctorId, PatientId, SpecialtyId


class ReferralRequired(RuleError):
    """The specialty wants a referral at this clinic, and the account knows of none that is good on that day."""

    def __init__(self, patient: PatientId, clinic: ClinicId, specialty: SpecialtyId) -> None:
        super().__init__()
        self.patient, self.clinic, self.specialty = patient, clinic, specialty


class TooManyFavourites(RuleError):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


class NotForThisPatient(RuleError):
    def __init__(self, patient: PatientId, specialty: SpecialtyId) -> None:
        super().__init__()
        self.patient, self.specialty = patient, specialty


class SlotTaken(RuleError):
    """The time was just taken; ``neighbours`` are the starts of free slots of that day, nearest first."""

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
    """The time is in the past, or the clinic no longer offers it."""

    def __init__(self, patient: PatientId, doctor: DoctorId, replaces: AppointmentId | None = None) -> None:
        super().__init__()
        self.patient, self.doctor, self.replaces = patient, doctor, replaces


class AlreadyBooked(RuleError):
    """A visit to the same specialty exists; ``appointment`` is None if the account does not see it in the bot.

    ``starts_at`` is None if another account may have booked it and the card of this account is not vouched for.
    """

    def __init__(
        self, patient: PatientId, starts_at: datetime | None, zone: ZoneInfo, appointment: AppointmentId | None
    ) -> None:
        super().__init__()
        self.patient, self.starts_at, self.zone, self.appointment = patient, starts_at, zone, appointment


class BookedElsewhere(RuleError):
    """A visit to the same specialty exists that the account has not made and may not see: it is told no more.

    ``at_that_time``: the visit is to any specialty, at the time that was chosen.
    ``clinic`` and ``phone`` are those of the clinic where it wants to book: where the visit is, is not told either.
    """

    def __init__(self, patient: PatientId, clinic: ClinicId, phone: str, *, at_that_time: bool = False) -> None:
        super().__init__()
        self.patient, self.clinic, self.phone, self.at_that_time = patient, clinic, phone, at_that_time


class TimeClash(RuleError):
    """Another visit of the patient is at this time; ``appointment`` and ``starts_at`` as in AlreadyBooked."""

    def __init__(
        self, patient: PatientId, starts_at: datetime | None, zone: ZoneInfo, appointment: AppointmentId | None
    ) -> None:
        super().__init__()
        self.patient, self.starts_at, self.zone, self.appointment = patient, starts_at, zone, appointment


class BookedByFamily(RuleError):
    """Another representative has booked the patient meanwhile: ``appointment`` begins at ``starts_at``."""

    def __init__(self, patient: Patient, starts_at: datetime, zone: ZoneInfo, appointment: AppointmentId) -> None:
        super().__init__()
        self.patient, self.starts_at, self.zone, self.appointment = patient, starts_at, zone, appointment


class OneVisitOnly(RuleError):
    """Another account has a better card of this child: until papers or consent this card has one live visit."""

    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class OneUncheckedVisit(RuleError):
    """While a desk checks the policy the card has one visit."""

    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class BookingBlocked(RuleError):
    """The clinic takes no new visit of the card before ``opens_on``: too many were cancelled late."""

    def __init__(self, patient: PatientId, clinic: ClinicId, opens_on: date, phone: str) -> None:
        super().__init__()
        self.patient, self.clinic, self.opens_on, self.phone = patient, clinic, opens_on, phone


class OrderExpired(RuleError):
    """The order is too old or deleted; ``patient`` and ``doctor`` are None if it is deleted."""

    def __init__(self, patient: PatientId | None = None, doctor: DoctorId | None = None) -> None:
        super().__init__()
        self.patient, self.doctor = patient, doctor


class TooLateToReschedule(RuleError):
    """``deadline`` is how long before a visit the clinic stops moving it, ``phone`` that of its reception."""

    def __init__(self, appointment: AppointmentId, deadline: timedelta, phone: str) -> None:
        super().__init__()
        self.appointment, self.deadline, self.phone = appointment, deadline, phone


class NotActive(RuleError):
    """The visit is cancelled, in the past or not booked yet."""

    def __init__(self, appointment: AppointmentId) -> None:
        super().__init__()
        self.appointment = appointment


class OutcomePending(RuleError):
    """The clinic has not answered in time; ``cancelling`` says whether to a booking or to a cancellation."""

    def __init__(self, appointment: AppointmentId, *, cancelling: bool = False) -> None:
        super().__init__()
        self.appointment, self.cancelling = appointment, cancelling


class ClinicLinkUnknown(RuleError):
    """A clinic's link names no clinic of this bot."""
