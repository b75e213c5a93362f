"""Tests of the import of a clinic's file: what it changes, what it leaves, and that it is all or nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clinic_file.records import (
    ClinicFile,
    DayChange,
    DocumentRow,
    ExceptionRow,
    IssuedBy,
    PatientRow,
    PracticeRow,
    ReferralRow,
)
from bot.clinics.port import BookingStatus, SlotIsGone
from bot.core.clinic_documents import DocumentAsks
from bot.core.people import PersonName
from bot.glossary import ClinicRef, DoctorRef, Key, PersonRef, SlotRef
from storage.database.connection import Row
from storage.database.opening import open_database
from storage.database.rows import moment, seconds
from storage.registry.desk import RegistryDesk
from storage.registry.importing.importing import Importer
from storage.registry.importing.people import AT_ONCE
from storage.registry.importing.plan import Imported, ImportSheet, Reason, SheetSummary
from storage.registry.publishing import Publisher
from tests.project_files import ROOT
from tests.storage.importing.town_file import (
    CIPHER,
    GIRL,
    INDEX,
    SMALL,
    ImportWorld,
    import_world,
    with_hours,
    without_practice,
)

SHORTER = with_hours(SMALL, "p1", time(11))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ImportWorld]:
    async with import_world(tmp_path) as world:
        yield world


def of_sheet(imported: Imported, sheet: ImportSheet) -> SheetSummary:
    return next(each for each in imported.sheets if each.sheet is sheet)


async def book_last(world: ImportWorld, practice: int = 1) -> tuple[PersonRef, date]:
    """Book the girl to the last slot of a practice on the first day that is published."""
    person = (await world.registry.check_policy(GIRL)).ref
    (row,) = await world.rows(
        "SELECT id, local_day FROM registry_slots WHERE doctor_id = :practice ORDER BY local_day DESC, starts_at DESC"
        " LIMIT 1",
        practice=practice,
    )
    await world.registry.book(Key("visit"), person, SlotRef(str(row["id"])))
    return person, date.fromisoformat(row["local_day"])


async def free_slots(world: ImportWorld, practice: int) -> list[Row]:
    """Return the free slots of a practice that are ahead."""
    sql = "SELECT * FROM registry_slots WHERE doctor_id = :practice AND status = 'FREE' AND starts_at > :now"
    return await world.rows(sql, practice=practice, now=seconds(world.clock.now()))


async def test_dry_run_changes_nothing_and_counts_what_would_change(world: ImportWorld) -> None:
    before = await world.everything()
    imported = await world.dry_run(SMALL)
    assert await world.everything() == before
    assert {each.sheet: each.new for each in imported.sheets} == {
        ImportSheet.CLINICS: 1,
        ImportSheet.SPECIALTIES: 2,
        ImportSheet.DOCTORS: 2,
        ImportSheet.PRACTICES: 2,
        ImportSheet.TIMETABLE: 10,
        ImportSheet.EXCEPTIONS: 1,
        ImportSheet.DISTRICTS: 1,
        ImportSheet.DOCUMENTS: 1,
        ImportSheet.PATIENTS: 1,
        ImportSheet.REFERRALS: 1,
    }
    assert imported.new_slots > 0


async def test_dry_run_foretells_the_import(world: ImportWorld) -> None:
    foretold = await world.dry_run(SMALL)
    assert await world.apply(SMALL) == foretold


async def test_same_file_twice_changes_nothing(world: ImportWorld) -> None:
    await world.apply(SMALL)
    before = await world.everything()
    again = await world.apply(SMALL, retire=True)
    assert again.changes_nothing
    assert {each.gone for each in again.sheets} == {0}
    assert await world.everything() == before


@pytest.mark.requirement("B18")
async def test_imported_clinic_can_be_booked(world: ImportWorld) -> None:
    await world.apply(SMALL)
    (clinic,) = await world.registry.clinics()
    specialties = await world.registry.specialties(clinic.ref)
    assert [(each.code, each.name, each.max_age) for each in specialties] == [
        ("pediatrician", "Педиатр", 17),
        ("ent", "ЛОР-врач", 15),
    ]
    (doctor,) = await world.registry.doctors(clinic.ref, specialties[0].ref)
    person = await world.registry.check_policy(GIRL)
    slot, *_ = await world.registry.soonest(clinic.ref, specialties[0].ref, world.clock.now(), 3)
    booking = await world.registry.book(Key("first"), person.ref, slot.ref)
    assert (booking.doctor, booking.status, booking.room) == (doctor.ref, BookingStatus.BOOKED, "101")
    assert await world.registry.bookings(person.ref, world.clock.now()) == [booking]


async def test_closed_day_of_the_clinic_has_no_slots(world: ImportWorld) -> None:
    await world.apply(SMALL)
    days = {row[0] for row in await world.rows("SELECT DISTINCT local_day FROM registry_slots")}
    assert "2026-11-30" in days
    assert "2026-12-01" not in days


async def test_shorter_hours_withdraw_free_slots_and_keep_a_booked_one(world: ImportWorld) -> None:
    await world.apply(SMALL)
    person, day = await book_last(world)
    bookings = await world.registry.bookings(person, world.clock.now())
    shorter = with_hours(SMALL, "p1", time(11))
    foretold = await world.dry_run(shorter)
    imported = await world.apply(shorter)
    assert imported == foretold
    (touched,) = imported.touched
    assert (touched.practice, touched.visits, touched.first_day) == ("p1", 1, day.isoformat())
    assert imported.withdrawn_slots > 0
    assert await world.registry.bookings(person, world.clock.now()) == bookings
    free = await free_slots(world, practice=1)
    assert {moment(row["ends_at"]).astimezone(ZoneInfo("Europe/Moscow")).hour for row in free} == {9, 10, 11}


async def test_hours_that_come_back_are_offered_again(world: ImportWorld) -> None:
    await world.apply(SMALL)
    before = await world.rows("SELECT doctor_id, starts_at FROM registry_slots ORDER BY doctor_id, starts_at")
    await world.apply(with_hours(SMALL, "p1", time(11)))
    await world.apply(SMALL)
    after = await world.rows("SELECT doctor_id, starts_at FROM registry_slots ORDER BY doctor_id, starts_at")
    assert [tuple(row) for row in after] == [tuple(row) for row in before]


async def test_what_is_no_longer_named_stays_and_is_listed(world: ImportWorld) -> None:
    await world.apply(SMALL)
    imported = await world.apply(without_practice(SMALL, "p2"))
    assert of_sheet(imported, ImportSheet.PRACTICES).gone_names == ("p2 (Зайцев Олег)",)
    assert len(await world.registry.specialties(ClinicRef("1"))) == 2
    assert await free_slots(world, practice=2)


async def test_retired_practice_is_not_offered_and_keeps_its_visit(world: ImportWorld) -> None:
    await world.apply(SMALL)
    person, _day = await book_last(world, practice=1)
    imported = await world.apply(without_practice(SMALL, "p1"), retire=True)
    assert imported.retired == 1
    assert [each.practice for each in imported.touched] == ["p1"]
    specialties = await world.registry.specialties(ClinicRef("1"))
    assert [each.code for each in specialties] == ["ent"]
    (booking,) = await world.registry.bookings(person, world.clock.now())
    assert (booking.doctor, booking.status) == (DoctorRef("1"), BookingStatus.BOOKED)
    assert not await free_slots(world, practice=1)


async def test_practice_that_is_named_again_is_offered_again(world: ImportWorld) -> None:
    await world.apply(SMALL)
    await world.apply(without_practice(SMALL, "p2"), retire=True)
    await world.apply(SMALL)
    assert len(await world.registry.specialties(ClinicRef("1"))) == 2
    assert await free_slots(world, practice=2)


async def test_retired_slot_cannot_be_booked(world: ImportWorld) -> None:
    await world.apply(SMALL)
    person = (await world.registry.check_policy(GIRL)).ref
    pediatrician = (await world.registry.specialties(ClinicRef("1")))[0]
    slot, *_ = await world.registry.soonest(ClinicRef("1"), pediatrician.ref, world.clock.now(), 1)
    await world.apply(without_practice(SMALL, "p1"), retire=True)
    with pytest.raises(SlotIsGone):
        await world.registry.book(Key("late"), person, slot.ref)


async def test_changed_patient_is_sealed_anew(world: ImportWorld) -> None:
    await world.apply(SMALL)
    assert SMALL.patients is not None
    (patient,) = SMALL.patients
    changed = replace(SMALL, patients=[replace(patient, name=PersonName("Петрова", "Мария", "Сергеевна"))])
    imported = await world.apply(changed)
    assert of_sheet(imported, ImportSheet.PATIENTS) == SheetSummary(ImportSheet.PATIENTS, 0, 1, 0)
    assert (await world.registry.check_policy(replace(GIRL, name=PersonName("Петрова", "Мария", "Сергеевна")))).ref


async def test_sheet_that_the_file_lacks_changes_nothing(world: ImportWorld) -> None:
    await world.apply(SMALL)
    before = await world.everything()
    less = replace(
        SMALL, specialties=None, exceptions=None, patients=None, referrals=None, districts=None, documents=None
    )
    assert (await world.apply(less, retire=True)).changes_nothing
    assert await world.everything() == before


async def test_retired_referral_and_patient_end(world: ImportWorld) -> None:
    await world.apply(SMALL)
    imported = await world.apply(replace(SMALL, patients=[], referrals=[]), retire=True)
    assert imported.retired == 2
    ((clinic,),) = await world.rows("SELECT clinic_id FROM registry_persons")
    ((until,),) = await world.rows("SELECT valid_until FROM registry_referrals")
    assert (clinic, until < world.clock.now().date().isoformat()) == (None, True)
    assert (await world.dry_run(replace(SMALL, patients=[], referrals=[]), retire=True)).changes_nothing


async def test_exception_that_is_new_closes_the_day(world: ImportWorld) -> None:
    await world.apply(SMALL)
    day = date(2026, 11, 30)
    closed = [*(SMALL.exceptions or ()), ExceptionRow("", "p1", day, day, DayChange.CLOSED)]
    imported = await world.apply(replace(SMALL, exceptions=closed))
    assert imported.withdrawn_slots == 6
    rows = await world.rows("SELECT DISTINCT doctor_id FROM registry_slots WHERE local_day = '2026-11-30'")
    assert [row[0] for row in rows] == [2]


async def test_rows_of_an_older_release_get_their_codes(world: ImportWorld) -> None:
    await world.apply(SMALL)
    before = await world.everything()
    sql = ("UPDATE registry_clinics SET code = NULL", "UPDATE registry_doctors SET code = NULL, doctor_code = NULL")
    for each in sql:
        await world.database.write(lambda connection, each=each: connection.execute(each, {}))  # type: ignore[misc]  # a default binds the statement
    await world.apply(SMALL)
    assert await world.everything() == before


@pytest.mark.parametrize("words", ["INSERT INTO registry_timetable", "COMMIT"])
async def test_import_killed_in_the_middle_leaves_the_old_data(tmp_path: Path, words: str) -> None:
    async with import_world(tmp_path) as world:
        await world.apply(SMALL)
        before = await world.everything()
    await kill_import(tmp_path, words)
    async with import_world(tmp_path) as world:
        assert await world.everything() == before
        imported = await world.apply(SHORTER)
        assert imported.withdrawn_slots > 0


@pytest.mark.parametrize("finisher", ["the bot", "the next import"])
async def test_import_killed_while_it_opens_days_is_finished(tmp_path: Path, finisher: str) -> None:
    """All rows of the file are there; the slots follow, as if nobody had killed it."""
    async with import_world(tmp_path) as world:
        await world.apply(SMALL)
        before = await offered(world)
    await kill_import(tmp_path, "UPDATE registry_slots")
    async with import_world(tmp_path) as world:
        ends = await world.rows("SELECT DISTINCT ends FROM registry_timetable WHERE doctor_id = 1")
        assert [row[0] for row in ends] == [11 * 60]
        assert await offered(world) == before
        if finisher == "the bot":
            world.clock.advance(timedelta(minutes=1))
            await Publisher(world.database, world.clock).publish()
        else:
            assert (await world.apply(SHORTER)).withdrawn_slots > 0
        after = await offered(world)
        await world.apply(SMALL)
        assert (await world.apply(SHORTER)).withdrawn_slots > 0
        assert await offered(world) == after


async def offered(world: ImportWorld) -> list[tuple[object, ...]]:
    rows = await world.rows("SELECT doctor_id, starts_at, ends_at, status FROM registry_slots ORDER BY 1, 2")
    return [tuple(row) for row in rows]


async def kill_import(folder: Path, words: str) -> None:
    """Import SHORTER in a program that is killed at the first statement that begins with these words."""
    file = next(each for each in os.listdir(folder) if each.endswith(".sqlite3"))
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.importing.killed_import", str(folder / file), words, cwd=ROOT
    )
    assert await program.wait() == -signal.SIGKILL


@pytest.mark.requirement("D3")
async def test_person_who_is_added_meanwhile_stays(world: ImportWorld, tmp_path: Path) -> None:
    """A file is compared before the transaction that writes it, so that the bot never waits long."""
    assert SMALL.patients is not None
    (patient,) = SMALL.patients
    loop, before = asyncio.get_running_loop(), replace(SMALL, referrals=None)

    class Meanwhile(list[PatientRow]):
        def __iter__(self) -> Iterator[PatientRow]:
            yield from super().__iter__()
            asyncio.run_coroutine_threadsafe(world.apply(before), loop).result()

    another = await open_database(f"sqlite:///{tmp_path}/registratura.sqlite3")
    try:
        changed = replace(patient, district="7")
        others = [replace(patient, policy_number=f"{number:016}") for number in range(AT_ONCE)]
        file = replace(before, patients=Meanwhile([changed, *others]))
        await Importer(another, CIPHER, INDEX).apply(file, world.clock.now())
    finally:
        await another.close()
    districts = [row[0] for row in await world.rows("SELECT district FROM registry_persons ORDER BY id")]
    assert districts == [""] * (1 + AT_ONCE)
    imported = await world.apply(replace(before, patients=[changed]))
    assert of_sheet(imported, ImportSheet.PATIENTS).changed == 1, "the next file changes the person"


FAULTS = {
    "doctor twice": (
        replace(SMALL, practices=[*SMALL.practices, PracticeRow("p3", "d1", "k1", "pediatrician", "9")]),
        Reason.DOCTOR_TWICE,
    ),
    "clinic": (
        replace(SMALL, practices=[replace(SMALL.practices[0], clinic="k9"), SMALL.practices[1]]),
        Reason.UNKNOWN_CLINIC,
    ),
    "specialty": (
        replace(SMALL, practices=[replace(SMALL.practices[0], specialty="x"), SMALL.practices[1]]),
        Reason.UNKNOWN_SPECIALTY,
    ),
    "name": (replace(SMALL, clinics=[*SMALL.clinics, replace(SMALL.clinics[0], code="k2")]), Reason.NAME_TAKEN),
    "moved": (
        replace(SMALL, practices=[replace(SMALL.practices[0], specialty="ent"), SMALL.practices[1]]),
        Reason.PRACTICE_MOVED,
    ),
    "referral": (
        replace(
            SMALL,
            referrals=[ReferralRow("77-2", "7788489747000022", "ent", date(2026, 11, 20), date(2026, 12, 20))],
        ),
        Reason.NO_PATIENT,
    ),
    "doctor": (
        replace(SMALL, practices=[replace(SMALL.practices[0], doctor="d9"), SMALL.practices[1]]),
        Reason.UNKNOWN_DOCTOR,
    ),
    "timetable": (
        replace(SMALL, timetable=[*SMALL.timetable, replace(SMALL.timetable[0], practice="p9")]),
        Reason.UNKNOWN_PRACTICE,
    ),
}


def test_each_reason_for_a_refused_row_has_a_test() -> None:
    assert {reason for _file, reason in FAULTS.values()} == {*Reason}


@pytest.mark.parametrize("fault", FAULTS)
async def test_file_with_a_fault_changes_nothing(world: ImportWorld, fault: str) -> None:
    await world.apply(SMALL)
    before = await world.everything()
    file, reason = FAULTS[fault]
    imported = await world.apply(_with_another_room(file))
    assert reason in {problem.reason for problem in imported.problems}
    assert await world.everything() == before


def _with_another_room(file: ClinicFile) -> ClinicFile:
    """Return the file with a change that is right, which must not be made either."""
    return replace(file, practices=[*file.practices[:-1], replace(file.practices[-1], room="777")])


@pytest.mark.requirement("B62")
@pytest.mark.parametrize("has_benefit", [True, False])
async def test_import_keeps_the_benefit_that_the_desk_has_noted(world: ImportWorld, has_benefit: bool) -> None:
    """The desk has seen the papers; a file that says otherwise, or more of the patient, changes nothing of it."""
    filed = replace(SMALL, patients=[replace(each, has_priority=not has_benefit) for each in SMALL.patients or ()])
    await world.apply(filed)
    person, _day = await book_last(world)
    [visit] = await world.registry.bookings(person, world.clock.now())
    desk = RegistryDesk(world.database, CIPHER, INDEX, world.clock)
    [clinic] = await world.registry.clinics()
    await desk.set_priority(clinic.ref, int(visit.ref), has_benefit)
    assert (await world.apply(filed)).changes_nothing
    assert (await desk.visit(clinic.ref, int(visit.ref))).has_priority is has_benefit
    moved = replace(filed, patients=[replace(each, district="2") for each in filed.patients or ()])
    await world.apply(moved)
    assert (await desk.visit(clinic.ref, int(visit.ref))).has_priority is has_benefit


# --- documents --------------------------------------------------------------------------------------------------------


async def test_clinic_makes_the_documents_of_its_last_file(world: ImportWorld) -> None:
    """A row that is gone stays until it is retired; a changed one is changed, and keeps its number."""
    desk = RegistryDesk(world.database, CIPHER, INDEX, world.clock)
    await world.apply(SMALL)
    [row] = await world.rows("SELECT id FROM registry_clinics WHERE code = 'k1'")
    clinic = ClinicRef(str(row["id"]))
    [pool] = await desk.documents(clinic)
    assert (pool.name, pool.asks, pool.days) == ("Справка в бассейн", DocumentAsks.NOTHING, None)
    changed = DocumentRow("k1", "pool", "Справка в бассейн", days=2, min_age=3, asks=DocumentAsks.PLACE)
    camp = DocumentRow("k1", "camp", "Справка в лагерь", issued_by=IssuedBy.FILE)
    await world.apply(replace(SMALL, documents=[changed, camp]))
    first, second = await desk.documents(clinic)
    assert (first.number, first.days, first.min_age, first.asks) == (pool.number, 2, 3, DocumentAsks.PLACE)
    assert second.is_file
    await world.apply(replace(SMALL, documents=[camp]), retire=True)
    assert [each.name for each in await desk.documents(clinic)] == ["Справка в лагерь"]
