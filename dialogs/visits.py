"""How a visit is worded, wherever it is shown: choosing, confirming, cards, notices, the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.i18n import clock_time, near_day
from bot.i18n import gettext as _
from bot.models import AppointmentCard, Clinic, Doctor, Slot, VisitType
from dialogs.kit import text

KINDS = tuple(VisitType)
"""Buttons carry a visit type by its place here: new ones go to the end."""


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
