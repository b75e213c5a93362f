"""A small registry for tests: two clinics, six doctors, five days of slots, thirty persons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clinics.port import PolicyClaim, PolicyStatus
from bot.core.clinic import ClinicRules
from bot.core.people import PersonName, Sex
from bot.glossary import ClinicRef, DoctorRef, Key, PersonRef, SlotRef
from bot.patients.rules.policy_number import make_policy_number
from storage.database.connection import Connection, Database, Probe, Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.rows import rules_row
from storage.registry.desk import RegistryDesk
from storage.registry.rows import RegistryCipher
from storage.registry.store import queries
from storage.registry.system import Registry
from tests.builders import StoppedClock, database_in
from tests.registry_rows import add_clinics, add_doctors, add_persons, add_specialties

MOSCOW, URAL = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg")
TUESDAY = date(2026, 11, 24)
"""The first day with slots; the test clock stands on the day before."""

CLINICS = (("Садовая", "Europe/Moscow", "CHILDREN"), ("Уральская", "Asia/Yekaterinburg", "CHILDREN"))
SPECIALTIES = (
    ("pediatrician", "Педиатр", 0, 17, None),
    ("ent", "ЛОР", 0, 17, None),
    ("gynecologist", "Гинеколог", 0, 17, "F"),
    ("teen", "Подростковый", 14, 17, None),
)
DOCTORS = (
    ("Садовая", "pediatrician", "Петрова", "101"),
    ("Садовая", "pediatrician", "Громов", "102"),
    ("Садовая", "ent", "Зайцев", "201"),
    ("Садовая", "gynecologist", "Рябова", "306"),
    ("Садовая", "teen", "Ильина", "28"),
    ("Уральская", "pediatrician", "Ветров", "15"),
)
HOURS = (9, 10, 11, 12)
DAYS = 5

GIRL = PolicyClaim("7796189784000014", PersonName("Иванова", "Мария", "Сергеевна"), date(2018, 3, 15), Sex.FEMALE)


def child(number: int, sex: Sex = Sex.MALE, birth_date: date = date(2017, 5, 20)) -> PolicyClaim:
    policy_number = make_policy_number("77", birth_date, sex, number)
    return PolicyClaim(policy_number, PersonName("Королёв", f"Пётр{number}", "Ильич"), birth_date, sex)


SNILS, PHONE = "11223344595", "+79161234567"
"""The girl's SNILS, and the telephone that the clinic has on file for her; the other children have none."""

CHILDREN = [child(number) for number in range(100, 129)]


def at(hour: int, minute: int = 0, day: int = 0, zone: ZoneInfo = MOSCOW) -> datetime:
    """Return a local time in UTC; ``day`` counts from TUESDAY."""
    return datetime.combine(TUESDAY + timedelta(days=day), time(hour, minute), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class World:
    database: Database
    registry: Registry
    desk: RegistryDesk
    clock: StoppedClock
    cipher: RegistryCipher

    async def rows(self, sql: str, **values: object) -> list[Row]:
        return await self.database.read(lambda connection: connection.fetch(sql, values))

    async def run(self, sql: str, **values: object) -> None:
        await self.database.write(lambda connection: connection.execute(sql, values))

    async def person(self, claim: PolicyClaim = GIRL) -> PersonRef:
        return (await self.registry.check_policy(claim)).ref

    async def clinic(self, name: str = "Садовая") -> ClinicRef:
        return next(clinic.ref for clinic in await self.registry.clinics() if clinic.name == name)

    async def doctor(self, family: str = "Петрова") -> DoctorRef:
        (row,) = await self.rows("SELECT id FROM registry_doctors WHERE family = :family", family=family)
        return DoctorRef(str(row["id"]))

    async def slot(self, family: str = "Петрова", hour: int = 9, day: int = 0, zone: ZoneInfo = MOSCOW) -> SlotRef:
        """Return a slot by its start, whatever its status."""
        sql = "SELECT id FROM registry_slots WHERE doctor_id = :doctor AND starts_at = :at"
        moment = int(at(hour, day=day, zone=zone).timestamp())
        (row,) = await self.rows(sql, doctor=int(await self.doctor(family)), at=moment)
        return SlotRef(str(row["id"]))

    async def status(self, slot: SlotRef) -> str:
        (row,) = await self.rows("SELECT status FROM registry_slots WHERE id = :slot", slot=int(slot))
        return str(row["status"])

    async def free_hours(self, family: str = "Петрова", day: int = 0) -> list[int]:
        slots = await self.registry.slots(await self.doctor(family), at(0, day=day), at(23, 59, day=day))
        return [slot.starts_at.astimezone(MOSCOW).hour for slot in slots]

    async def insure(self, claim: PolicyClaim, status: PolicyStatus = PolicyStatus.ACTIVE, **more: Any) -> PersonRef:
        await self.database.write(
            lambda connection: add_persons(connection, [_person(self.cipher, claim) | {"status": status} | more])
        )
        return await self.person(claim)

    async def add_slot(self, family: str, starts_at: datetime, minutes: int = 30, **more: Any) -> SlotRef:
        """Add a slot to a doctor; ``more`` overrides columns."""
        (doctor,) = await self.rows("SELECT * FROM registry_doctors WHERE family = :family", family=family)
        slot = _slot(doctor, starts_at, minutes) | more
        await self.database.write(lambda connection: queries.add_slots(connection, [slot]))
        sql = "SELECT id FROM registry_slots WHERE doctor_id = :doctor AND starts_at = :starts_at"
        (row,) = await self.rows(sql, doctor=doctor["id"], starts_at=slot["starts_at"])
        return SlotRef(str(row["id"]))


@asynccontextmanager
async def world_in(folder: Path, probe: Probe | None = None) -> AsyncIterator[World]:
    cipher, index, clock = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32), StoppedClock()
    async with database_in(folder, probe) as database:
        given = database, cipher, index, clock
        world = World(database, Registry(*given), RegistryDesk(*given), clock, RegistryCipher(cipher, index))
        if not await world.registry.clinics():
            await _fill(world)
        yield world


def key(number: int) -> Key:
    return Key(f"key-{number}")


async def _fill(world: World) -> None:
    rules = rules_row(ClinicRules())
    clinics = [
        {"name": name, "address": "Садовая, 5", "phone": "+7 000 000-12-12", "zone": zone, "kind": kind} | rules
        for name, zone, kind in CLINICS
    ]
    specialties = [
        {"code": code, "name": name, "place": place, "needs_referral": 0, "min_age": low, "max_age": high, "sex": sex}
        for place, (code, name, low, high, sex) in enumerate(SPECIALTIES)
    ]
    doctors = [
        {"clinic": clinic, "specialty": specialty, "family": family, "given": "", "patronymic": "", "room": room}
        | {"is_room": 0}
        for clinic, specialty, family, room in DOCTORS
    ]

    async def change(connection: Connection) -> None:
        await add_clinics(connection, clinics)
        await add_specialties(connection, specialties)
        await add_doctors(connection, doctors)
        girl = _person(world.cipher, GIRL, PHONE) | {"snils": world.cipher.snils_index(SNILS)}
        await add_persons(connection, [girl, *(_person(world.cipher, claim) for claim in CHILDREN)])
        rows = await connection.fetch("SELECT * FROM registry_doctors ORDER BY id", {})
        slots = [slot for doctor in rows for slot in _timetable(doctor)]
        await queries.add_slots(connection, slots)

    await world.database.write(change)


def _timetable(doctor: Row) -> list[dict[str, object]]:
    zone = URAL if doctor["family"] == "Ветров" else MOSCOW
    return [_slot(doctor, at(hour, day=day, zone=zone), 30) for day in range(DAYS) for hour in HOURS]


def _slot(doctor: Row, starts_at: datetime, minutes: int) -> dict[str, object]:
    zone = URAL if doctor["family"] == "Ветров" else MOSCOW
    start = int(starts_at.timestamp())
    return {
        "doctor": doctor["id"],
        "clinic": doctor["clinic_id"],
        "specialty": doctor["specialty_id"],
        "starts_at": start,
        "ends_at": start + minutes * 60,
        "local_day": starts_at.astimezone(zone).date().isoformat(),
        "visit_type": "PLANNED",
        "status": "FREE",
    }


def _person(cipher: RegistryCipher, claim: PolicyClaim, phone: str = "") -> dict[str, object]:
    uid = make_uid()
    return {
        "uid": uid,
        "number": cipher.policy_index(claim.policy_number),
        "snils": None,
        "person": cipher.seal_person(uid, claim.name, claim.birth_date, claim.policy_number, phone=phone),
        "sex": claim.sex,
        "status": PolicyStatus.ACTIVE,
        "valid_until": None,
        "clinic": "Садовая",
    }
