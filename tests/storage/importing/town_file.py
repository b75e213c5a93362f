"""A small clinic's file for tests, and a registry to write it into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path

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
from bot.clinics.port import PolicyClaim
from bot.core.clinic import ClinicKind
from bot.core.people import PersonName, Sex
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher
from storage.registry.importing.importing import Importer
from storage.registry.importing.plan import Imported
from storage.registry.system import Registry
from tests.builders import StoppedClock, database_in

CIPHER, INDEX = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
GIRL = PolicyClaim("7796189784000014", PersonName("Иванова", "Мария", "Сергеевна"), date(2018, 3, 15), Sex.FEMALE)
TABLES = (
    *("registry_clinics", "registry_specialties", "registry_clinic_specialties", "registry_doctors"),
    *("registry_timetable", "registry_exceptions", "registry_slots", "registry_published", "registry_persons"),
    *("registry_referrals", "registry_districts", "registry_documents", "registry_bookings"),
)

SMALL = ClinicFile(
    clinics=[ClinicRow("k1", "Тестовая", ClinicKind.CHILDREN, "Речная, 1", "Europe/Moscow", "+7 000 000-00-01")],
    specialties=[
        SpecialtyRow("pediatrician", "Педиатр", max_age=17),
        SpecialtyRow("ent", "ЛОР", max_age=17),
        SpecialtyRow("ent", "ЛОР-врач", clinic="k1", max_age=15),
    ],
    doctors=[DoctorRow("d1", PersonName("Петрова", "Анна")), DoctorRow("d2", PersonName("Зайцев", "Олег"))],
    practices=[PracticeRow("p1", "d1", "k1", "pediatrician", "101"), PracticeRow("p2", "d2", "k1", "ent", "201")],
    timetable=[
        *(TimetableRow("p1", day, time(9), time(12), 30) for day in range(1, 6)),
        *(TimetableRow("p2", day, time(9), time(11), 30) for day in range(1, 6)),
    ],
    exceptions=[ExceptionRow("k1", "", date(2026, 12, 1), date(2026, 12, 1), DayChange.CLOSED)],
    patients=[PatientRow(GIRL.policy_number, GIRL.name, GIRL.birth_date, GIRL.sex, clinic="k1", phone="+79160000001")],
    referrals=[ReferralRow("77-1", GIRL.policy_number, "ent", date(2026, 11, 20), date(2026, 12, 20), "педиатр")],
    districts=[DistrictRow("k1", "1", "p1", "Речная", "1–15")],
    documents=[DocumentRow("k1", "pool", "Справка в бассейн")],
)


def with_hours(file: ClinicFile, practice: str, ends: time) -> ClinicFile:
    """Return the file with the hours of a practice ending at another time."""
    rows = [replace(row, ends=ends) if row.practice == practice else row for row in file.timetable]
    return replace(file, timetable=rows)


def without_practice(file: ClinicFile, practice: str) -> ClinicFile:
    return replace(
        file,
        practices=[row for row in file.practices if row.code != practice],
        timetable=[row for row in file.timetable if row.practice != practice],
    )


@dataclass(frozen=True, slots=True)
class ImportWorld:
    database: Database
    importer: Importer
    registry: Registry
    clock: StoppedClock

    async def apply(self, file: ClinicFile, *, retire: bool = False) -> Imported:
        return await self.importer.apply(file, self.clock.now(), retire=retire)

    async def dry_run(self, file: ClinicFile, *, retire: bool = False) -> Imported:
        return await self.importer.dry_run(file, self.clock.now(), retire=retire)

    async def rows(self, sql: str, **values: object) -> list[Row]:
        return await self.database.read(lambda connection: connection.fetch(sql, values))

    async def everything(self) -> dict[str, list[tuple[object, ...]]]:
        async def read(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
            tables = {table: await connection.fetch(f"SELECT * FROM {table}", {}) for table in TABLES}  # noqa: S608 - our own tables
            return {table: [tuple(row) for row in rows] for table, rows in tables.items()}

        return await self.database.read(read)


@asynccontextmanager
async def import_world(folder: Path) -> AsyncIterator[ImportWorld]:
    clock = StoppedClock()
    async with database_in(folder) as database:
        yield ImportWorld(database, Importer(database, CIPHER, INDEX), Registry(database, CIPHER, INDEX, clock), clock)
