"""Errors of the booking slice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import RuleError
from bot.glossary import AppointmentId, DoctorId, PatientId, SpecialtyId


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
