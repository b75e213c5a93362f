"""A town ten times the demo's: many clinics, doctors, times, visits, and children whose names look alike.

Its rows are written once, and the file is copied for each town.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App, assembled, open_store
from bot.clinics.port import PolicyClaim
from bot.core.clinic import Clinic, ClinicRules, VisitType
from bot.core.deeds import Actor, Deed, Subject
from bot.core.patient import Verification, VerificationStatus
from bot.core.people import PersonName, Purpose, Role, Sex
from bot.core.transactions import UnitOfWork
from bot.glossary import PatientId, PersonRef
from bot.patients.records import Relationship
from bot.patients.rules.policy_number import make_policy_number
from storage.database.connection import Connection
from storage.database.crypto import make_uid
from storage.database.rows import rules_row
from storage.registry.rows import RegistryCipher
from storage.registry.seed.clinics import GARDEN, SPECIALTIES
from storage.registry.store import queries
from tests.builders import MONDAY, StoppedClock, some_settings
from tests.chat.town import appoint_registrar
from tests.desk_code import set_code
from tests.registry_rows import add_clinics, add_doctors, add_persons, add_specialties

CLINICS, DOCTORS, TIMES_A_DAY, DAYS, VISITS_TODAY = 150, 100, 300, 40, 150
CHILDREN, PER_ACCOUNT = 40, 10
DEMO_TIMES_A_DAY = 20
MEMBERS, KEEPERS, ENTRIES = 45, 12, 45
"""staff of the first clinic, representatives of the first child, entries of its history"""

PARENT, HEAD = 40_001, 50_001
"""Telegram ids of the parent whose chat is crawled and of the head of the first clinic"""

ZONE = ZoneInfo("Europe/Moscow")
TODAY = MONDAY.astimezone(ZONE).date()
RULES = ClinicRules(move_before=timedelta(hours=2), horizon=timedelta(days=60))
CLINIC = "Государственное бюджетное учреждение здравоохранения «Детская городская поликлиника № {n}»"
ADDRESS = "Энская область, городской округ Верхнереченский, посёлок Новые Озёрки, улица Миловидова, дом {n}"
FAMILIES = ("Алексеева", "Белозерская", "Воскресенская", "Григорьева", "Доброхотова")
GIVEN = ("Анна", "Вера", "Елизавета", "Маргарита")
PATRONYMICS = ("Александровна", "Вячеславовна", "Константиновна", "Станиславовна", "Ярославовна")
BORN = (
    date(2012, 3, 2),
    date(2013, 3, 2),
    date(2014, 3, 2),
    date(2014, 7, 5),
    date(2015, 1, 20),
    date(2015, 2, 21),
    date(2016, 5, 5),
    date(2016, 5, 5),
    date(2017, 9, 1),
    date(2018, 12, 31),
)
"""the children of one account: one year, one birth date, and neither"""


async def make_large_template(folder: Path) -> Path:
    """Fill a database to be copied."""
    path = folder / "large.sqlite3"
    async with assembled(some_settings(database_url=f"sqlite:///{path}"), StoppedClock()) as app:
        await _fill_registry(app)
        (first, *_others) = await app.services.directory.clinics()
        await _appoint(app, first)
        for number in range(CHILDREN // PER_ACCOUNT):
            await _settle(app, PARENT + number, number * PER_ACCOUNT, first)
        await _book_visits(app, first)
        await app.store.storage.write(_crowd_the_first_card)
    return path


async def enlarge(template: Path) -> None:
    """Add as many clinics, and doctors of the first specialty at the first clinic, to a database of the demo town."""
    async with open_store(some_settings(database_url=f"sqlite:///{template}")) as store:
        await store.database.write(_add_to_demo)


async def _add_to_demo(connection: Connection) -> None:
    await add_clinics(connection, [_clinic_row(number) for number in range(1, CLINICS + 1)])
    names = [PersonName(*name) for name in _names()][:DOCTORS]
    added = [_doctor_row(1, "pediatrician", name) | {"clinic": GARDEN} for name in names]
    await add_doctors(connection, [*added, *(_doctor_row(n, "pediatrician", names[0]) for n in range(1, CLINICS))])
    known = {(name.family, name.given, name.patronymic) for name in names}
    staff = [row for row in await queries.list_staff(connection) if row["clinic"] == GARDEN]
    new = [row for row in staff if (row["family"], row["given"], row["patronymic"]) in known]
    slots = [_slot_row(row, ahead, at) for row in new for ahead in range(1, 11) for at in range(DEMO_TIMES_A_DAY)]
    await queries.add_slots(connection, slots)


# --- the registry -----------------------------------------------------------------------------------------------------


async def _fill_registry(app: App) -> None:
    sealing = RegistryCipher(app.store.cipher, app.store.index)
    persons = [_person_row(sealing, claim_of_child(number)) for number in range(CHILDREN)]

    async def fill(connection: Connection) -> None:
        await add_clinics(connection, [_clinic_row(number) for number in range(1, CLINICS + 1)])
        specialties = [specialty._asdict() | {"place": place} for place, specialty in enumerate(SPECIALTIES)]
        await add_specialties(connection, specialties)
        await add_doctors(connection, list(_doctor_rows()))
        await add_persons(connection, persons)
        staff = [row for row in await queries.list_staff(connection) if row["clinic"] == CLINIC.format(n=1)]
        await queries.add_slots(connection, [slot for doctor in staff for slot in _slot_rows(doctor)])
        await queries.add_visits(connection, [_visit_row(sealing, staff[0], at) for at in range(VISITS_TODAY)])

    await app.store.database.write(fill)


def claim_of_child(number: int) -> PolicyClaim:
    """Return the data of a child «Александр И.»; ten children of one account follow each other."""
    family = ("Иванов", "Ильин", "Иволгин-Задунайский", "Исаев")[number % 4]
    born = BORN[number % PER_ACCOUNT]
    policy = make_policy_number("77", born, Sex.MALE, number)
    return PolicyClaim(policy, PersonName(family, "Александр", "Константинович"), born, Sex.MALE)


def _clinic_row(number: int) -> dict[str, object]:
    name, address = CLINIC.format(n=number), ADDRESS.format(n=number)
    return rules_row(RULES) | {
        "name": name,
        "address": address,
        "phone": "+7 000 000-00-00",
        "zone": ZONE.key,
        "kind": "CHILDREN",
    }


def _doctor_rows() -> Iterator[dict[str, object]]:
    """Yield a hundred pediatricians of the first clinic, one doctor of each other specialty, one of each clinic."""
    names = [PersonName(*name) for name in _names()]
    for name in names[:DOCTORS]:
        yield _doctor_row(1, "pediatrician", name)
    for specialty in SPECIALTIES[1:]:
        yield _doctor_row(1, specialty.code, names[0])
    for number in range(2, CLINICS + 1):
        yield _doctor_row(number, "pediatrician", names[0])


def _names() -> Iterator[tuple[str, str, str]]:
    for family in FAMILIES:
        for given in GIVEN:
            for patronymic in PATRONYMICS:
                yield family, given, patronymic


def _doctor_row(clinic: int, specialty: str, name: PersonName) -> dict[str, object]:
    who = {"family": name.family, "given": name.given, "patronymic": name.patronymic}
    return who | {"clinic": CLINIC.format(n=clinic), "specialty": specialty, "room": "101", "is_room": 0}


def _person_row(sealing: RegistryCipher, claim: PolicyClaim) -> dict[str, object]:
    uid = make_uid()
    return {
        "uid": uid,
        "number": sealing.policy_index(claim.policy_number),
        "snils": None,
        "person": sealing.seal_person(uid, claim.name, claim.birth_date, claim.policy_number),
        "sex": claim.sex,
        "status": "ACTIVE",
        "valid_until": None,
        "clinic": CLINIC.format(n=1),
    }


def _slot_rows(doctor: dict[str, int]) -> Iterator[dict[str, object]]:
    """Yield the slots of a doctor: the first one is full today and free all day tomorrow."""
    is_first = doctor["id"] == 1
    if is_first:
        yield from (_slot_row(doctor, 0, at, "BUSY") for at in range(VISITS_TODAY))
    yield from (_slot_row(doctor, 1, at) for at in range(TIMES_A_DAY if is_first else PER_ACCOUNT))
    yield from (_slot_row(doctor, ahead, at) for ahead in range(2, DAYS if is_first else 4) for at in range(2))


def _start_of(ahead: int, at: int) -> int:
    """Return the start of a visit: one follows each other two minutes, from noon today and from eight on other days."""
    opens = datetime.combine(TODAY + timedelta(days=ahead), time(8 if ahead else 13), ZONE)
    return int((opens + timedelta(minutes=2 * at)).timestamp())


def _slot_row(doctor: dict[str, int], ahead: int, at: int, status: str = "FREE") -> dict[str, object]:
    # Doctors of other specialties see nobody at the same time as pediatricians.
    starts_at = _start_of(ahead, at) + (0 if doctor["specialty_id"] == 1 else 8 * 3600)
    return {
        "doctor": doctor["id"],
        "clinic": doctor["clinic_id"],
        "specialty": doctor["specialty_id"],
        "starts_at": starts_at,
        "ends_at": starts_at + 120,
        "local_day": (TODAY + timedelta(days=ahead)).isoformat(),
        "visit_type": VisitType.PLANNED,
        "status": status,
    }


def _visit_row(sealing: RegistryCipher, doctor: dict[str, int], at: int) -> dict[str, object]:
    number = sealing.policy_index(claim_of_child(PER_ACCOUNT + at % (CHILDREN - PER_ACCOUNT)).policy_number)
    starts_at, kind = _start_of(0, at), VisitType.PLANNED
    return {"uid": make_uid(), "doctor": doctor["id"], "starts_at": starts_at, "visit_type": kind, "number": number}


# --- people -----------------------------------------------------------------------------------------------------------


async def _appoint(app: App, clinic: Clinic) -> None:
    services = app.services
    await appoint_registrar(services)
    for number in range(MEMBERS):
        await services.accounts.appoint(HEAD + number, Role.REGISTRAR if number else Role.HEAD, clinic.id)
    await set_code(services, HEAD)


async def _settle(app: App, person: int, first: int, clinic: Clinic) -> None:
    """Give an account its consents and ten verified cards."""
    services = app.services
    account = await services.accounts.find_or_add(person, "ru")
    for purpose in Purpose:
        await services.consents.give(account.id, purpose, "text")

    async def add_cards(uow: UnitOfWork) -> None:
        for number in range(first, first + PER_ACCOUNT):
            patient = await uow.patients.add(account.id, Relationship.PARENT, claim_of_child(number), MONDAY)
            await uow.patients.set_verification(patient, Verification(VerificationStatus.VERIFIED, checked_at=MONDAY))
            await uow.patients.set_person(patient, PersonRef(str(number + 1)), clinic.id)
            await uow.patients.adopt_clinic(patient, clinic.id)

    await app.store.storage.write(add_cards)


async def _book_visits(app: App, clinic: Clinic) -> None:
    """Book two visits for each child of the first account but the first, for whom every doctor is offered."""
    services = app.services
    account = await services.accounts.find_or_add(PARENT, "ru")
    pediatrician, other, *_rest = await services.directory.specialties(clinic)
    doctors = [(await services.directory.doctors(clinic, specialty))[0] for specialty in (pediatrician, other)]
    for patient in (await services.patients.list_of(account.id))[1:]:
        for doctor in doctors:
            choice = await services.choices.times(account.id, patient.id, doctor.id, TODAY + timedelta(days=1))
            last = choice.slots[-1]
            made = await services.booking.review(account, patient.id, doctor.id, last.starts_at, last.visit_type)
            await services.booking.book(account.id, made.order.id, None)


async def _crowd_the_first_card(uow: UnitOfWork) -> None:
    """Give the first child many representatives, and its card and the parent's account a long history."""
    patient = PatientId(1)
    for number in range(KEEPERS):
        keeper = await uow.accounts.add(60_000 + number, MONDAY)
        await uow.representatives.add(keeper.id, patient, Relationship.PARENT, MONDAY)
    parent = await uow.accounts.find(PARENT)
    assert parent is not None
    actor = Actor.account(parent.id)
    for number in range(ENTRIES):
        await uow.audit.add(actor, Deed.NUMBER_SHOWN, Subject.patient(patient), MONDAY - timedelta(minutes=number))
