"""A small database for tests of the repositories: a mother, a stranger, one clinic with two doctors."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.booking.records import Appointment, AppointmentCard, NewOrder, Order
from bot.clinics.port import Booking, BookingStatus, PolicyClaim
from bot.core.clinic import Clinic, ClinicKind, Doctor, Slot, Specialty, VisitType
from bot.core.patient import Verification, VerificationStatus
from bot.core.people import REQUIRED, Account, PersonName, Sex
from bot.glossary import BookingRef, ClinicRef, DoctorRef, Key, PatientId, PersonRef, SlotRef, SpecialtyRef, SystemName
from bot.patients.records import Relationship
from storage.database.connection import Database, Probe
from storage.database.crypto import BlindIndex, Cipher
from storage.unit import Storage, UnitOfWork
from tests.empty_database import open_migrated
from tests.pure_builders import MONDAY

NOW = MONDAY
MOTHER, STRANGER = 1001, 1002
"""their Telegram ids"""

SYSTEM = SystemName("registry")
CIPHER = Cipher({"k1": bytes(range(32))}, "k1")
INDEX = BlindIndex(bytes(range(32, 64)))
POLICY = "7712345678901234"
MASHA = PersonName("Петрова", "Мария", "Алексеевна")
CLAIM = PolicyClaim(POLICY, MASHA, date(2019, 5, 17), Sex.FEMALE)

CLINIC = Clinic(
    ClinicRef("clinic-12"),
    "детская № 12",
    "ул. Лесная, 3",
    "+7 495 000-00-12",
    ZoneInfo("Asia/Omsk"),
    ClinicKind.CHILDREN,
)
PEDIATRICIAN = Specialty(SpecialtyRef("ped"), "pediatrician", "Педиатр", max_age=17)
IVANOVA = Doctor(DoctorRef("ivanova"), PersonName("Иванова", "Анна", "Сергеевна"), "214")
ROOM = Doctor(DoctorRef("room-5"), PersonName("Кабинет", "№ 5"), "5", is_room=True)


def at(clinic: Clinic, specialty: Specialty, *doctors: Doctor) -> list[Doctor]:
    """Return the doctors with the ids of their clinic and specialty, as the directory stores them."""
    return [replace(doctor, clinic=clinic.id, specialty=specialty.id) for doctor in doctors]


class World(NamedTuple):
    database: Database
    storage: Storage
    mother: Account
    stranger: Account
    clinic: Clinic
    specialty: Specialty
    doctor: Doctor

    async def link(self, account: Account | None = None, policy: str = POLICY, *, verified: bool = True) -> PatientId:
        """Add a patient of the account, by default the mother."""
        claim = PolicyClaim(policy, MASHA, CLAIM.birth_date, CLAIM.sex)

        async def change(uow: UnitOfWork) -> PatientId:
            patient = await uow.patients.add((account or self.mother).id, Relationship.PARENT, claim, NOW)
            if verified:
                await uow.patients.set_person(patient, PersonRef("p"), None)
                await uow.patients.set_verification(patient, Verification(VerificationStatus.VERIFIED))
            return patient

        return await self.storage.write(change)

    async def agree(self) -> None:
        """Give the mother's consents: a desk sees no card without them."""

        async def give(uow: UnitOfWork) -> None:
            for purpose in REQUIRED:
                await uow.consents.give(self.mother.id, purpose, "1", "digest", NOW)

        await self.storage.write(give)

    async def order(self, patient: PatientId, hour: int = 10, replaces: Appointment | None = None) -> Order:
        starts_at = NOW.replace(hour=hour) + timedelta(days=1)
        slot = Slot(
            SlotRef(f"slot-{hour}"),
            self.doctor.ref,
            starts_at,
            starts_at + timedelta(minutes=15),
            VisitType.CHECKUP,
            "214",
        )
        wish = NewOrder(
            Key(secrets.token_hex(8)),
            self.mother.id,
            patient,
            self.doctor.id,
            slot,
            NOW + timedelta(minutes=3),
            replaces.id if replaces else None,
        )
        return await self.storage.write(lambda uow: uow.orders.add(wish, NOW))

    async def appoint(
        self, order: Order, ref: str = "AB12-CE", status: BookingStatus | None = BookingStatus.BOOKED
    ) -> Appointment:
        """Make an order an appointment, settled by the clinic unless ``status`` is None."""

        async def change(uow: UnitOfWork) -> AppointmentCard | None:
            made = await uow.appointments.add(order, self.clinic.id, self.specialty.id, ref, NOW)
            if status is not None:
                await uow.appointments.settle(made.id, status, clinic_booking(order, status))
            return await uow.appointments.get(made.id)

        card = await self.storage.write(change)
        assert card is not None
        return card.appointment


def clinic_booking(order: Order, status: BookingStatus, starts_at: datetime | None = None) -> Booking:
    """Return the clinic's booking of an order."""
    slot = order.slot
    start = starts_at or slot.starts_at
    end = start + (slot.ends_at - slot.starts_at)
    ref = BookingRef(f"booking-{order.id}")
    return Booking(ref, order.key, PersonRef("p"), slot.doctor, start, end, slot.visit_type, status, "301")


@asynccontextmanager
async def opened_world(folder: Path, probe: Probe | None = None) -> AsyncIterator[World]:
    database = await open_migrated(folder / "bot.sqlite3", probe)
    try:
        yield await _settled(database)
    finally:
        await database.close()


async def _settled(database: Database) -> World:
    storage = Storage(database, CIPHER, INDEX)

    async def change(uow: UnitOfWork) -> tuple[Account, Account, Clinic, Specialty, Doctor]:
        mother = await uow.accounts.add(MOTHER, NOW)
        await uow.accounts.set_telegram_language(mother.id, "ru")
        mother = await uow.accounts.add(MOTHER, NOW)
        stranger = await uow.accounts.add(STRANGER, NOW)
        (clinic,) = await uow.directory.learn_clinics(SYSTEM, [CLINIC])
        (specialty,) = await uow.directory.learn_specialties(SYSTEM, [PEDIATRICIAN])
        doctor, _room = await uow.directory.learn_doctors(SYSTEM, at(clinic, specialty, IVANOVA, ROOM))
        return mother, stranger, clinic, specialty, doctor

    mother, stranger, clinic, specialty, doctor = await storage.write(change)
    return World(database, storage, mother, stranger, clinic, specialty, doctor)
