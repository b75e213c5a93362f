"""Tests of the demo town: seeding is reproducible, and the town can be used."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from bot.clinics.port import PersonNotFound, PersonSearch, PolicyClaim, PolicyStatus
from bot.core.ages import age_on
from bot.core.clinic import Clinic, ClinicKind
from bot.core.organisation_numbers import has_right_digit
from bot.core.patient import NameField, RejectionReason, VerificationStatus
from bot.core.people import Sex
from bot.core.transactions import UnitOfWork
from bot.glossary import ClinicId, ClinicRef, DoctorRef, Key
from bot.patients.records import PolicyFacts, PolicyKind
from bot.patients.rules.checks import verdict
from bot.patients.rules.names import differing, parse_full_name
from bot.patients.rules.papers import parse_birth_date, parse_snils
from bot.patients.rules.policy_number import parse_policy, policy_facts, policy_kind
from storage.database.crypto import BlindIndex, Cipher
from storage.keys.needs import index_needs
from storage.registry.desk import RegistryDesk
from storage.registry.rows import RegistryCipher
from storage.registry.seed.clinics import DAYS_OFF, GARDEN, SPECIALTIES, URAL
from storage.registry.seed.examples import EXAMPLES, Example
from storage.registry.seed.people import list_population
from storage.registry.seed.town import SeedResult, seed_town
from storage.registry.system import Registry
from tests.builders import MONDAY, StoppedClock, database_in, storage_over
from tests.storage.registry_world import World

CIPHER, INDEX = Cipher({"test": b"k" * 32}, "test"), BlindIndex(b"i" * 32)
LENGTHS = {"SHORT": 15, "CERTIFICATE": 15, "PLANNED": 30, "CHECKUP": 30, "EXTENDED": 45}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seed the town once and return its database file."""
    folder = tmp_path_factory.mktemp("seeded")
    asyncio.run(seed_in(folder))
    return next(folder.iterdir())


async def seed_in(folder: Path) -> None:
    async with database_in(folder) as database:
        await seed_town(database, CIPHER, INDEX, MONDAY)


@pytest.fixture
async def world(seeded: Path, tmp_path: Path) -> AsyncIterator[World]:
    clock = StoppedClock()
    shutil.copy(seeded, tmp_path)
    async with database_in(tmp_path) as database:
        given = database, CIPHER, INDEX, clock
        yield World(database, Registry(*given), RegistryDesk(*given), clock, RegistryCipher(CIPHER, INDEX))


async def seed(world: World) -> SeedResult:
    return await seed_town(world.database, CIPHER, INDEX, world.clock.now())


async def slots_on(world: World, day: str) -> int:
    return len(await world.rows("SELECT 1 FROM registry_slots WHERE local_day = :day", day=day))


async def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the town without random columns: uids and sealed values."""
    queries = {
        "clinics": "SELECT * FROM registry_clinics",
        "specialties": "SELECT * FROM registry_specialties",
        "doctors": "SELECT * FROM registry_doctors",
        "slots": "SELECT * FROM registry_slots ORDER BY id",
        "persons": "SELECT id, number_index, snils_index, sex, status, valid_until, clinic_id FROM registry_persons",
        "visits": "SELECT id, slot_id, person_id, key, status FROM registry_bookings ORDER BY id",
    }
    return {name: [tuple(row) for row in await world.rows(sql)] for name, sql in queries.items()}


# --- the same town ----------------------------------------------------------------------------------------------------


async def test_seed_of_one_day_is_reproducible(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with database_in(other) as database:
        await seed_town(database, CIPHER, INDEX, world.clock.now() + timedelta(hours=3))
        twin = World(database, world.registry, world.desk, world.clock, world.cipher)
        assert await everything(twin) == await everything(world)


async def test_seed_again_changes_nothing(world: World) -> None:
    before = await everything(world)
    again = await seed(world)
    assert (again.new_slots, again.new_visits) == (0, 0)
    assert await everything(world) == before


async def test_seed_next_day_adds_a_day_and_keeps_visits(world: World) -> None:
    person = (await world.registry.check_policy(claim_of(EXAMPLES[0]))).ref
    clinic = ClinicRef("1")
    pediatrician = (await world.registry.specialties(clinic))[0].ref
    *_, slot = await world.registry.soonest(clinic, pediatrician, world.clock.now() + timedelta(days=2), 1)
    booking = await world.registry.book(Key("mine"), person, slot.ref)
    before = await everything(world)
    world.clock.advance(timedelta(days=1))
    added = await seed(world)
    after = await everything(world)
    assert added.new_slots > 300
    assert after["slots"][: len(before["slots"])] == before["slots"]
    assert after["visits"][: len(before["visits"])] == before["visits"]
    assert {row[6] for row in after["slots"][len(before["slots"]) :]} == {"2026-12-15"}
    assert list(await world.registry.bookings(person, world.clock.now())) == [booking]


async def test_seed_keeps_blocked_slots(world: World) -> None:
    await world.run("UPDATE registry_slots SET status = 'BLOCKED' WHERE local_day = '2026-11-27' AND status = 'FREE'")
    before = await everything(world)
    await seed(world)
    assert await everything(world) == before


async def test_seed_is_one_commit_of_few_statements(tmp_path: Path) -> None:
    ran: Counter[str] = Counter()

    def probe(number: int, sql: str) -> None:
        ran[sql.split(maxsplit=1)[0]] += 1

    async with database_in(tmp_path, probe) as database:
        for when in ("first", "again"):
            ran.clear()
            start = process_time()
            await seed_town(database, CIPHER, INDEX, MONDAY)
            print(f"seeding {when}: {process_time() - start:.2f} s, {dict(ran)}")
            assert (ran["BEGIN"], ran["COMMIT"]) == (1, 1)
            assert ran.total() <= 48


# --- a town to live in ------------------------------------------------------------------------------------------------


async def test_town_has_clinics_of_every_kind_and_two_zones(world: World) -> None:
    clinics = await world.registry.clinics()
    kinds = Counter(clinic.kind for clinic in clinics)
    assert kinds == {ClinicKind.CHILDREN: 3, ClinicKind.ADULT: 1, ClinicKind.DENTAL: 2}
    assert {clinic.zone for clinic in clinics} == {ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg")}
    assert all(clinic.phone.startswith("+7 000 ") for clinic in clinics), "such a number cannot exist"


async def test_town_has_doctors_and_unnamed_rooms(world: World) -> None:
    doctors = [
        doctor
        for clinic in await world.registry.clinics()
        for specialty in await world.registry.specialties(clinic.ref)
        for doctor in await world.registry.doctors(clinic.ref, specialty.ref)
    ]
    assert len(doctors) >= 40
    assert {doctor.name.full for doctor in doctors if doctor.is_room} == {"Кабинет вакцинации", "Процедурный кабинет"}
    assert all(len(doctor.name.full.split()) == 3 for doctor in doctors if not doctor.is_room)
    assert len({field.code for field in SPECIALTIES}) >= 14
    assert all(len(field.name) <= 21 for field in SPECIALTIES)


@pytest.mark.requirement("B18")
async def test_slots_have_the_length_of_their_type_without_overlap(world: World) -> None:
    sql = "SELECT doctor_id, starts_at, ends_at, visit_type FROM registry_slots ORDER BY doctor_id, starts_at"
    previous = None
    for row in await world.rows(sql):
        assert row["ends_at"] - row["starts_at"] == LENGTHS[row["visit_type"]] * 60
        if previous and previous["doctor_id"] == row["doctor_id"]:
            assert previous["ends_at"] <= row["starts_at"]
        previous = row


async def test_doctors_work_in_local_hours_and_rest_on_holidays(world: World) -> None:
    sql = """
        SELECT DISTINCT s.starts_at, s.ends_at, s.local_day, c.zone FROM registry_slots s
        JOIN registry_clinics c ON c.id = s.clinic_id
    """
    for starts_at, ends_at, local_day, zone in await world.rows(sql):
        day = date.fromisoformat(local_day)
        start, end = (datetime.fromtimestamp(edge, ZoneInfo(zone)) for edge in (starts_at, ends_at))
        assert start.date() == end.date() == day
        assert time(8) <= start.time() < end.time() <= time(20)
        assert day.isoweekday() < 7
        assert (day.month, day.day) not in DAYS_OFF
    saturdays = [day for day in ("2026-11-28", "2026-12-05", "2026-12-12") if await slots_on(world, day)]
    assert 0 < len(saturdays) < 3, "some Saturdays"


async def test_doctors_have_a_break_in_every_shift(world: World) -> None:
    sql = """
        SELECT doctor_id, local_day, MIN(starts_at), MAX(ends_at), SUM(ends_at - starts_at) FROM registry_slots
        GROUP BY doctor_id, local_day
    """
    for _doctor, local_day, first, last, worked in await world.rows(sql):
        if date.fromisoformat(local_day).isoweekday() < 6:
            assert last - first - worked == 1800


async def test_timetable_is_empty_on_new_year_holidays(tmp_path: Path) -> None:
    async with database_in(tmp_path) as database:
        seeded = await seed_town(database, CIPHER, INDEX, datetime(2026, 12, 25, 9, tzinfo=UTC))
        rows = await database.read(
            lambda connection: connection.fetch("SELECT DISTINCT local_day FROM registry_slots ORDER BY local_day", {})
        )
    assert seeded.new_slots
    assert [row[0] for row in rows][-1] == "2027-01-15"
    assert not any("2027-01-01" <= row[0] <= "2027-01-08" for row in rows)


async def test_timetable_is_partly_booked(world: World) -> None:
    statuses = Counter(row["status"] for row in await world.rows("SELECT status FROM registry_slots"))
    assert 0.2 < statuses["BUSY"] / statuses.total() < 0.5
    assert statuses["BLOCKED"] == 0
    doctor = DoctorRef("1")
    days = await world.registry.days(doctor, world.clock.now(), world.clock.now() + timedelta(days=21))
    assert len({day.free for day in days}) > 3, "days differ"
    assert days[0].day == date(2026, 11, 23), "something is left today"


async def test_every_specialty_has_slots_and_few_have_none_this_week(world: World) -> None:
    week = world.clock.now() + timedelta(days=7)
    nearest = {
        (clinic.name, specialty.code): specialty.nearest
        for clinic in await world.registry.clinics()
        for specialty in await world.registry.specialties(clinic.ref)
    }
    assert all(nearest.values())
    late = [where for where, moment in nearest.items() if moment and moment > week]
    assert ("Детская № 12", "endocrinologist") in late
    assert len(late) < 3


async def test_slot_is_busy_exactly_if_it_is_booked(world: World) -> None:
    busy = await world.rows("SELECT id FROM registry_slots WHERE status = 'BUSY' ORDER BY id")
    taken = await world.rows("SELECT slot_id FROM registry_bookings WHERE status = 'BOOKED' ORDER BY slot_id")
    assert [row[0] for row in busy] == [row[0] for row in taken]


async def test_population_keeps_the_registrys_rules(world: World) -> None:
    for _ in range(10):
        world.clock.advance(timedelta(days=1))
        await seed(world)
    people = {person.policy_number: person for person in list_population()}
    known = {world.cipher.policy_index(number): person for number, person in people.items()}
    fields = {field.code: field for field in SPECIALTIES}
    sql = """
        SELECT n.number_index, s.local_day, s.starts_at, p.code FROM registry_bookings b
        JOIN registry_slots s ON s.id = b.slot_id
        JOIN registry_persons n ON n.id = b.person_id
        JOIN registry_specialties p ON p.id = s.specialty_id
        ORDER BY s.starts_at
    """
    last: dict[tuple[bytes, str], date] = {}
    days: Counter[tuple[bytes, str]] = Counter()
    for number, local_day, _, code in await world.rows(sql):
        day, field = date.fromisoformat(local_day), fields[code]
        assert field.min_age <= age_on(known[number].birth_date, day) <= field.max_age
        assert field.sex in {None, known[number].sex}
        assert day - last.get((number, code), date.min) > timedelta(days=21)
        last[number, code] = day
        days[number, local_day] += 1
    assert set(days.values()) == {1}, "one visit a day for each person"


async def test_population_is_varied_and_its_names_can_be_typed() -> None:
    children = [person for person in list_population() if person.birth_date > date(2008, 12, 31)]
    names = [person.name for person in children]
    assert len(children) > 1000
    assert len({person.policy_number for person in list_population()} | {e.policy_number for e in EXAMPLES}) == 1408
    assert {person.sex for person in children} == {Sex.FEMALE, Sex.MALE}
    assert {person.policy_number[:2] for person in children} == {"66", "77"}
    assert len({person.birth_date.year for person in children}) == 17
    assert any(not name.patronymic for name in names)
    assert any("-" in name.family for name in names)
    assert any("ё" in name.family for name in names)
    for person in list_population():
        facts = policy_facts(person.policy_number)
        assert facts is not None
        assert (facts.birth_date, facts.sex) == (person.birth_date, person.sex)
        typed = parse_full_name(person.name.full, person.sex, no_patronymic=not person.name.patronymic)
        assert not differing(typed, person.name)


# --- the examples -----------------------------------------------------------------------------------------------------


def claim_of(example: Example) -> PolicyClaim:
    return PolicyClaim(example.policy_number, example.name, example.birth_date, example.sex)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.policy_number)
def test_example_can_be_typed(example: Example) -> None:
    today = MONDAY.date()
    assert parse_policy(example.policy_number, today) == example.policy_number
    assert parse_birth_date(f"{example.birth_date:%d.%m.%Y}", today) == example.birth_date
    assert parse_snils(example.snils) == example.snils
    facts = policy_facts(example.policy_number)
    assert facts in {None, PolicyFacts("66" if example.clinic == URAL else "77", example.birth_date, example.sex)}
    assert (facts is None) == (policy_kind(example.policy_number) is PolicyKind.TEMPORARY)
    typed = parse_full_name(example.name.full, example.sex, no_patronymic=not example.name.patronymic)
    assert typed == example.name


async def test_every_example_has_its_verdict(world: World) -> None:
    verdicts = []
    for example in EXAMPLES:
        try:
            person = await world.registry.check_policy(claim_of(example))
        except PersonNotFound:
            person = None
        answer = verdict(person, world.clock.now())
        verdicts.append((answer.status, answer.reason or answer.correct))
    assert verdicts == [
        (VerificationStatus.VERIFIED, None),
        (VerificationStatus.VERIFIED, None),
        (VerificationStatus.VERIFIED, None),
        (VerificationStatus.REJECTED, RejectionReason.SUSPENDED),
        (VerificationStatus.REJECTED, RejectionReason.EXPIRED),
        (VerificationStatus.NEEDS_CORRECTION, NameField.PATRONYMIC),
        (VerificationStatus.REJECTED, RejectionReason.NOT_MATCHED),
        (VerificationStatus.VERIFIED, None),
    ]


async def test_example_is_found_by_snils_under_its_registered_name(world: World) -> None:
    found = []
    for example in EXAMPLES:
        search = PersonSearch(example.name, example.birth_date, example.snils)
        found += [(policy.policy_number, policy.status) for policy in await world.registry.find_policies(search)]
    # The register has another patronymic for Egor, and it does not have Sofia.
    maria, artyom, alina, nikita, eva, _egor, _sofia, darya = (example.policy_number for example in EXAMPLES)
    assert found == [
        (maria, PolicyStatus.ACTIVE),
        (artyom, PolicyStatus.ACTIVE),
        (alina, PolicyStatus.ACTIVE),
        (nikita, PolicyStatus.SUSPENDED),
        (eva, PolicyStatus.EXPIRED),
        (darya, PolicyStatus.ACTIVE),
    ]


async def test_example_can_book_at_own_clinic(world: World) -> None:
    zones = []
    for example in EXAMPLES[:3]:
        person = await world.registry.check_policy(claim_of(example))
        assert person.clinic is not None
        pediatrician = (await world.registry.specialties(person.clinic))[0]
        slots = await world.registry.soonest(person.clinic, pediatrician.ref, world.clock.now(), 3)
        booking = await world.registry.book(Key(example.policy_number), person.ref, slots[-1].ref)
        assert booking.person == person.ref
        zones += [clinic.zone.key for clinic in await world.registry.clinics() if clinic.ref == person.clinic]
    assert zones == ["Europe/Moscow", "Europe/Moscow", "Asia/Yekaterinburg"]


async def test_seeding_again_repairs_an_index_that_no_key_recomputes(seeded: Path, tmp_path: Path) -> None:
    """Earlier releases stored the SNILS as an index alone, which a new index key cannot replace."""
    shutil.copy(seeded, tmp_path)
    async with database_in(tmp_path) as database:
        before = await database.read(lambda connection: index_needs(connection, CIPHER, INDEX, 0, 0))
        await database.write(
            lambda connection: connection.execute(
                "UPDATE registry_persons SET snils_index = randomblob(32) WHERE snils_index IS NOT NULL", {}
            )
        )
        lost = await database.read(lambda connection: index_needs(connection, CIPHER, INDEX, 0, 0))
        assert lost["registry_persons"] > before.get("registry_persons", 0)
        await seed_town(database, CIPHER, INDEX, MONDAY)
        assert await database.read(lambda connection: index_needs(connection, CIPHER, INDEX, 0, 0)) == before


async def test_directory_keeps_what_a_clinic_says_of_itself(world: World) -> None:
    """A restarted bot knows district, place, numbers and hours before any system has answered."""
    storage = storage_over(world.database)
    listed = await world.registry.clinics()
    garden = next(each for each in listed if each.name == GARDEN)
    assert (garden.facts.district, garden.facts.metro) == ("Заречный", "Речной вокзал")
    assert garden.facts.place == (54.3201, 40.9102)
    assert has_right_digit(garden.facts.inn)
    assert has_right_digit(garden.facts.ogrn)
    assert garden.facts.opens_on_weekends
    learned = await storage.write(lambda uow: uow.directory.learn_clinics(world.registry.name, listed))
    for ours, theirs in zip(learned, listed, strict=True):
        assert await storage.read(partial(stored_clinic, id=ours.id)) == ours
        assert ours.facts == theirs.facts


async def stored_clinic(view: UnitOfWork, id: ClinicId) -> Clinic | None:
    return await view.directory.clinic(id)
