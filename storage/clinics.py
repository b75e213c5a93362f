"""The directory in the database: clinics, specialties and doctors of any system under small ids that never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.core.clinic import CheckedBy, Clinic, ClinicKind, Doctor, Level, Specialty
from bot.core.people import PersonName, Sex
from bot.glossary import ClinicId, ClinicRef, DoctorId, DoctorRef, SpecialtyId, SpecialtyRef, SystemName
from storage.database.connection import Connection, Row
from storage.database.facts import read_doctor_facts, read_facts, write_doctor_facts, write_facts
from storage.database.queries import load_queries
from storage.database.rows import read_rules, rules_row

queries = load_queries("clinics")


class SqlDirectory:
    """``learn_...`` stores the listed items that are new or changed and returns all of them with our ids."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def learn_clinics(self, system: SystemName, listed: Sequence[Clinic]) -> Sequence[Clinic]:
        await queries.upsert_clinics(self._connection, [_write_clinic(system, clinic) for clinic in listed])
        ids = _ids(await queries.list_clinic_ids(self._connection, system=system))
        return [replace(clinic, system=system, id=ClinicId(ids[clinic.ref])) for clinic in listed]

    async def learn_specialties(self, system: SystemName, listed: Sequence[Specialty]) -> Sequence[Specialty]:
        await queries.upsert_specialties(self._connection, [_write_specialty(system, each) for each in listed])
        ids = _ids(await queries.list_specialty_ids(self._connection, system=system))
        return [replace(specialty, id=SpecialtyId(ids[specialty.ref])) for specialty in listed]

    async def learn_doctors(self, system: SystemName, listed: Sequence[Doctor]) -> Sequence[Doctor]:
        """Store doctors, which carry our ids of clinic and specialty already."""
        await queries.upsert_doctors(self._connection, [_write_doctor(system, doctor) for doctor in listed])
        ids: dict[str, int] = {}
        for clinic, specialty in dict.fromkeys((doctor.clinic, doctor.specialty) for doctor in listed):
            ids |= _ids(await queries.list_doctor_ids(self._connection, clinic=clinic, specialty=specialty))
        return [replace(doctor, id=DoctorId(ids[doctor.ref])) for doctor in listed]

    async def clinic(self, clinic: ClinicId) -> Clinic | None:
        row = await queries.find_clinic(self._connection, clinic=clinic)
        return None if row is None else _with_facts(read_clinic(row), row)

    async def find_specialty(self, system: SystemName, ref: SpecialtyRef) -> Specialty | None:
        row = await queries.find_specialty_by_ref(self._connection, system=system, ref=ref)
        return None if row is None else read_specialty(row)

    async def specialty(self, specialty: SpecialtyId) -> Specialty | None:
        row = await queries.find_specialty(self._connection, specialty=specialty)
        return None if row is None else read_specialty(row)

    async def doctor(self, doctor: DoctorId) -> Doctor | None:
        row = await queries.find_doctor(self._connection, doctor=doctor)
        return None if row is None else _with_doctor_facts(read_doctor(row), row)

    async def find_doctor(self, system: SystemName, ref: DoctorRef) -> Doctor | None:
        """Find a doctor that the system has ever listed."""
        row = await queries.find_doctor_by_ref(self._connection, system=system, ref=ref)
        return None if row is None else _with_doctor_facts(read_doctor(row), row)

    async def list_zones(self, system: SystemName) -> Sequence[ZoneInfo]:
        """Return the zones of the system's clinics, each once."""
        return [ZoneInfo(row["zone"]) for row in await queries.list_zones(self._connection, system=system)]


def _ids(rows: Iterable[Row]) -> dict[str, int]:
    return {row["ref"]: row["id"] for row in rows}


def read_clinic(row: Row) -> Clinic:
    return Clinic(
        id=ClinicId(row["clinic_id"]),
        system=SystemName(row["system"]),
        ref=ClinicRef(row["clinic_ref"]),
        name=row["clinic_name"],
        address=row["address"],
        phone=row["phone"],
        zone=ZoneInfo(row["zone"]),
        kind=ClinicKind(row["kind"]),
        rules=read_rules(row),
        level=Level(row["level"]),
    )


def _with_facts(clinic: Clinic, row: Row) -> Clinic:
    """Return the clinic with how it checks policies and what it says of itself, which no visit needs."""
    return replace(
        clinic,
        checked_by=CheckedBy(row["checked_by"]),
        check_hours=row["check_hours"],
        books_unchecked=bool(row["books_unchecked"]),
        facts=read_facts(row["facts"]),
    )


def _with_doctor_facts(doctor: Doctor, row: Row) -> Doctor:
    """Return the doctor with what the clinic says of them, which no visit needs."""
    return replace(doctor, facts=read_doctor_facts(row["facts"]))


def read_specialty(row: Row) -> Specialty:
    return Specialty(
        id=SpecialtyId(row["specialty_id"]),
        ref=SpecialtyRef(row["specialty_ref"]),
        code=row["code"],
        name=row["specialty_name"],
        needs_referral=bool(row["needs_referral"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        sex=Sex(row["sex"]) if row["sex"] else None,
    )


def read_doctor(row: Row) -> Doctor:
    return Doctor(
        id=DoctorId(row["doctor_id"]),
        ref=DoctorRef(row["doctor_ref"]),
        clinic=ClinicId(row["doctor_clinic_id"]),
        specialty=SpecialtyId(row["doctor_specialty_id"]),
        name=PersonName(row["family"], row["given"], row["patronymic"]),
        room=row["doctor_room"],
        is_room=bool(row["is_room"]),
    )


def _write_clinic(system: SystemName, clinic: Clinic) -> dict[str, object]:
    return {
        "system": system,
        "ref": clinic.ref,
        "name": clinic.name,
        "address": clinic.address,
        "phone": clinic.phone,
        "zone": clinic.zone.key,
        "kind": clinic.kind,
        **rules_row(clinic.rules),
        "level": int(clinic.level),
        "checked_by": clinic.checked_by,
        "check_hours": clinic.check_hours,
        "books_unchecked": int(clinic.books_unchecked),
        "facts": write_facts(clinic.facts),
    }


def _write_specialty(system: SystemName, specialty: Specialty) -> dict[str, object]:
    return {
        "system": system,
        "ref": specialty.ref,
        "code": specialty.code,
        "name": specialty.name,
        "needs_referral": int(specialty.needs_referral),
        "min_age": specialty.min_age,
        "max_age": specialty.max_age,
        "sex": specialty.sex or "",
    }


def _write_doctor(system: SystemName, doctor: Doctor) -> dict[str, object]:
    return {
        "system": system,
        "ref": doctor.ref,
        "clinic": doctor.clinic,
        "specialty": doctor.specialty,
        "family": doctor.name.family,
        "given": doctor.name.given,
        "patronymic": doctor.name.patronymic,
        "room": doctor.room,
        "is_room": int(doctor.is_room),
        "facts": write_doctor_facts(doctor.facts),
    }
