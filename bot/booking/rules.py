"""Parts of the slice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.booking.errors import (
    AlreadyBooked,
    NotActive,
    NotForThisPatient,
    ReferralRequired,
    SlotGone,
    TimeClash,
    TooLateToReschedule,
)
from bot.booking.records import Appointment, AppointmentCard
from bot.clinics.port import BookingStatus
from bot.core.ages import age_on
from bot.core.clinic import ClinicRules, Slot, Specialty
from bot.core.errors import RuleError
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.glossary import AppointmentId, DoctorId
from bot.patients.errors import PolicyNotVerified

_OFFERED_NEIGHBOURS = 2


def fits(specialty: Specialty, patient: Patient, on: date) -> bool:
    """Whether this specialty sees a patient of such age and sex on that local day."""
    of_age = specialty.min_age <= age_on(patient.birth_date, on) <= specialty.max_age
    return of_age and specialty.sex in {None, patient.sex}


def offered(specialties: Iterable[Specialty], patient: Patient, on: date) -> list[Specialty]:
    """Those that fit the patient, in the order given."""
    return [specialty for specialty in specialties if fits(specialty, patient, on)]


def refusals(
    patient: Patient,
    specialty: Specialty,
    slot: Slot,
    others: Sequence[Appointment],
    now: datetime,
    *,
    doctor: DoctorId,
    zone: ZoneInfo,
    replaces: AppointmentId | None = None,
) -> list[RuleError]:
    """Every reason not to book, the one that matters most first; an empty list lets the booking go on.

    ``zone`` is the clinic's; ``others`` may hold any appointments, of which this patient's coming ones count, save the
    one being rescheduled (``replaces``). Whoever acts for the patient may see each of them, whoever made it.
    """
    taken = sorted((visit for visit in others if _counts(visit, patient, replaces)), key=lambda visit: visit.starts_at)
    same = next((visit for visit in taken if visit.specialty == specialty.id and visit.starts_at > now), None)
    clash = next((visit for visit in taken if visit.starts_at < slot.ends_at and slot.starts_at < visit.ends_at), None)
    reasons: list[RuleError] = _unfit(patient, specialty, local_day(slot.starts_at, zone))
    if slot.starts_at <= now:
        reasons.append(SlotGone(patient.id, doctor, replaces))
    if same:
        reasons.append(AlreadyBooked(patient.id, same.starts_at, zone, same.id))
    if clash:
        reasons.append(TimeClash(patient.id, clash.starts_at, zone, clash.id))
    return reasons


def _counts(visit: Appointment, patient: Patient, replaces: AppointmentId | None) -> bool:
    will_be = visit.is_live or visit.status is BookingStatus.PENDING
    return will_be and visit.patient == patient.id and visit.id != replaces


def _unfit(patient: Patient, specialty: Specialty, on: date) -> list[RuleError]:
    """What would be in the way at any time of that day."""
    reasons: list[RuleError] = []
    if not patient.is_verified:
        reasons.append(PolicyNotVerified(patient.id))
    if specialty.needs_referral:
        reasons.append(ReferralRequired(patient.id, specialty.id))
    if not fits(specialty, patient, on):
        reasons.append(NotForThisPatient(patient.id, specialty.id))
    return reasons


def neighbours(slots: Sequence[Slot], wanted: datetime) -> list[Slot]:
    """Up to two of one day's free slots nearest to a time that was taken, nearest first, of two as near the earlier.

    A slot at that very time is left out: it is the one just lost, in a list not yet fresh.
    """
    free = (slot for slot in slots if slot.starts_at != wanted)
    return sorted(free, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))[:_OFFERED_NEIGHBOURS]


def deadline(appointment: Appointment, rules: ClinicRules) -> datetime:
    """The last moment to cancel without its counting as late."""
    return appointment.starts_at - rules.cancel_before


def is_late(appointment: Appointment, rules: ClinicRules, now: datetime) -> bool:
    return now > deadline(appointment, rules)


def require_reschedulable(card: AppointmentCard, now: datetime) -> None:
    """Raises NotActive for a visit that is not waiting to happen, TooLateToReschedule after the clinic's deadline."""
    appointment, rules = card.appointment, card.clinic.rules
    waits = appointment.status is BookingStatus.BOOKED and not appointment.cancelling
    if not waits or appointment.starts_at <= now:
        raise NotActive(appointment.id)
    if now > appointment.starts_at - rules.move_before:
        raise TooLateToReschedule(appointment.id, rules.move_before)
