"""The example that `registratura import --template` writes: the demo's first clinic, a row or a few of each sheet."""

from __future__ import annotations

from datetime import date, time

from bot.clinic_file.records import (
    ClinicFile,
    ClinicRow,
    DayChange,
    DistrictRow,
    DoctorRow,
    DocumentRow,
    ExceptionRow,
    PatientRow,
    PracticeRow,
    ReferralRow,
    SpecialtyRow,
    TimetableRow,
)
from bot.core.clinic import VisitType
from bot.core.people import PersonName
from storage.registry.seed.clinics import CLINICS, RECEPTION
from storage.registry.seed.examples import EXAMPLES

CLINIC, PEDIATRICIAN, ENT, VACCINATION = "д12", "педиатр", "лор", "прививки"
PAPERS = RECEPTION.name.casefold()


def example_file() -> ClinicFile:
    """Return rows with codes that a clerk would choose."""
    place, child = CLINICS[0], EXAMPLES[0]
    open_hours = dict.fromkeys(range(1, 6), (time(8), time(20)))
    return ClinicFile(
        clinics=[ClinicRow(CLINIC, place.name, place.kind, place.address, place.zone, place.phone, open_hours)],
        specialties=[
            SpecialtyRow(PEDIATRICIAN, "Педиатр", max_age=17, words=("детский врач", "участковый")),
            SpecialtyRow(ENT, "ЛОР", max_age=17, needs_referral=True),
            SpecialtyRow(VACCINATION, "Прививки", max_age=17),
            SpecialtyRow(PAPERS, RECEPTION.name),
        ],
        doctors=[
            DoctorRow("петрова", PersonName("Петрова", "Анна", "Сергеевна"), "врач-педиатр участковый", 2008, "высшая"),
            DoctorRow("зайцев", PersonName("Зайцев", "Олег", "Викторович"), "врач-оториноларинголог", 2015),
            DoctorRow("прививки", PersonName("Кабинет вакцинации", ""), is_room=True),
            DoctorRow("регистратура", PersonName("Регистратура", ""), is_room=True),
        ],
        practices=[
            PracticeRow("петрова-д12", "петрова", CLINIC, PEDIATRICIAN, "101", district="4"),
            PracticeRow("зайцев-д12", "зайцев", CLINIC, ENT, "201"),
            PracticeRow("прививки-д12", "прививки", CLINIC, VACCINATION, "107"),
            PracticeRow("регистратура-д12", "регистратура", CLINIC, PAPERS, "1"),
        ],
        timetable=[
            TimetableRow("петрова-д12", 1, time(8), time(9), 15, visit_type=VisitType.CERTIFICATE),
            TimetableRow("петрова-д12", 1, time(9), time(14), 20),
            TimetableRow("зайцев-д12", 2, time(14), time(18), 30),
            TimetableRow("прививки-д12", 3, time(8, 30), time(10, 30), 15, visit_type=VisitType.VACCINATION),
            TimetableRow("регистратура-д12", 4, time(9), time(12), 15, visit_type=VisitType.CERTIFICATE),
        ],
        exceptions=[ExceptionRow("", "петрова-д12", date(2027, 1, 11), date(2027, 1, 15), DayChange.CLOSED)],
        patients=[
            PatientRow(
                child.policy_number, child.name, child.birth_date, child.sex, child.snils, clinic=CLINIC, district="4"
            )
        ],
        referrals=[
            ReferralRow("Н-17", child.policy_number, ENT, date(2027, 1, 11), date(2027, 2, 10), "Петрова А. С.")
        ],
        districts=[DistrictRow(CLINIC, "4", "петрова-д12", "Садовая", "1–15 нечёт., 20")],
        documents=[DocumentRow(CLINIC, "справка-сад", "Справка в детский сад", "детям", "полис", 3, 10)],
    )
