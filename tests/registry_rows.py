"""Rows of the registry for towns of tests: an import is for whole files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from storage.database.connection import Connection

Rows = Iterable[Mapping[str, object]]

CLINICS = """
    INSERT INTO registry_clinics (
        name, address, phone, zone, kind, cancel_before, move_before, arrive_before, hold_for, horizon
    )
    VALUES (:name, :address, :phone, :zone, :kind, :cancel_before, :move_before, :arrive_before, :hold_for, :horizon)
    ON CONFLICT (name) DO NOTHING
"""

SPECIALTIES = """
    INSERT INTO registry_specialties (code, name, place, needs_referral, min_age, max_age, sex)
    VALUES (:code, :name, :place, :needs_referral, :min_age, :max_age, :sex)
    ON CONFLICT (code) DO NOTHING
"""

DOCTORS = """
    INSERT INTO registry_doctors (clinic_id, specialty_id, family, given, patronymic, room, is_room)
    SELECT c.id, p.id, :family, :given, :patronymic, :room, :is_room
    FROM registry_clinics c, registry_specialties p
    WHERE c.name = :clinic AND p.code = :specialty
    ON CONFLICT (clinic_id, specialty_id, family, given, patronymic) DO NOTHING
"""

PERSONS = """
    INSERT INTO registry_persons (uid, number_index, snils_index, person, sex, status, valid_until, clinic_id)
    SELECT :uid, :number, :snils, :person, :sex, :status, :valid_until, c.id
    FROM registry_clinics c
    WHERE c.name = :clinic
    ON CONFLICT (number_index) DO UPDATE SET
        uid = excluded.uid, person = excluded.person, snils_index = excluded.snils_index
    WHERE excluded.snils_index IS NOT NULL AND registry_persons.snils_index IS NOT excluded.snils_index
"""


async def add_clinics(connection: Connection, rows: Rows) -> None:
    await connection.execute_many(CLINICS, rows)


async def add_specialties(connection: Connection, rows: Rows) -> None:
    await connection.execute_many(SPECIALTIES, rows)


async def add_doctors(connection: Connection, rows: Rows) -> None:
    await connection.execute_many(DOCTORS, rows)


async def add_persons(connection: Connection, rows: Rows) -> None:
    await connection.execute_many(PERSONS, rows)
