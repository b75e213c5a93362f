"""Conversion of registry rows to records: persons and reasons of cancellation are sealed at rest."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clinics.desk_port import ClinicPerson, ClinicVisit
from bot.clinics.port import Booking, BookingStatus, InsuredPerson, PolicyClaim, PolicyStatus, Referral
from bot.clinics.reserving import Instead
from bot.core.ages import birthday
from bot.core.clinic import (
    Audience,
    CheckedBy,
    Clinic,
    ClinicKind,
    Level,
    Slot,
    Specialty,
    VisitType,
)
from bot.core.people import PersonName, Sex
from bot.glossary import BookingRef, ClinicRef, DoctorRef, Key, PersonRef, ReferralRef, SlotRef, SpecialtyRef
from bot.patients.rules.names import differing
from storage.database.connection import Row
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.facts import read_facts
from storage.database.rows import moment, read_rules

PERSONS, BOOKINGS, REFERRALS = "registry_persons", "registry_bookings", "registry_referrals"
BY_POLICY, BY_SNILS, BY_REFERRAL = "registry.policy", "registry.snils", "registry.referral"
"""kinds of blind indexes"""
NO_NUMBER = "-"
"""What is sealed as the number of a person without a policy begins with this; no number does. The uid follows, so that
the number's index is the person's own."""


def row_id(ref: str) -> int:
    """Return the row id that a ref contains, or 0, which no row has, if the ref is not one of ours."""
    return int(ref) if ref.isdecimal() and len(ref) < 19 else 0


def ceil_seconds(value: datetime) -> int:
    """Return seconds since 1970, rounded up, to compare with the start of a slot."""
    return math.ceil(value.timestamp())


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A person of the register of the insured, decrypted."""

    id: int
    name: PersonName
    birth_date: date
    sex: Sex
    policy_number: str
    status: PolicyStatus
    valid_until: date | None = None
    clinic: int | None = None
    phone: str = ""
    """``+`` and digits; "" if the clinic has none on file"""
    has_priority: bool = False

    @property
    def infant_until(self) -> str:
        """The local day from which slots for infants are not for this person; with priority they always are."""
        return date.max.isoformat() if self.has_priority else birthday(self.birth_date, 1).isoformat()

    def status_on(self, day: date) -> PolicyStatus:
        if self.status is PolicyStatus.ACTIVE and self.valid_until is not None and self.valid_until < day:
            return PolicyStatus.EXPIRED
        return self.status


@dataclass(frozen=True, slots=True)
class RegistrySlot:
    """A slot with the limits that its clinic and its specialty set."""

    id: int
    doctor: int
    clinic: int
    specialty: int
    starts_at: datetime
    ends_at: datetime
    day: date
    status: str
    audience: Audience
    hold_for: timedelta
    horizon: timedelta
    notice: timedelta
    min_age: int
    max_age: int
    sex: Sex | None
    needs_referral: bool
    reserved_key: Key | None = None
    reserved_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegistryVisit:
    """A booking with its slot and specialty. In the registry a booking that is not a hold is a visit."""

    id: int
    uid: bytes
    slot: int
    clinic: int
    specialty: int
    booking: Booking


class RegistryCipher:
    """Encrypts personal data of the registry and reads the rows that contain it."""

    def __init__(self, cipher: Cipher, index: BlindIndex) -> None:
        self._cipher, self._index = cipher, index
        uid = make_uid()
        sealed = self.seal_person(uid, PersonName("", ""), date.min, "")
        row: dict[str, object] = {"id": 0, "uid": uid, "person": sealed, "sex": Sex.FEMALE}
        self._dummy: Row = row | {"status": PolicyStatus.EXPIRED, "valid_until": None, "clinic_id": None, "priority": 0}

    def policy_index(self, policy_number: str) -> bytes:
        """Return the blind index that finds a person by policy number."""
        return self._index.of(BY_POLICY, policy_number)

    def snils_index(self, snils: str) -> bytes | None:
        """Return the blind index that finds a person by SNILS, or None for an empty SNILS."""
        return self._index.of(BY_SNILS, snils) if snils else None

    def snils_indexes(self, snils: str) -> tuple[bytes, ...]:
        """Return the blind index by each key: of persons whose SNILS was not sealed it cannot be recomputed."""
        return self._index.all_of(BY_SNILS, snils)

    def seal_person(
        self, uid: bytes, name: PersonName, birth_date: date, policy_number: str, snils: str = "", phone: str = ""
    ) -> bytes:
        return self.seal_values(uid, person_values(name, birth_date, policy_number or stand_in(uid), snils, phone))

    def seal_values(self, uid: bytes, values: Sequence[str]) -> bytes:
        """Seal what ``person_values`` has returned."""
        return self._cipher.seal(PERSONS, "person", uid, json.dumps(values, ensure_ascii=False))

    def person_row(self, uid: bytes, person: ClinicPerson, snils: str = "") -> dict[str, object]:
        """Return the columns of the clinic's own person that depend on the policy number."""
        known = person.name, person.birth_date, person.policy_number, snils, person.phone
        number = self.policy_index(person.policy_number or stand_in(uid))
        return {"uid": uid, "number": number, "person": self.seal_person(uid, *known)}

    def read_person(self, row: Row) -> ClinicPerson:
        person = self.open_person(row)
        shown = person.name, person.birth_date, person.sex, person.policy_number, person.phone
        return ClinicPerson(person.id, PersonRef(str(person.id)), *shown)

    def read_snils(self, row: Row) -> str:
        """Return the SNILS of a person; "" if there is none, or if an earlier release did not seal it."""
        return read_snils(self._cipher.open(PERSONS, "person", row["uid"], row["person"])) or ""

    def seal_reason(self, uid: bytes, text: str) -> bytes:
        return self._cipher.seal(BOOKINGS, "reason", uid, text)

    def referral_index(self, number: str) -> bytes:
        """Return the blind index that finds a referral by its number."""
        return self._index.of(BY_REFERRAL, number)

    def seal_referral(self, uid: bytes, number: str, from_whom: str) -> bytes:
        return self._cipher.seal(REFERRALS, "referral", uid, json.dumps([number, from_whom], ensure_ascii=False))

    def read_referral(self, row: Row) -> Referral:
        number, from_whom = json.loads(self._cipher.open(REFERRALS, "referral", row["uid"], row["referral"]))
        return Referral(
            ref=ReferralRef(str(row["id"])),
            specialty=SpecialtyRef(str(row["specialty_id"])),
            number=number,
            issued_on=date.fromisoformat(row["issued_on"]),
            valid_until=date.fromisoformat(row["valid_until"]),
            from_whom=from_whom,
            spent_by=None if row["booking_id"] is None else BookingRef(str(row["booking_id"])),
        )

    def open_person(self, row: Row) -> RegisteredPerson:
        family, given, patronymic, birth_date, policy_number, *more = self.open_values(row["uid"], row["person"])
        return RegisteredPerson(
            id=row["id"],
            name=PersonName(family, given, patronymic),
            birth_date=date.fromisoformat(birth_date),
            sex=Sex(row["sex"]),
            policy_number=known_number(policy_number),
            status=PolicyStatus(row["status"]),
            valid_until=row["valid_until"] and date.fromisoformat(row["valid_until"]),
            clinic=row["clinic_id"],
            phone=more[1] if len(more) > 1 else "",
            has_priority=bool(row["priority"]),
        )

    def open_candidates(self, rows: Sequence[Row]) -> list[RegisteredPerson]:
        """Return the persons of the rows. Without rows a dummy is decrypted, so a miss takes as long as a hit."""
        return [self.open_person(row) for row in rows or [self._dummy]]

    def read_visit(self, row: Row) -> RegistryVisit:
        booking = self.read_booking(row)
        return RegistryVisit(row["id"], row["uid"], row["slot_id"], row["clinic_id"], row["specialty_id"], booking)

    def read_booking(self, row: Row) -> Booking:
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
            reason="" if reason is None else self._open_reason(row["uid"], reason),
            specialty=SpecialtyRef(str(row["specialty_id"])),
            clinic=ClinicRef(str(row["clinic_id"])),
        )

    def _open_reason(self, uid: bytes, sealed: bytes) -> str:
        """Return the reason, or "" if no key opens it: it must not stop the feed that contains it."""
        try:
            return self._cipher.open(BOOKINGS, "reason", uid, sealed)
        except CannotOpen:
            return ""

    def read_desk_visit(self, row: Row) -> ClinicVisit:
        family, given, patronymic, birth_date, policy, *more = self.open_values(row["person_uid"], row["person"])
        return ClinicVisit(
            number=row["id"],
            booking=self.read_booking(row),
            person=PersonName(family, given, patronymic),
            birth_date=date.fromisoformat(birth_date),
            doctor_number=row["doctor_id"],
            doctor=PersonName(row["family"], row["given"], row["patronymic"]),
            specialty=row["specialty"],
            policy_number=known_number(policy),
            specialty_code=row["specialty_code"],
            phone=more[1] if len(more) > 1 else "",
            first_here=not row["been_here"],
            has_priority=bool(row["priority"]),
        )

    def read_name(self, row: Row) -> PersonName:
        """Return the name of the person of a desk visit."""
        family, given, patronymic, *_ = self.open_values(row["person_uid"], row["person"])
        return PersonName(family, given, patronymic)

    def read_phone(self, row: Row) -> str:
        """Return the telephone on file of the person of a desk visit, "" if there is none."""
        _name, _given, _patronymic, _born, _policy, *more = self.open_values(row["person_uid"], row["person"])
        return more[1] if len(more) > 1 else ""

    def open_values(self, uid: bytes, sealed: bytes) -> list[str]:
        """Return the ``person_values`` of a row. Raises CannotOpen."""
        values: list[str] = json.loads(self._cipher.open(PERSONS, "person", uid, sealed))
        return values


def stand_in(uid: bytes) -> str:
    """Return what is sealed and indexed as the number of a person without a policy."""
    return NO_NUMBER + uid.hex()


def known_number(sealed: str) -> str:
    """Return the policy number, "" if the person has none."""
    return "" if sealed.startswith(NO_NUMBER) else sealed


def person_values(
    name: PersonName, birth_date: date, policy_number: str, snils: str = "", phone: str = ""
) -> list[str]:
    """Return what is sealed of a person; what is unknown at the end is left out."""
    values = [name.family, name.given, name.patronymic, birth_date.isoformat(), policy_number]
    if snils or phone:
        values.append(snils)
    if phone:
        values.append(phone)
    return values


def compared(claim: PolicyClaim, person: RegisteredPerson, today: date) -> InsuredPerson:
    """Return the answer to a claim about this person."""
    return InsuredPerson(
        ref=PersonRef(str(person.id)),
        status=person.status_on(today),
        differs=differing(claim.name, person.name),
        birth_differs=(claim.birth_date, claim.sex) != (person.birth_date, person.sex),
        clinic=None if person.clinic is None else ClinicRef(str(person.clinic)),
        valid_until=person.valid_until,
    )


def read_policy_number(person: str) -> str:
    """Return what an opened person is indexed by: the policy number, or what stands in for it."""
    return str(json.loads(person)[4])


def read_referral_number(referral: str) -> str:
    """Return the number of an opened referral."""
    return str(json.loads(referral)[0])


def read_snils(person: str) -> str | None:
    """Return the SNILS of an opened person; None if there is none, or if an earlier release did not seal it."""
    _family, _given, _patronymic, _birth_date, _policy_number, *rest = json.loads(person)
    return str(rest[0]) if rest and rest[0] else None


def read_clinic(row: Row) -> Clinic:
    return Clinic(
        ref=ClinicRef(str(row["id"])),
        name=row["name"],
        address=row["address"],
        phone=row["phone"],
        zone=ZoneInfo(row["zone"]),
        kind=ClinicKind(row["kind"]),
        rules=read_rules(row),
        level=Level(row["level"]),
        checked_by=CheckedBy(row["checked_by"]),
        check_hours=row["check_hours"],
        books_unchecked=bool(row["books_unchecked"]),
        facts=replace(read_facts(row["details"]), places_since=moment(row["places_at"])),
    )


def read_specialty(row: Row) -> Specialty:
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


def read_slot(row: Row | tuple[Any, ...]) -> Slot:
    ref, doctor_id, starts_at, ends_at, visit_type, room = row
    return Slot(
        SlotRef(str(ref)), DoctorRef(str(doctor_id)), moment(starts_at), moment(ends_at), VisitType(visit_type), room
    )


def read_opened(row: Row) -> Slot:
    """Return the slot of a row of the feed of openings."""
    return read_slot(
        (row["slot_id"], *(row[name] for name in ("doctor_id", "starts_at", "ends_at", "visit_type", "room")))
    )


def read_instead(row: Row) -> Instead:
    """Return what is kept for the closed visit of a row; a row without a slot has nothing."""
    if row["offer_slot"] is None:
        return Instead(None)
    slot = read_slot(tuple(row[f"offer_{name}"] for name in ("slot", "doctor", "starts", "ends", "type", "room")))
    return Instead(slot, Key(row["offer_key"]), moment(row["offer_until"]))


def read_registry_slot(row: Row) -> RegistrySlot:
    return RegistrySlot(
        id=row["id"],
        doctor=row["doctor_id"],
        clinic=row["clinic_id"],
        specialty=row["specialty_id"],
        starts_at=moment(row["starts_at"]),
        ends_at=moment(row["ends_at"]),
        day=date.fromisoformat(row["local_day"]),
        status=row["status"],
        audience=Audience(row["audience"]),
        hold_for=timedelta(seconds=row["hold_for"]),
        horizon=timedelta(seconds=row["horizon"]),
        notice=timedelta(seconds=row["notice"]),
        min_age=row["min_age"],
        max_age=row["max_age"],
        sex=row["sex"] and Sex(row["sex"]),
        needs_referral=bool(row["needs_referral"]),
        reserved_key=row["reserved_key"] and Key(row["reserved_key"]),
        reserved_until=moment(row["reserved_until"]),
    )
