"""The demo's clinic without a list of the insured: its desk checks policies, and one visit is booked before that."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clinic_file.records import ClinicFile, ClinicRow, PracticeRow
from bot.core.clinic import CheckedBy, ClinicKind
from storage.database.connection import Database
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.importing.importing import Importer
from storage.registry.seed.clinics import ON_WEEKDAYS, DemoDoctor, facts
from storage.registry.seed.file import hours_of, make_doctor
from storage.registry.seed.town import RULES, SeedResult, seed_town

BRIGHT, CODE = "Детская № 9", "k9"
DOCTORS = (
    DemoDoctor(BRIGHT, "pediatrician", "Лугова Алла Викторовна", "12", "early"),
    DemoDoctor(BRIGHT, "pediatrician", "Нестеров Глеб Ильич", "14", "late"),
    DemoDoctor(BRIGHT, "ent", "Быстрова Инна Павловна", "21"),
    DemoDoctor(BRIGHT, "surgeon", "Серов Михаил Львович", "22", "early", "135"),
    DemoDoctor(BRIGHT, "neurologist", "Орехова Дина Сергеевна", "31", "turn", "24"),
)
FIRST = 900
"""codes begin here, away from those of the other doctors"""


async def seed_demo(database: Database, cipher: Cipher, index: BlindIndex, now: datetime) -> SeedResult:
    """Add what is missing of the town and of this clinic."""
    town = await seed_town(database, cipher, index, now)
    added = await Importer(database, cipher, index).apply(desk_clinic_file(), now)
    return town._replace(
        clinics=town.clinics + 1, doctors=town.doctors + len(DOCTORS), new_slots=town.new_slots + added.new_slots
    )


def desk_clinic_file() -> ClinicFile:
    """Return a file that names no specialty and no patient, so that those of the town stay as they are."""
    clinic = ClinicRow(
        CODE,
        BRIGHT,
        ClinicKind.CHILDREN,
        "Ясная, 3",
        "Europe/Moscow",
        "+7 000 000-09-09",
        ON_WEEKDAYS,
        facts("Заречный", (54.3267, 40.9310), 9, enrolls=True),
        horizon=RULES.horizon,
        cancel_before=RULES.cancel_before,
        move_before=RULES.move_before,
        checked_by=CheckedBy.DESK,
        check_within=timedelta(hours=4),
        books_unchecked=True,
    )
    numbered = list(enumerate(DOCTORS, start=FIRST))
    return ClinicFile(
        clinics=[clinic],
        doctors=[make_doctor(doctor, order) for order, doctor in numbered],
        practices=[
            PracticeRow(f"p{order + 1}", f"d{order + 1}", CODE, doctor.specialty, doctor.room)
            for order, doctor in numbered
        ],
        timetable=[row for order, doctor in numbered for row in hours_of(doctor, order)],
    )
