"""Rows of the registry's doctors as records."""

from __future__ import annotations

from datetime import date

from bot.core.clinic import Doctor, DoctorFacts
from bot.core.people import PersonName
from bot.glossary import DoctorRef
from storage.database.connection import Row
from storage.database.rows import moment


def read_doctor(row: Row) -> Doctor:
    return Doctor(
        ref=DoctorRef(str(row["id"])),
        name=PersonName(row["family"], row["given"], row["patronymic"]),
        room=row["room"],
        is_room=bool(row["is_room"]),
        nearest=moment(row["nearest"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        facts=read_doctor_facts(row),
    )


def read_doctor_facts(row: Row) -> DoctorFacts:
    first, last = (None if day is None else date.fromisoformat(day) for day in (row["valid_from"], row["valid_until"]))
    return DoctorFacts(row["position"], row["since_year"], row["category"], first, last)
