"""Rows of appointments as records, and what a clinic says of a booking as columns."""

from __future__ import annotations

from bot.booking.records import Appointment, CancelReason
from bot.clinics.port import Booking, BookingStatus
from bot.core.clinic import VisitType
from bot.glossary import (
    AccountId,
    AppointmentId,
    ClinicId,
    DoctorId,
    Key,
    PatientId,
    Ref,
    SlotRef,
    SpecialtyId,
)
from storage.database.connection import Row
from storage.database.rows import moment, seconds

FROM_CLINIC = ("booking", "doctor", "starts_at", "ends_at", "room", "visit_type")
"""Columns that a clinic's answer may change."""


def read_appointment(row: Row, patient: PatientId | None = None) -> Appointment:
    """``patient`` is the card of the account that looks, if it is not the visit's own."""
    return Appointment(
        id=AppointmentId(row["id"]),
        ref=Ref(row["ref"]),
        account=AccountId(row["account_id"]),
        patient=patient or PatientId(row["patient_id"]),
        clinic=ClinicId(row["clinic_id"]),
        specialty=SpecialtyId(row["specialty_id"]),
        doctor=DoctorId(row["doctor_id"]),
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        visit_type=VisitType(row["visit_type"]),
        room=row["room"],
        status=BookingStatus(row["status"]),
        key=Key(row["key"]),
        slot=SlotRef(row["slot"]),
        booking=row["booking"],
        replaces=row["replaces"],
        reason=CancelReason(row["reason"]) if row["reason"] else None,
        late=bool(row["late"]),
        cancelling=bool(row["cancelling"]),
        confirmed=bool(row["confirmed"]),
        created_at=moment(row["created_at"]),
        elsewhere=bool(row["elsewhere"]),
    )


def clinic_columns(booking: Booking) -> dict[str, object]:
    """Return the columns that the clinic decides."""
    times = (seconds(booking.starts_at), seconds(booking.ends_at))
    return dict(
        zip(FROM_CLINIC, (booking.ref, booking.doctor, *times, booking.room or None, booking.visit_type), strict=True)
    )
