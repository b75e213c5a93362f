"""Rows of a clinic's file as columns of the registry; they name others by code."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, time, timedelta

from bot.clinic_file.records import (
    ClinicFile,
    ClinicRow,
    DistrictRow,
    DoctorRow,
    DocumentRow,
    ExceptionRow,
    PracticeRow,
    SpecialtyRow,
    TimetableRow,
)
from storage.registry.importing.plan import Values

TIMETABLE = (
    *("weekday", "starts", "ends", "minutes", "weeks", "dates", "visit_type", "form", "audience"),
    *("valid_from", "valid_until", "on_holidays"),
)
EXCEPTION = ["first_day", "last_day", "what", "starts", "ends", "minutes", "room", "reason"]
DISTRICT = ["district", "street", "houses"]


def clinic_row(clinic: ClinicRow) -> Values:
    hours = {str(day): [f"{start:%H:%M}", f"{end:%H:%M}"] for day, (start, end) in clinic.hours.items()}
    details = {**clinic.details, **({"hours": hours} if hours else {})}
    return {
        "code": clinic.code,
        "name": clinic.name,
        "kind": clinic.kind,
        "address": clinic.address,
        "zone": clinic.zone,
        "phone": clinic.phone,
        "horizon": _seconds(clinic.horizon),
        "publish_at": minutes_of(clinic.publish_at),
        "notice": _seconds(clinic.notice),
        "cancel_before": _seconds(clinic.cancel_before),
        "move_before": _seconds(clinic.move_before),
        "checked_by": clinic.checked_by,
        "check_hours": _seconds(clinic.check_within) // 3600,
        "books_unchecked": int(clinic.books_unchecked),
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
        "retired": 0,
    }


def specialty_row(specialty: SpecialtyRow) -> Values:
    return {
        "code": specialty.code,
        "name": specialty.name,
        "words": ", ".join(specialty.words),
        "needs_referral": int(specialty.needs_referral),
        "min_age": specialty.min_age,
        "max_age": specialty.max_age,
        "sex": specialty.sex,
        "retired": 0,
    }


def clinic_specialty_row(specialty: SpecialtyRow) -> Values:
    """Return what one clinic says otherwise of a specialty."""
    columns = {key: value for key, value in specialty_row(specialty).items() if key not in {"code", "retired"}}
    return columns | {"clinic": specialty.clinic, "specialty": specialty.code}


def practice_row(practice: PracticeRow, doctor: DoctorRow) -> Values:
    return {
        "code": practice.code,
        "doctor_code": doctor.code,
        "clinic": practice.clinic,
        "specialty": practice.specialty,
        "family": doctor.name.family,
        "given": doctor.name.given,
        "patronymic": doctor.name.patronymic,
        "room": practice.room,
        "is_room": int(doctor.is_room),
        "position": doctor.position,
        "since_year": doctor.since_year,
        "category": doctor.category,
        "valid_from": _iso(practice.valid_from),
        "valid_until": _iso(practice.valid_until),
        "min_age": practice.min_age,
        "max_age": practice.max_age,
        "district": practice.district,
        "retired": 0,
    }


def timetable_key(row: TimetableRow) -> tuple[object, ...]:
    """Return the practice, then the columns of TIMETABLE."""
    return (
        row.practice,
        row.weekday,
        minutes_of(row.starts),
        minutes_of(row.ends),
        row.minutes,
        str(row.weeks),
        str(row.dates),
        str(row.visit_type),
        str(row.form),
        str(row.audience),
        _iso(row.valid_from),
        _iso(row.valid_until),
        int(row.on_holidays),
    )


def exception_key(row: ExceptionRow, clinic: str) -> tuple[object, ...]:
    """Return clinic, practice and substitute by code ("" for none), then the columns of EXCEPTION."""
    return (
        clinic,
        row.practice,
        row.substitute,
        row.first_day.isoformat(),
        row.last_day.isoformat(),
        str(row.what),
        row.starts and minutes_of(row.starts),
        row.ends and minutes_of(row.ends),
        row.minutes,
        row.room,
        row.reason,
    )


def district_key(row: DistrictRow) -> tuple[object, ...]:
    return row.clinic, row.practice, row.district, row.street, row.houses


def document_row(row: DocumentRow) -> Values:
    return asdict(row) | {"retired": 0}


def doctors_by_code(file: ClinicFile) -> dict[str, DoctorRow]:
    return {doctor.code: doctor for doctor in file.doctors}


def minutes_of(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
