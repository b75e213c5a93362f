"""The directory: clinics, specialties and doctors of any system under small ids that never change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.models import (
    Clinic,
    ClinicId,
    ClinicKind,
    ClinicRef,
    Doctor,
    DoctorId,
    DoctorRef,
    Level,
    PersonName,
    Sex,
    Specialty,
    SpecialtyId,
    SpecialtyRef,
    SystemName,
)
from bot.ports import ClinicRecord, DoctorRecord, SpecialtyRecord
from storage.database import Connection, Row, load_queries
from storage.rows import read_rules, rules_row

queries = load_queries("directory")

Known = TypeVar("Known", Clinic, Specialty, Doctor)


class SqlDirectory:
    """Small integer ids for the clinics, specialties and doctors of any system.

    Learning writes only what differs; doctors are learned after their clinics and specialties.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def learn_clinics(self, system: SystemName, records: Sequence[ClinicRecord]) -> Sequence[Clinic]:
        await queries.learn_clinics(self._connection, [_write_clinic(system, record) for record in records])
        known = _by_ref(map(read_clinic, await queries.clinics_of(self._connection, system=system)))
        return [known[record.ref] for record in records]

    async def learn_specialties(self, system: SystemName, records: Sequence[SpecialtyRecord]) -> Sequence[Specialty]:
        await queries.learn_specialties(self._connection, [_write_specialty(system, record) for record in records])
        known = _by_ref(map(read_specialty, await queries.specialties_of(self._connection, system=system)))
        return [replace(known[record.ref], nearest=record.nearest) for record in records]

    async def learn_doctors(self, system: SystemName, records: Sequence[DoctorRecord]) -> Sequence[Doctor]:
        await queries.learn_doctors(self._connection, [_write_doctor(system, record) for record in records])
        known: dict[str, Doctor] = {}
        for clinic, specialty in dict.fromkeys((record.clinic, record.specialty) for record in records):
            rows = await queries.doctors_of(self._connection, system=system, clinic=clinic, specialty=specialty)
            known |= _by_ref(map(read_doctor, rows))
        return [replace(known[record.ref], nearest=record.nearest) for record in records]

    async def clinics(self) -> Sequence[Clinic]:
        return [read_clinic(row) for row in await queries.clinics(self._connection)]

    async def clinic(self, clinic: ClinicId) -> Clinic | None:
        row = await queries.clinic(self._connection, clinic=clinic)
        return None if row is None else read_clinic(row)

    async def specialty(self, specialty: SpecialtyId) -> Specialty | None:
        row = await queries.specialty(self._connection, specialty=specialty)
        return None if row is None else read_specialty(row)

    async def doctor(self, doctor: DoctorId) -> Doctor | None:
        row = await queries.doctor(self._connection, doctor=doctor)
        return None if row is None else read_doctor(row)


def _by_ref(things: Iterable[Known]) -> dict[str, Known]:
    return {thing.ref: thing for thing in things}


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


def _write_clinic(system: SystemName, record: ClinicRecord) -> dict[str, object]:
    return {
        "system": system,
        "ref": record.ref,
        "name": record.name,
        "address": record.address,
        "phone": record.phone,
        "zone": record.zone.key,
        "kind": record.kind,
        **rules_row(record.rules),
        "level": int(record.level),
    }


def _write_specialty(system: SystemName, record: SpecialtyRecord) -> dict[str, object]:
    return {
        "system": system,
        "ref": record.ref,
        "code": record.code,
        "name": record.name,
        "needs_referral": int(record.needs_referral),
        "min_age": record.min_age,
        "max_age": record.max_age,
        "sex": record.sex or "",
    }


def _write_doctor(system: SystemName, record: DoctorRecord) -> dict[str, object]:
    return {
        "system": system,
        "ref": record.ref,
        "clinic": record.clinic,
        "specialty": record.specialty,
        "family": record.name.family,
        "given": record.name.given,
        "patronymic": record.name.patronymic,
        "room": record.room,
        "is_room": int(record.is_room),
    }
