"""Words for a visit, its doctor, place and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from bot.booking.choose import Chosen
from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason, Referral
from bot.core.ages import age_on
from bot.core.clinic import Clinic, Doctor, Slot, Specialty, VisitType
from bot.core.i18n import clock_time, gettext as _, near_day, ngettext, past_day
from bot.core.timing import local_day
from bot.glossary import DoctorId
from bot.patients.rules.watch import PASSPORT_AGE
from dialogs.kit.doctors import Listed, told_apart
from dialogs.kit.names import patient_name
from dialogs.kit.screen import text, unbroken
from dialogs.kit.specialties import as_told_at_clinic, in_a_sentence, uncapitalised


def day_and_time(at: datetime, clinic: Clinic, now: datetime) -> str:
    """Return «завтра 10:30», for a button."""
    day = near_day(local_day(at, clinic.zone), local_day(now, clinic.zone))
    return f"{day} {clock_time(at, clinic.zone)}"


def short_doctor_name(doctor: Doctor) -> str:
    """Return «Петрова А. С.», or the name of a room that is booked without a doctor."""
    if not doctor.name.family:
        return _("(the clinic gives no name)")
    return doctor.name.family if doctor.is_room else doctor.name.with_initials


def doctor_names(doctors: Iterable[Doctor]) -> dict[DoctorId, str]:
    """Return the label of each doctor of a list, no two alike: with the given name, then the room, where needed."""
    each = {doctor.id: doctor for doctor in doctors}
    listed = [
        Listed(short_doctor_name(one), one.name, _("room {room}").format(room=one.room) if one.room else "")
        for one in each.values()
    ]
    return dict(zip(each, told_apart(listed), strict=True))


def full_doctor_name(doctor: Doctor) -> str:
    """Return «Петрова Анна Сергеевна», or the name of a room that is booked without a doctor."""
    if not doctor.name.family:
        return _("(the clinic gives no name)")
    return doctor.name.family if doctor.is_room else doctor.name.full


def referral_line(referral: Referral, today: date) -> str:
    """Return «Направление № Н-7K4M до 12 декабря»."""
    return text(
        _("Referral no. {referral}, until {day}"),
        referral=unbroken(referral.number.removeprefix("№").strip()),
        day=past_day(referral.valid_until, today),
    )


def minutes_of(slot: Slot) -> int:
    return int((slot.ends_at - slot.starts_at).total_seconds()) // 60


def visit_kind(kind: VisitType) -> str:
    """Return what a time is for, «плановый»: after «Вид приёма:» and on a button that shares its row."""
    return {
        VisitType.CHECKUP: _("examination"),
        VisitType.CERTIFICATE: _("certificate"),
        VisitType.EXTENDED: _("long"),
        VisitType.PLANNED: _("planned"),
        VisitType.SHORT: _("short"),
        VisitType.DIAGNOSTICS: _("diagnostics"),
        VisitType.TREATMENT: _("treatment"),
        VisitType.VACCINATION: _("vaccination"),
    }[kind]


def kinds_differ(slots: Sequence[Slot]) -> bool:
    """Return whether times are for different kinds of visits, so that each has to say its own."""
    return len({slot.visit_type for slot in slots}) > 1


def time_label(slot: Slot, clinic: Clinic, with_kind: bool) -> str:
    """Return «10:30» or «10:30 · плановый»."""
    time = clock_time(slot.starts_at, clinic.zone)
    return f"{time} · {visit_kind(slot.visit_type)}" if with_kind else time


def patient_and_doctor(visit: AppointmentCard | Chosen) -> str:
    """Return «Мария И. → педиатр Петрова Анна Сергеевна»."""
    return text(
        _("{name} → {doctor}"),
        name=patient_name(visit.patient),
        doctor=full_specialist(visit.specialty, visit.doctor),
    )


def full_specialist(specialty: Specialty, doctor: Doctor) -> str:
    """Return «педиатр Петрова Анна Сергеевна», in English with the Russian word: the clinic knows no other."""
    return _specialist(specialty, doctor, uncapitalised(as_told_at_clinic(specialty)), doctor.name.full)


def short_specialist(specialty: Specialty, doctor: Doctor) -> str:
    """Return «педиатр Петрова А. С.», or for a room «кабинет вакцинации (прививки)», «регистратура: бумаги»."""
    return _specialist(specialty, doctor, in_a_sentence(specialty), doctor.name.with_initials)


def _specialist(specialty: Specialty, doctor: Doctor, profession: str, name: str) -> str:
    if not doctor.is_room or not doctor.name.family:
        return f"{profession} {name}" if doctor.name.family else profession + " " + _("(the clinic gives no name)")
    room, plain = uncapitalised(doctor.name.family), in_a_sentence(specialty)
    return plain if plain.startswith(room) else f"{room} ({plain})"


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


def unchecked_line() -> str:
    """Return what is to be said of a visit that is booked before the policy is checked."""
    return _("⚠️ The policy is not checked yet: the reception compares it when you come.")
