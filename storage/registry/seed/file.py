"""The demo town as a clinic's file: clinics, specialties, doctors, weekly hours and patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from bot.clinic_file.records import (
    ClinicFile,
    ClinicRow,
    DoctorRow,
    DocumentRow,
    Parity,
    PatientRow,
    PracticeRow,
    SpecialtyRow,
    TimetableRow,
)
from bot.clinic_file.usual_documents import USUAL, completed
from bot.core.clinic import ClinicRules
from bot.core.people import PersonName
from storage.registry.seed.clinics import (
    CATEGORIES,
    CLINICS,
    DOCTORS,
    FIELD,
    GARDEN,
    HOURS,
    MINUTES,
    ROOMS,
    SATURDAY,
    SPECIALTIES,
    Band,
    DemoDoctor,
)
from storage.registry.seed.people import DemoPerson, list_examples

SATURDAY_NUMBER = 6
MAKES_DOCUMENTS = {GARDEN, FIELD}
VALID = {"Справка 079/у": 30, "Справка 086/у": 180}
"""days for which documents of the invented clinics are valid"""
ENROLLED_AFTER, DISTRICTS = 40, 9
"""days from birth to the enrollment of the invented people, and districts of a clinic"""
CODES = {clinic.name: clinic.code for clinic in CLINICS}
POSITIONS = {each.code: each.position for each in SPECIALTIES}


def town_file(people: list[DemoPerson], rules: ClinicRules) -> ClinicFile:
    """Return the town with the insured ``people``."""
    return ClinicFile(
        clinics=[
            ClinicRow(
                clinic.code,
                clinic.name,
                clinic.kind,
                clinic.address,
                clinic.zone,
                clinic.phone,
                clinic.hours,
                clinic.details,
                horizon=rules.horizon,
                cancel_before=rules.cancel_before,
                move_before=rules.move_before,
            )
            for clinic in CLINICS
        ],
        specialties=[
            SpecialtyRow(
                each.code,
                each.name,
                min_age=each.min_age,
                max_age=each.max_age,
                sex=each.sex,
                needs_referral=each.needs_referral,
            )
            for each in SPECIALTIES
        ],
        doctors=[make_doctor(doctor, order) for order, doctor in enumerate(DOCTORS)],
        practices=[
            PracticeRow(f"p{order + 1}", f"d{order + 1}", CODES[doctor.clinic], doctor.specialty, doctor.room)
            for order, doctor in enumerate(DOCTORS)
        ],
        timetable=[row for order, doctor in enumerate(DOCTORS) for row in hours_of(doctor, order)],
        patients=[_patient(person) for person in people],
        documents=[
            completed(DocumentRow(clinic.code, each.name.casefold(), each.name, valid_days=VALID.get(each.name)))
            for clinic in CLINICS
            if clinic.name in MAKES_DOCUMENTS
            for each in USUAL
        ],
    )


def small_town_file() -> ClinicFile:
    """Return the town made small, as an example to fill in: one clinic, two doctors, and the child of the demo."""
    town = town_file(list_examples()[:1], ClinicRules())
    codes = {"p1", "p5"}
    practices = [row for row in town.practices if row.code in codes]
    return replace(
        town,
        clinics=town.clinics[:1],
        specialties=[row for row in town.specialties or () if row.code in {each.specialty for each in practices}],
        doctors=[row for row in town.doctors if row.code in {each.doctor for each in practices}],
        practices=practices,
        timetable=[row for row in town.timetable if row.practice in codes],
        documents=[row for row in town.documents or () if row.clinic == town.clinics[0].code],
    )


def doctor_name(doctor: DemoDoctor) -> PersonName:
    return PersonName(doctor.name, "") if doctor.specialty in ROOMS else PersonName(*doctor.name.split())


def make_doctor(doctor: DemoDoctor, order: int) -> DoctorRow:
    """Return a doctor with an invented career; a room has none."""
    code, name = f"d{order + 1}", doctor_name(doctor)
    if doctor.specialty in ROOMS:
        return DoctorRow(code, name, is_room=True)
    since, category = 1988 + order * 7 % 34, CATEGORIES[order % len(CATEGORIES)]
    return DoctorRow(code, name, POSITIONS[doctor.specialty], since, category)


def bands_of(doctor: DemoDoctor, order: int, weekday: int) -> tuple[Band, ...]:
    """Return the working hours of a doctor on a weekday; those who alternate do so by the weekday."""
    if str(weekday) not in doctor.weekdays:
        return ()
    if weekday == SATURDAY_NUMBER:
        return SATURDAY
    shift = ("early", "late")[(weekday + order) % 2] if doctor.shift == "turn" else doctor.shift
    return HOURS[doctor.specialty][shift]


def hours_of(doctor: DemoDoctor, order: int) -> Iterator[TimetableRow]:
    """Yield the weekly hours. Doctors work on Saturdays of even weeks only."""
    for weekday in range(1, SATURDAY_NUMBER + 1):
        weeks = Parity.EVEN if weekday == SATURDAY_NUMBER else Parity.ALL
        for start, end, visit_type in bands_of(doctor, order, weekday):
            yield TimetableRow(
                f"p{order + 1}",
                weekday,
                _time(start),
                _time(end),
                MINUTES[visit_type],
                weeks=weeks,
                visit_type=visit_type,
            )


def _time(hours: float) -> time:
    return time(int(hours), round(hours % 1 * 60))


def _patient(person: DemoPerson) -> PatientRow:
    return PatientRow(
        person.policy_number,
        person.name,
        person.birth_date,
        person.sex,
        person.snils,
        person.status,
        person.valid_until,
        CODES[person.clinic],
        attached_on=person.birth_date + timedelta(days=ENROLLED_AFTER),
        district=str(person.birth_date.toordinal() % DISTRICTS + 1),
        phone=person.phone,
    )
