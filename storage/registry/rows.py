"""Rows of the registry's tables as the port's records; who a person is and why a visit was called off lie sealed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clinics.port import Booking, BookingStatus, ClinicVisit, PolicyStatus
from bot.core.clinic import Clinic, ClinicKind, Doctor, Level, Slot, Specialty, VisitType
from bot.core.people import PersonName, Sex
from bot.glossary import BookingRef, ClinicRef, DoctorRef, Key, PersonRef, SlotRef, SpecialtyRef
from storage.database.connection import Row
from storage.database.crypto import BlindIndex, Cipher, make_uid
from storage.database.rows import moment, read_rules

PERSONS, BOOKINGS = "registry_persons", "registry_bookings"


def row_id(ref: str) -> int:
    """The row that a ref names; 0, which no row has, where it is none of ours."""
    return int(ref) if ref.isdecimal() and len(ref) < 19 else 0


def from_second(value: datetime) -> int:
    """The first whole second at or after a moment: a bound for starts, which are whole seconds."""
    return math.ceil(value.timestamp())


@dataclass(frozen=True, slots=True)
class Insured:
    """A person of the register, opened."""

    id: int
    name: PersonName
    birth_date: date
    sex: Sex
    policy_number: str
    status: PolicyStatus
    valid_until: date | None = None
    clinic: int | None = None

    def status_on(self, day: date) -> PolicyStatus:
        if self.status is PolicyStatus.ACTIVE and self.valid_until is not None and self.valid_until < day:
            return PolicyStatus.EXPIRED
        return self.status


@dataclass(frozen=True, slots=True)
class Place:
    """A slot with what its clinic and specialty ask of a visit."""

    id: int
    clinic: int
    specialty: int
    starts_at: datetime
    ends_at: datetime
    day: date
    status: str
    hold_for: timedelta
    horizon: timedelta
    min_age: int
    max_age: int
    sex: Sex | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking with the slot and the specialty that it takes."""

    id: int
    uid: bytes
    slot: int
    clinic: int
    specialty: int
    booking: Booking


class Seals:
    """Closes and opens what a stranger with the file must not read."""

    def __init__(self, cipher: Cipher, index: BlindIndex) -> None:
        self._cipher, self._index = cipher, index
        uid = make_uid()
        told = self.person(uid, PersonName("", ""), date.min, "")
        row: dict[str, object] = {"id": 0, "uid": uid, "person": told, "sex": Sex.FEMALE}
        self._nobody: Row = row | {"status": PolicyStatus.EXPIRED, "valid_until": None, "clinic_id": None}

    def number(self, policy_number: str) -> bytes:
        """What a policy is found by."""
        return self._index.of("registry.policy", policy_number)

    def snils(self, snils: str) -> bytes | None:
        """What a person is found by; None where there is no SNILS."""
        return self._index.of("registry.snils", snils) if snils else None

    def person(self, uid: bytes, name: PersonName, birth_date: date, policy_number: str) -> bytes:
        told = [name.family, name.given, name.patronymic, birth_date.isoformat(), policy_number]
        return self._cipher.seal(PERSONS, "person", uid, json.dumps(told, ensure_ascii=False))

    def reason(self, uid: bytes, text: str) -> bytes:
        return self._cipher.seal(BOOKINGS, "reason", uid, text)

    def open_person(self, row: Row) -> Insured:
        family, given, patronymic, birth_date, policy_number = self._told(row["uid"], row["person"])
        return Insured(
            id=row["id"],
            name=PersonName(family, given, patronymic),
            birth_date=date.fromisoformat(birth_date),
            sex=Sex(row["sex"]),
            policy_number=policy_number,
            status=PolicyStatus(row["status"]),
            valid_until=row["valid_until"] and date.fromisoformat(row["valid_until"]),
            clinic=row["clinic_id"],
        )

    def open_candidates(self, rows: Sequence[Row]) -> list[Insured]:
        """Those whom a search may mean; where there are none a nobody is opened, so that the answer takes as long."""
        return [self.open_person(row) for row in rows or [self._nobody]]

    def visit(self, row: Row) -> Visit:
        return Visit(row["id"], row["uid"], row["slot_id"], row["clinic_id"], row["specialty_id"], self.booking(row))

    def booking(self, row: Row) -> Booking:
        reason = row["reason"]
        return Booking(
            ref=BookingRef(str(row["id"])),
            key=row["key"] and Key(row["key"]),
            person=PersonRef(str(row["person_id"])),
            doctor=DoctorRef(str(row["doctor_id"])),
            starts_at=moment(row["starts_at"]),
            ends_at=moment(row["ends_at"]),
            visit_type=VisitType(row["visit_type"]),
            status=BookingStatus(row["status"]),
            room=row["room"],
            reason="" if reason is None else self._cipher.open(BOOKINGS, "reason", row["uid"], reason),
        )

    def desk_visit(self, row: Row) -> ClinicVisit:
        family, given, patronymic, *_ = self._told(row["person_uid"], row["person"])
        return ClinicVisit(
            number=row["id"],
            booking=self.booking(row),
            person=PersonName(family, given, patronymic),
            doctor=PersonName(row["family"], row["given"], row["patronymic"]),
            specialty=row["specialty"],
        )

    def _told(self, uid: bytes, sealed: bytes) -> list[str]:
        told: list[str] = json.loads(self._cipher.open(PERSONS, "person", uid, sealed))
        return told


def clinic_of(row: Row) -> Clinic:
    return Clinic(
        ref=ClinicRef(str(row["id"])),
        name=row["name"],
        address=row["address"],
        phone=row["phone"],
        zone=ZoneInfo(row["zone"]),
        kind=ClinicKind(row["kind"]),
        rules=read_rules(row),
        level=Level(row["level"]),
    )


def specialty_of(row: Row) -> Specialty:
    return Specialty(
        ref=SpecialtyRef(str(row["id"])),
        code=row["code"],
        name=row["name"],
        needs_referral=bool(row["needs_referral"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        sex=row["sex"] and Sex(row["sex"]),
        nearest=moment(row["nearest"]),
    )


def doctor_of(row: Row) -> Doctor:
    return Doctor(
        ref=DoctorRef(str(row["id"])),
        name=PersonName(row["family"], row["given"], row["patronymic"]),
        room=row["room"],
        is_room=bool(row["is_room"]),
        nearest=moment(row["nearest"]),
    )


def slot_of(row: Row) -> Slot:
    ref, doctor_id, starts_at, ends_at, visit_type, room = row
    return Slot(
        SlotRef(str(ref)), DoctorRef(str(doctor_id)), moment(starts_at), moment(ends_at), VisitType(visit_type), room
    )


def place_of(row: Row) -> Place:
    return Place(
        id=row["id"],
        clinic=row["clinic_id"],
        specialty=row["specialty_id"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        day=date.fromisoformat(row["local_day"]),
        status=row["status"],
        hold_for=timedelta(seconds=row["hold_for"]),
        horizon=timedelta(seconds=row["horizon"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        sex=row["sex"] and Sex(row["sex"]),
    )
