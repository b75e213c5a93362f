"""Seeds the registry with the demo town: the same town every time, only what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.clinic import ClinicRules
from bot.core.people import PersonName
from bot.core.working_hours import is_holiday
from storage.database.connection import Connection, Database, Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.rows import seconds
from storage.registry.importing.importing import import_file
from storage.registry.rows import RegistryCipher
from storage.registry.seed.clinics import (
    CLINICS,
    DAYS_OFF,
    DOCTORS,
    MINUTES,
    SPECIALTIES,
    Band,
    DemoClinic,
    DemoDoctor,
)
from storage.registry.seed.file import SATURDAY_NUMBER, bands_of, doctor_name, town_file
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
    file = town_file(people, RULES)

    async def seed(connection: Connection) -> tuple[int, int]:
        await import_file(connection, sealing, file, now)
        slots = await _list_missing_slots(connection, VisitorQueues(population), now)
        await queries.add_slots(connection, [_slot_row(slot) for slot in slots])
        await queries.add_published(connection, _published_days(slots))
        visits = [_visit_row(sealing, slot, slot.visitor) for slot in slots if slot.visitor]
        await queries.add_visits(connection, visits)
        return len(slots), len(visits)

    slots, visits = await database.write(seed)
    return SeedResult(len(CLINICS), len(SPECIALTIES), len(DOCTORS), len(people), slots, visits)


# --- rows -------------------------------------------------------------------------------------------------------------


def _published_days(slots: Iterable[DemoSlot]) -> list[dict[str, object]]:
    days = dict.fromkeys((slot.doctor["id"], slot.day.isoformat()) for slot in slots)
    return [{"doctor": doctor, "local_day": day} for doctor, day in days]


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
    rows = {(row["clinic"], *_specialty_and_name(row)): row for row in await queries.list_staff(connection)}
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)  # no clinic's day is earlier
    published = {tuple(row) for row in await queries.list_published_days(connection, first_day=yesterday.isoformat())}
    for clinic in CLINICS:
        today = now.astimezone(ZoneInfo(clinic.zone)).date()
        for order, doctor in enumerate(DOCTORS):
            if doctor.clinic != clinic.name:
                continue
            row = rows[clinic.name, doctor.specialty, doctor_name(doctor)]
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
    """Return the working hours of a doctor on a day, as the timetable of the file has them."""
    week, weekday = day.isocalendar()[1:]
    if (day.month, day.day) in DAYS_OFF or is_holiday(day) or (weekday == SATURDAY_NUMBER and week % 2):
        return ()
    return bands_of(doctor, order, weekday)


def _times(bands: Iterable[Band]) -> Iterator[tuple[float, int, str]]:
    """Yield the start (local hours), length (minutes) and type of each visit."""
    for start, end, visit_type in bands:
        minutes = MINUTES[visit_type]
        for number in range(round((end - start) * 60) // minutes):
            yield start + number * minutes / 60, minutes, visit_type
