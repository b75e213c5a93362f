"""Seeds the registry with the demo town: the same town every time, only what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clinic import ClinicRules
from bot.core.people import PersonName
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.rows import rules_row, seconds
from storage.registry.rows import RegistryCipher
from storage.registry.seed.clinics import (
    CLINICS,
    DAYS_OFF,
    DOCTORS,
    HOURS,
    MINUTES,
    ROOMS,
    SATURDAY,
    SPECIALTIES,
    Band,
    DemoClinic,
    DemoDoctor,
)
from storage.registry.seed.people import DemoPerson, VisitorQueues, list_examples, list_population
from storage.registry.store import queries

RULES = ClinicRules(move_before=timedelta(hours=2))


class SeedResult(NamedTuple):
    """The size of the town, and the slots and visits that this run has added."""

    clinics: int
    specialties: int
    doctors: int
    persons: int
    new_slots: int
    new_visits: int


class DemoSlot(NamedTuple):
    """A slot of the timetable; ``starts_at`` in seconds since 1970, ``visitor`` is who has booked it."""

    doctor: Row
    day: date
    starts_at: int
    minutes: int
    visit_type: str
    visitor: DemoPerson | None


async def seed_town(database: Database, cipher: Cipher, index: BlindIndex, now: datetime) -> SeedResult:
    """Add what is missing up to the clinics' horizon. Existing rows, visits above all, do not change."""
    sealing = RegistryCipher(cipher, index)
    population = list_population()
    people = [*list_examples(), *population]
    persons = [_person_row(sealing, person) for person in people]

    async def seed(connection: Connection) -> tuple[int, int]:
        await _add_directory(connection)
        await queries.add_persons(connection, persons)
        slots = await _list_missing_slots(connection, VisitorQueues(population), now)
        await queries.add_slots(connection, [_slot_row(slot) for slot in slots])
        visits = [_visit_row(sealing, slot, slot.visitor) for slot in slots if slot.visitor]
        await queries.add_visits(connection, visits)
        return len(slots), len(visits)

    slots, visits = await database.write(seed)
    return SeedResult(len(CLINICS), len(SPECIALTIES), len(DOCTORS), len(people), slots, visits)


# --- rows -------------------------------------------------------------------------------------------------------------


async def _add_directory(connection: Connection) -> None:
    rules = rules_row(RULES)
    await queries.add_clinics(connection, [clinic._asdict() | rules for clinic in CLINICS])
    specialties = [specialty._asdict() | {"place": place} for place, specialty in enumerate(SPECIALTIES)]
    await queries.add_specialties(connection, specialties)
    await queries.add_doctors(connection, [_doctor_row(doctor) for doctor in DOCTORS])


def _doctor_row(doctor: DemoDoctor) -> dict[str, object]:
    name = _doctor_name(doctor)
    return {
        "clinic": doctor.clinic,
        "specialty": doctor.specialty,
        "family": name.family,
        "given": name.given,
        "patronymic": name.patronymic,
        "room": doctor.room,
        "is_room": int(doctor.specialty in ROOMS),
    }


def _doctor_name(doctor: DemoDoctor) -> PersonName:
    return PersonName(doctor.name, "") if doctor.specialty in ROOMS else PersonName(*doctor.name.split())


def _person_row(sealing: RegistryCipher, person: DemoPerson) -> dict[str, object]:
    uid = make_uid()
    return {
        "uid": uid,
        "number": sealing.policy_index(person.policy_number),
        "snils": sealing.snils_index(person.snils),
        "person": sealing.seal_person(
            uid, person.name, person.birth_date, person.policy_number, person.snils, person.phone
        ),
        "sex": person.sex,
        "status": person.status,
        "valid_until": person.valid_until and person.valid_until.isoformat(),
        "clinic": person.clinic,
    }


def _slot_row(slot: DemoSlot) -> dict[str, object]:
    return {
        "doctor": slot.doctor["id"],
        "clinic": slot.doctor["clinic_id"],
        "specialty": slot.doctor["specialty_id"],
        "starts_at": slot.starts_at,
        "ends_at": slot.starts_at + slot.minutes * 60,
        "local_day": slot.day.isoformat(),
        "visit_type": slot.visit_type,
        "status": "BUSY" if slot.visitor else "FREE",
    }


def _visit_row(sealing: RegistryCipher, slot: DemoSlot, visitor: DemoPerson) -> dict[str, object]:
    return {
        "uid": make_uid(),
        "doctor": slot.doctor["id"],
        "starts_at": slot.starts_at,
        "visit_type": slot.visit_type,
        "number": sealing.policy_index(visitor.policy_number),
    }


# --- the timetable ----------------------------------------------------------------------------------------------------


async def _list_missing_slots(connection: Connection, visitors: VisitorQueues, now: datetime) -> list[DemoSlot]:
    """Return the slots of each day that a doctor has no slots on yet."""
    slots: list[DemoSlot] = []
    for clinic in CLINICS:
        today = now.astimezone(ZoneInfo(clinic.zone)).date()
        rows = {_specialty_and_name(row): row for row in await queries.list_staff(connection, clinic=clinic.name)}
        days = await queries.list_published_days(connection, clinic=clinic.name, first_day=today.isoformat())
        published = {tuple(row) for row in days}
        for order, doctor in enumerate(DOCTORS):
            if doctor.clinic != clinic.name:
                continue
            row = rows[doctor.specialty, _doctor_name(doctor)]
            for ahead in range(RULES.horizon.days + 1):
                day = today + timedelta(days=ahead)
                if (row["id"], day.isoformat()) not in published:
                    is_full = ahead < doctor.full_days
                    slots += _slots_of_day(clinic, doctor, order, row, day, visitors, is_full=is_full)
    return slots


def _specialty_and_name(row: Row) -> tuple[str, PersonName]:
    return row["code"], PersonName(row["family"], row["given"], row["patronymic"])


def _slots_of_day(
    clinic: DemoClinic, doctor: DemoDoctor, order: int, row: Row, day: date, visitors: VisitorQueues, *, is_full: bool
) -> Iterator[DemoSlot]:
    chance = Random(f"{clinic.name}/{doctor.name}/{day}")  # noqa: S311 - an invented timetable, not a secret
    taken = 1.0 if is_full else chance.uniform(0.1, 0.6)
    midnight = seconds(datetime.combine(day, time(), ZoneInfo(clinic.zone)).astimezone(UTC))
    for hour, minutes, visit_type in _times(_bands(doctor, order, day)):
        visitor = visitors.next(doctor.clinic, doctor.specialty, day) if chance.random() < taken else None
        yield DemoSlot(row, day, midnight + round(hour * 3600), minutes, visit_type, visitor)


def _bands(doctor: DemoDoctor, order: int, day: date) -> tuple[Band, ...]:
    """Return the working hours of a doctor on a day. Doctors work on Saturdays of even weeks only."""
    week, weekday = day.isocalendar()[1:]
    if str(weekday) not in doctor.weekdays or (day.month, day.day) in DAYS_OFF:
        return ()
    if weekday == 6:
        return SATURDAY if week % 2 == 0 else ()
    shift = ("early", "late")[(weekday + order) % 2] if doctor.shift == "turn" else doctor.shift
    return HOURS[doctor.specialty][shift]


def _times(bands: Iterable[Band]) -> Iterator[tuple[float, int, str]]:
    """Yield the start (local hours), length (minutes) and type of each visit."""
    for start, end, visit_type in bands:
        minutes = MINUTES[visit_type]
        for number in range(round((end - start) * 60) // minutes):
            yield start + number * minutes / 60, minutes, visit_type
