"""How a visit is worded, wherever it is shown: choosing, confirming, cards, notices, the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.booking.records import AppointmentCard
from bot.clinics.port import ClinicReason
from bot.core.ages import age_on
from bot.core.clinic import Clinic, Doctor, Slot
from bot.core.i18n import clock_time, near_day, ngettext
from bot.core.i18n import gettext as _
from bot.patients.rules.watch import PASSPORT_AGE
from dialogs.booking.links import Days
from dialogs.kit.screen import text
from dialogs.kit.wording import in_a_sentence


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def local_date(at: datetime, clinic: Clinic) -> date:
    return at.astimezone(clinic.zone).date()


def near(at: datetime, clinic: Clinic, now: datetime) -> str:
    """«завтра 10:30»: for buttons."""
    return f"{near_day(local_date(at, clinic), local_date(now, clinic))} {clock_time(at, clinic.zone)}"


def doctor_name(doctor: Doctor) -> str:
    return doctor.name.family if doctor.is_room else doctor.name.with_initials


def doctor_title(doctor: Doctor) -> str:
    return doctor.name.family if doctor.is_room else doctor.name.full


def minutes_of(slot: Slot) -> int:
    return int((slot.ends_at - slot.starts_at).total_seconds()) // 60


def where(card: AppointmentCard) -> str:
    return place(card.clinic, card.appointment.room or card.doctor.room)


def place(clinic: Clinic, room: str) -> str:
    if not room:
        return text(_("{clinic}, {address}"), clinic=clinic.name, address=clinic.address)
    return text(_("{clinic}, {address}, room {room}"), clinic=clinic.name, address=clinic.address, room=room)


def reason(why: str) -> str:
    """Why the clinic cancels: our own desk's reasons in the reader's language, another system's words as they are."""
    return {
        ClinicReason.DOCTOR_ILL.value: _("the doctor is ill"),
        ClinicReason.DOCTOR_AWAY.value: _("the doctor is called away"),
        ClinicReason.ROOM_CLOSED.value: _("the room is closed"),
    }.get(why, why)


def come_early(clinic: Clinic) -> str:
    """«Приходите за 10 минут.»; nothing where the clinic does not ask for it."""
    minutes = int(clinic.rules.arrive_before.total_seconds()) // 60
    if not minutes:
        return ""
    return ngettext("Come {n} minute early.", "Come {n} minutes early.", minutes).format(n=minutes)


def identity_paper(card: AppointmentCard) -> str:
    """What says who the patient is, on the day of the visit."""
    day = local_date(card.appointment.starts_at, card.clinic)
    has_passport = age_on(card.patient.birth_date, day) >= PASSPORT_AGE
    return _("the patient's passport") if has_passport else _("the birth certificate")


def who(card: AppointmentCard) -> str:
    return text(
        _("{name} → {specialty} {doctor}"),
        name=card.patient.name.short,
        specialty=in_a_sentence(card.specialty),
        doctor=doctor_title(card.doctor),
    )


def move_of(card: AppointmentCard) -> Days:
    return Days(patient=card.patient.id, doctor=card.doctor.id, replaces=card.appointment.id)
