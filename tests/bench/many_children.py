"""A clinic with any number of children and a free time for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bot.app import App, assembled
from bot.clinics.port import PolicyClaim
from bot.core.clinic import ClinicRules, Doctor, Slot, VisitType
from bot.core.patient import Verification, VerificationStatus
from bot.core.people import Account, PersonName, Sex
from bot.core.transactions import UnitOfWork
from bot.glossary import AccountId, DoctorRef, OrderId, PatientId, PersonRef
from bot.patients.records import Relationship
from bot.patients.rules.policy_number import make_policy_number
from storage.database.connection import Connection, Row
from storage.database.crypto import make_uid
from storage.database.rows import rules_row
from storage.registry.rows import RegistryCipher
from storage.registry.store import queries
from storage.registry.system import Registry
from tests.builders import MONDAY, StoppedClock, some_settings
from tests.registry_rows import add_clinics, add_doctors, add_persons, add_specialties

CLINIC, FIELD = "детская № 1", "pediatrician"
ON_A_DAY, DAYS = 16, 20
BORN = date(2018, 3, 15)


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the register and its own free time."""

    claim: PolicyClaim
    person: PersonRef
    slot: Slot


@dataclass(frozen=True, slots=True)
class ManyChildren:
    app: App
    registry: Registry
    children: list[Child]

    async def order(self, child: Child) -> tuple[AccountId, OrderId]:
        """Open the review screen for a new parent of the child; return the account and the order."""
        services = self.app.services
        (clinic,) = await services.directory.clinics()

        async def change(uow: UnitOfWork) -> tuple[AccountId, PatientId]:
            account, patient = await _link(uow, child)
            await uow.patients.set_person(patient, child.person, clinic.id)
            return account, patient

        account, patient = await self.app.store.storage.write(change)
        doctor = await self._doctor(account, patient, child)
        slot, parent = child.slot, Account(account, None)
        made = await services.booking.review(parent, patient, doctor.id, slot.starts_at, slot.visit_type)
        return account, made.order.id

    async def _doctor(self, account: AccountId, patient: PatientId, child: Child) -> Doctor:
        booking = self.app.services.choices
        choice = await booking.specialties(account, patient, None)
        assert choice is not None, "the child belongs to the clinic"
        listed = await booking.doctors(account, patient, choice.clinic.id, choice.specialties[0].id)
        return next(doctor for doctor in listed.doctors if doctor.ref == child.slot.doctor)


async def _link(uow: UnitOfWork, child: Child) -> tuple[AccountId, PatientId]:
    account = await uow.accounts.add(1_000_000 + int(child.person), MONDAY)
    patient = await uow.patients.add(account.id, Relationship.PARENT, child.claim, MONDAY)
    await uow.patients.set_verification(patient, Verification(VerificationStatus.VERIFIED))
    return account.id, patient


@asynccontextmanager
async def open_clinic(folder: Path, count: int) -> AsyncIterator[ManyChildren]:
    clock = StoppedClock()
    async with assembled(some_settings(database_url=f"sqlite:///{folder}/many_children.sqlite3"), clock) as app:
        registry = Registry(app.store.database, app.store.cipher, app.store.index, clock)
        await _fill(app, count)
        yield ManyChildren(app, registry, await _children(app, registry, count))


async def _fill(app: App, count: int) -> None:
    cipher = RegistryCipher(app.store.cipher, app.store.index)
    clinic = {"name": CLINIC, "address": "", "phone": "", "zone": "Europe/Moscow", "kind": "CHILDREN"}
    field = {
        "code": FIELD,
        "name": "Педиатр",
        "place": 0,
        "needs_referral": 0,
        "min_age": 0,
        "max_age": 17,
        "sex": None,
    }
    doctor = {
        "clinic": CLINIC,
        "specialty": FIELD,
        "patronymic": "Сергеевна",
        "given": "Анна",
        "room": "5",
        "is_room": 0,
    }
    doctors = [doctor | {"family": f"Врач{number}"} for number in range(count // (ON_A_DAY * DAYS) + 1)]

    async def change(connection: Connection) -> None:
        await add_clinics(connection, [{**clinic, **rules_row(ClinicRules())}])
        await add_specialties(connection, [field])
        await add_doctors(connection, doctors)
        await add_persons(connection, [_person(cipher, _claim(number)) for number in range(count)])
        await queries.add_slots(connection, [_slot(number) for number in range(count)])

    await app.store.database.write(change)


def _claim(number: int) -> PolicyClaim:
    policy_number = make_policy_number("77", BORN, Sex.FEMALE, number)
    return PolicyClaim(policy_number, PersonName("Иванова", "Мария", "Сергеевна"), BORN, Sex.FEMALE)


def _person(cipher: RegistryCipher, claim: PolicyClaim) -> dict[str, object]:
    uid = make_uid()
    sealed = cipher.seal_person(uid, claim.name, claim.birth_date, claim.policy_number)
    number = cipher.policy_index(claim.policy_number)
    who = {"uid": uid, "number": number, "person": sealed, "sex": claim.sex}
    return who | {"status": "ACTIVE", "valid_until": None, "clinic": CLINIC, "snils": None}


def _slot(number: int) -> dict[str, object]:
    doctor, at = divmod(number, ON_A_DAY * DAYS)
    day, time = divmod(at, ON_A_DAY)
    starts = MONDAY.replace(hour=5) + timedelta(days=day + 1, minutes=30 * time)
    return {
        "doctor": doctor + 1,
        "clinic": 1,
        "specialty": 1,
        "starts_at": int(starts.timestamp()),
        "ends_at": int(starts.timestamp()) + 900,
        "local_day": starts.date().isoformat(),
        "visit_type": VisitType.PLANNED,
        "status": "FREE",
    }


async def _children(app: App, registry: Registry, count: int) -> list[Child]:
    """Return the children in the order of their rows, which is the order of insertion."""
    until = MONDAY + timedelta(days=DAYS + 2)

    async def look(connection: Connection) -> tuple[list[Row], list[Row]]:
        doctors = await connection.fetch("SELECT id FROM registry_doctors ORDER BY id", {})
        persons = await connection.fetch("SELECT id FROM registry_persons ORDER BY id", {})
        return doctors, persons

    doctors, persons = await app.store.database.read(look)
    slots = [slot for (doctor,) in doctors for slot in await registry.slots(DoctorRef(str(doctor)), MONDAY, until)]
    return [
        Child(_claim(number), PersonRef(str(person)), slot)
        for number, ((person,), slot) in enumerate(zip(persons, slots, strict=True))
    ]
