"""Words for a visit, its doctor, place and time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.booking.choose import Chosen
from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason
from bot.core.ages import age_on
from bot.core.clinic import Clinic, Doctor, Slot, VisitType
from bot.core.i18n import N_, clock_time, gettext as _, near_day, ngettext
from bot.core.timing import local_day
from bot.patients.rules.watch import PASSPORT_AGE
from dialogs.kit.names import patient_name
from dialogs.kit.screen import text
from dialogs.kit.wording import in_a_sentence

VISIT_TYPES: Mapping[VisitType, str] = {
    VisitType.CHECKUP: N_("examination"),
    VisitType.CERTIFICATE: N_("certificate"),
    VisitType.EXTENDED: N_("long visit"),
    VisitType.PLANNED: N_("planned visit"),
    VisitType.SHORT: N_("short visit"),
}


def kind_of_visit(visit_type: VisitType) -> str:
    """Return «справка»: what the clinic keeps a time for."""
    return _(VISIT_TYPES[visit_type])


def day_and_time(at: datetime, clinic: Clinic, now: datetime) -> str:
    """Return «завтра 10:30», for a button."""
    day = near_day(local_day(at, clinic.zone), local_day(now, clinic.zone))
    return f"{day} {clock_time(at, clinic.zone)}"


def short_doctor_name(doctor: Doctor) -> str:
    """Return «Петрова А. С.», or the name of a room that is booked without a doctor."""
    if not doctor.name.family:
        return _("(the clinic gives no name)")
    return doctor.name.family if doctor.is_room else doctor.name.with_initials


def full_doctor_name(doctor: Doctor) -> str:
    """Return «Петрова Анна Сергеевна», or the name of a room that is booked without a doctor."""
    if not doctor.name.family:
        return _("(the clinic gives no name)")
    return doctor.name.family if doctor.is_room else doctor.name.full


def minutes_of(slot: Slot) -> int:
    return int((slot.ends_at - slot.starts_at).total_seconds()) // 60


def patient_and_doctor(visit: AppointmentCard | Chosen) -> str:
    """Return «Мария И. → педиатр Петрова Анна Сергеевна»."""
    return text(
        _("{name} → {specialty} {doctor}"),
        name=patient_name(visit.patient),
        specialty=in_a_sentence(visit.specialty),
        doctor=full_doctor_name(visit.doctor),
    )


def place_of(card: AppointmentCard) -> str:
    return place(card.clinic, card.appointment.room or card.doctor.room)


def place(clinic: Clinic, room: str) -> str:
    """Return clinic, address and room; ``room`` may be empty."""
    if not room:
        return text(_("{clinic}, {address}"), clinic=clinic.name, address=clinic.address)
    return text(_("{clinic}, {address}, room {room}"), clinic=clinic.name, address=clinic.address, room=room)


def cancel_reason(why: str) -> str:
    """Return why the clinic cancels: a ClinicReason in the reader's language, another system's words unchanged."""
    return {
        ClinicReason.DOCTOR_ILL.value: _("the doctor is ill"),
        ClinicReason.DOCTOR_AWAY.value: _("the doctor is called away"),
        ClinicReason.ROOM_CLOSED.value: _("the room is closed"),
    }.get(why, why)


def arrival_advice(clinic: Clinic) -> str:
    """Return «Приходите за 10 минут.», "" if the clinic has no such rule."""
    minutes = int(clinic.rules.arrive_before.total_seconds()) // 60
    if not minutes:
        return ""
    return ngettext("Come {n} minute early.", "Come {n} minutes early.", minutes).format(n=minutes)


def identity_paper(card: AppointmentCard) -> str:
    """Return the paper that proves who the patient is on the day of the visit."""
    day = local_day(card.appointment.starts_at, card.clinic.zone)
    has_passport = age_on(card.patient.birth_date, day) >= PASSPORT_AGE
    return _("the patient's passport") if has_passport else _("the birth certificate")
