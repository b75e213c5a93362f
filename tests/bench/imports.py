"""The cost of importing a clinic's file: time of its slots, memory of its patients, and how long others wait."""

from __future__ import annotations

import asyncio
import csv
import os
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, time as clock, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from openpyxl import Workbook

from bot.clinic_file.records import ClinicFile, ClinicRow, DoctorRow, PatientRow, PracticeRow, TimetableRow
from bot.clinic_file.template import write_folder
from bot.core.clinic import ClinicKind
from bot.core.people import PersonName, Sex
from bot.patients.rules.policy_number import make_policy_number
from storage.database.crypto import BlindIndex, Cipher
from storage.database.opening import open_database
from storage.database.sqlite import SETTINGS as PRAGMAS
from storage.migrations import migrate
from storage.registry.importing.importing import Importer, import_file
from storage.registry.rows import RegistryCipher
from tests.bench.figures import Bench, Figure, Measure, Skipped
from tests.bench.start import SETTINGS
from tests.builders import MONDAY

CIPHER, INDEX = Cipher({"bench": b"k" * 32}, "bench"), BlindIndex(b"i" * 32)
HORIZON, A_DAY, PER_CLINIC = 28, 36, 50
FEW = 1000
"""patients of the file that a long one is compared with"""
COLUMNS = (
    *("doctor_id", "clinic_id", "specialty_id", "starts_at", "ends_at", "local_day", "visit_type", "form"),
    *("audience", "room", "status"),
)
NAMES = ", ".join(COLUMNS)
PEAK = """
import sys
from bot.__main__ import cli
try:
    cli(["import", sys.argv[1], "--apply"])
except SystemExit as end:
    assert not end.code, end.code
print("peak", *(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


# --- slots ------------------------------------------------------------------------------------------------------------


async def slots(bench: Bench, name: str) -> Figure:
    """A whole import into an empty registry, against one ``executemany`` of the slots that it makes; by the clock."""
    practices = max(bench.effort.rows // 5 // (HORIZON * A_DAY), 1)
    file, ratios, made = clinics_of(practices), [], 0
    for number in range(min(bench.effort.rounds, 3)):
        ours, theirs = bench.folder / f"imported{number}.sqlite3", bench.folder / f"bare{number}.sqlite3"
        spent = await _import_slots(ours, file)
        rows = _rows_of(ours)
        made = len(rows)
        floor = await _insert_bare(theirs, file, rows)
        ratios.append(spent / floor)
        for path in (ours, theirs):
            path.unlink()
    return Figure(name, median(ratios), 2.0, f"bare_executemany_of_{made}_slots", len(ratios))


def clinics_of(practices: int) -> ClinicFile:
    """Return a file whose practices have so many visits on each day, also on days off."""
    clinics = [
        ClinicRow(
            f"k{number}",
            f"Детская № {number}",
            ClinicKind.CHILDREN,
            "Садовая, 5",
            "Europe/Moscow",
            "+7 000 000-00-01",
            horizon=timedelta(days=HORIZON),
        )
        for number in range((practices - 1) // PER_CLINIC + 1)
    ]
    rows = [
        TimetableRow(f"p{number}", day, clock(8), clock(17), 15, on_holidays=True)
        for number in range(practices)
        for day in range(1, 8)
    ]
    return ClinicFile(
        clinics=clinics,
        doctors=[DoctorRow(f"d{number}", PersonName("Речная", "Анна")) for number in range(practices)],
        practices=[
            PracticeRow(f"p{number}", f"d{number}", f"k{number // PER_CLINIC}", f"специальность {number}", "1")
            for number in range(practices)
        ],
        timetable=rows,
    )


async def _import_slots(path: Path, file: ClinicFile) -> float:
    database = await open_database(f"sqlite:///{path}")
    try:
        await migrate(database)
        start = time.perf_counter()
        await Importer(database, CIPHER, INDEX).apply(file, MONDAY)
        return time.perf_counter() - start
    finally:
        await database.close()


def _rows_of(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {NAMES} FROM registry_slots ORDER BY id").fetchall()  # noqa: S608 - our own names


async def _insert_bare(path: Path, file: ClinicFile, rows: list[tuple[Any, ...]]) -> float:
    database = await open_database(f"sqlite:///{path}")
    try:
        await migrate(database)
        sealing = RegistryCipher(CIPHER, INDEX)
        await database.write(lambda connection: import_file(connection, sealing, file, MONDAY))
    finally:
        await database.close()
    insert = f"INSERT INTO registry_slots ({NAMES}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - our own names
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        start = time.perf_counter()
        connection.execute("BEGIN")
        connection.executemany(insert, rows)
        connection.execute("COMMIT")
        return time.perf_counter() - start


# --- patients ---------------------------------------------------------------------------------------------------------


class ImportRun(NamedTuple):
    """``peak`` in megabytes; ``waited`` is the longest wait of another program for the lock, in seconds."""

    peak: float
    waited: float


def patients(count: int) -> Iterator[PatientRow]:
    for number in range(count):
        sex, born = (Sex.FEMALE, Sex.MALE)[number % 2], date(2010, 1, 1) + timedelta(days=number % 5000)
        policy = make_policy_number(f"{number // 5000 + 10:02}", born, sex, number % 5000)
        name = PersonName("Иванова", "Мария", "Сергеевна")
        yield PatientRow(policy, name, born, sex, clinic="k0", phone="+79160000001", district=str(number % 40))


async def imported(bench: Bench, count: int, *, is_workbook: bool) -> ImportRun:
    """Import so many patients and the slots of twenty practices by the command; the lock is asked for all the time."""
    name = f"patients{count}"
    write_folder(bench.folder / name, replace(clinics_of(20), patients=[*patients(count)]))
    path = bench.folder / name
    if is_workbook:
        path = _workbook_of(path)
    for file in [*path.rglob("*.csv"), path]:
        file.chmod(0o700 if file.is_dir() else 0o600)
    database = bench.folder / f"{path.name}.sqlite3"
    settings = SETTINGS | {"DATABASE_URL": f"sqlite:///{database}", "BOT_API_URL": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PEAK, str(path)),
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
    )
    waited, (output, _) = await asyncio.gather(
        asyncio.to_thread(_longest_wait, database, process), process.communicate()
    )
    assert process.returncode == 0, output.decode()
    peak = output.decode().rpartition("VmHWM:")[2].split()[0]
    return ImportRun(int(peak) / 1024, waited)


def _workbook_of(folder: Path) -> Path:
    book = Workbook(write_only=True)
    for file in sorted(folder.glob("*.csv")):
        page = book.create_sheet(file.stem)
        with file.open(encoding="utf-8-sig", newline="") as text:
            for row in csv.reader(text, delimiter=";"):
                page.append([cell or None for cell in row])
    path = folder.with_suffix(".xlsx")
    book.save(path)
    return path


def _longest_wait(database: Path, process: asyncio.subprocess.Process) -> float:
    longest = 0.0
    while process.returncode is None:
        time.sleep(0.005)
        if not database.exists():
            continue
        with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
            start = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            longest = max(longest, time.perf_counter() - start)
            connection.execute("ROLLBACK")
    return longest


def _on_linux(measure: Callable[[Bench, str], Awaitable[Figure]]) -> Measure:
    async def measured(bench: Bench, name: str) -> Figure | Skipped:
        return await measure(bench, name) if sys.platform == "linux" else Skipped(name, "not_linux")

    return measured


def _many(bench: Bench) -> int:
    return bench.effort.rows // 50


@_on_linux
async def memory_xlsx(bench: Bench, name: str) -> Figure:
    found = await imported(bench, _many(bench), is_workbook=True)
    return Figure(name, found.peak, 250, f"megabytes_for_{_many(bench)}_patients", 1, decimals=0)


async def _of_csv(bench: Bench) -> ImportRun:
    found: ImportRun = await bench.once("import csv", lambda: imported(bench, _many(bench), is_workbook=False))
    return found


@_on_linux
async def memory_csv(bench: Bench, name: str) -> Figure:
    few = await imported(bench, FEW, is_workbook=False)
    found = await _of_csv(bench)
    return Figure(name, found.peak / few.peak, 1.1, f"peak_for_{FEW}_patients_of_{_many(bench)}", 1)


@_on_linux
async def waits(bench: Bench, name: str) -> Figure:
    found = await _of_csv(bench)
    return Figure(name, found.waited, 2.5, f"seconds_while_{_many(bench)}_patients_are_imported", 1)


IMPORTS: dict[str, Measure] = {
    "import_slots": slots,
    "import_memory_xlsx": memory_xlsx,
    "import_memory_csv": memory_csv,
    "import_waits": waits,
}
