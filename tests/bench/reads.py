"""The cost of reads against plain sqlite3, and of five million rows against ten thousand."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from typing import NamedTuple

from bot.delivery.outbox import BATCH
from bot.glossary import DoctorRef
from storage.database.connection import Database, Row, T, Work
from storage.database.crypto import BlindIndex, Cipher
from storage.database.opening import open_database
from storage.delivery import SqlOutbox
from storage.registry.system import Registry
from tests.bench.figures import Bench, Compared, Figure, Measure, Sample, in_turns, interleaved
from tests.bench.tables import NOW, PER_DOCTOR, Filled, fill_outbox, fill_slots
from tests.builders import MONDAY, StoppedClock

WANTED = 20
DAYS = 21
FEW = 10_000
DOCTORS = 500
"""how many doctors are read in turn, so that their pages are not in the cache"""

CIPHER, INDEX = Cipher({"k": b"k" * 32}, "k"), BlindIndex(b"i" * 32)


class Statement(NamedTuple):
    sql: str
    values: Mapping[str, object]


class Recorder:
    """Implements Database and Connection: records statements and returns no rows."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    async def read(self, work: Work[T]) -> T:
        return await work(self)

    read_long = write = read

    async def fetch(self, sql: str, values: Mapping[str, object]) -> list[Row]:
        await self.execute(sql, values)
        return []

    async def execute(self, sql: str, values: Mapping[str, object]) -> None:
        self.statements.append(Statement(sql, values))

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        raise AssertionError("no figure writes many rows")

    async def rebuild(self) -> None:
        raise AssertionError("no figure writes the file anew")

    async def clear_log(self) -> bool:
        raise AssertionError("no figure empties the log")

    async def close(self) -> None:
        pass


def _registry(database: Database) -> Registry:
    return Registry(database, CIPHER, INDEX, StoppedClock())


# --- through the registry ---------------------------------------------------------------------------------------------


class Query(NamedTuple):
    """A doctor and the end of the period to read."""

    doctor: DoctorRef
    until: datetime


async def read_next20(bench: Bench, name: str) -> Figure:
    """The next twenty free times of a doctor through the registry, against tuples fetched with sqlite3."""
    filled = await fill_slots(bench.folder, bench.effort.rows // 5, bench.effort.build_within)
    database = await open_database(f"sqlite:///{filled.path}")
    try:
        with filled.open() as plain:
            queries = _next_twenty(plain, filled.rows)
            ours = _mapped(_registry(database), cycle(queries))
            floor = _fetched(plain, cycle([(await _slots(query))[0] for query in queries]))
            compared = await interleaved(ours, floor, bench.effort)
    finally:
        await database.close()
    return Figure(name, compared.ratio, 3.0, f"sqlite3_tuples_of_{filled.rows}_rows", compared.samples)


def _mapped(system: Registry, queries: Iterator[Query]) -> Sample:
    async def sample() -> float:
        query = next(queries)
        start = time.perf_counter_ns()
        slots = await system.slots(query.doctor, MONDAY, query.until)
        spent = time.perf_counter_ns() - start
        assert len(slots) == WANTED
        return spent

    return sample


def _fetched(plain: sqlite3.Connection, statements: Iterator[Statement]) -> Sample:
    async def sample() -> float:
        return _timed(plain, [next(statements)])

    return sample


def _next_twenty(plain: sqlite3.Connection, rows: int) -> list[Query]:
    sql = (
        "SELECT starts_at FROM registry_slots WHERE doctor_id = ? AND status = 'FREE' AND starts_at > ? ORDER BY "
        "starts_at LIMIT 1 OFFSET ?"
    )
    found = ((doctor, plain.execute(sql, (doctor, NOW, WANTED)).fetchone()[0]) for doctor in _doctors(rows))
    return [Query(DoctorRef(str(doctor)), datetime.fromtimestamp(until, UTC)) for doctor, until in found]


def _doctors(rows: int) -> list[int]:
    return [Random(doctor).randrange(rows // PER_DOCTOR) + 1 for doctor in range(DOCTORS)]


async def _slots(query: Query) -> list[Statement]:
    recorder = Recorder()
    await _registry(recorder).slots(query.doctor, MONDAY, query.until)
    return recorder.statements


# --- growth: the statements alone, so that nothing else hides the cost of a large table -------------------------------


async def growth_slots(bench: Bench, name: str) -> Figure:
    return await _growth_of_slots(bench, name, _slots, _next_twenty)


async def growth_days(bench: Bench, name: str) -> Figure:
    return await _growth_of_slots(bench, name, _days, _whole_horizon)


async def _days(query: Query) -> list[Statement]:
    recorder = Recorder()
    await _registry(recorder).days(query.doctor, MONDAY, query.until)
    return recorder.statements


def _whole_horizon(_plain: sqlite3.Connection, rows: int) -> list[Query]:
    return [Query(DoctorRef(str(doctor)), MONDAY + timedelta(days=DAYS)) for doctor in _doctors(rows)]


async def _growth_of_slots(
    bench: Bench,
    name: str,
    ask: Callable[[Query], Awaitable[list[Statement]]],
    make_queries: Callable[[sqlite3.Connection, int], list[Query]],
) -> Figure:
    async def fill() -> tuple[Filled, Filled]:
        effort = bench.effort
        few = await fill_slots(bench.folder, FEW, effort.build_within)
        return few, await fill_slots(bench.folder, effort.rows, effort.build_within)

    few, many = await bench.once("slots", fill)
    with few.open() as small, many.open() as large:
        compared = in_turns(
            _reading(large, [await ask(query) for query in make_queries(large, many.rows)]),
            _reading(small, [await ask(query) for query in make_queries(small, few.rows)]),
            bench.effort,
        )
    return _growth(name, compared, many)


def _reading(connection: sqlite3.Connection, asked: Iterable[list[Statement]]) -> Callable[[], float]:
    turns = cycle(asked)
    return lambda: _timed(connection, next(turns))


def _timed(connection: sqlite3.Connection, statements: Iterable[Statement]) -> float:
    start = time.perf_counter_ns()
    for sql, values in statements:
        rows = connection.execute(sql, values).fetchall()
    spent = time.perf_counter_ns() - start
    assert rows, "nothing was found"
    return spent


async def growth_due(bench: Bench, name: str) -> Figure:
    """The claim of the outbox, rolled back each time; both tables have equally many due messages."""
    effort, recorder = bench.effort, Recorder()
    few = await fill_outbox(bench.folder, FEW, effort.build_within)
    many = await fill_outbox(bench.folder, effort.rows, effort.build_within)
    await SqlOutbox(recorder, CIPHER).claim(MONDAY, MONDAY, timedelta(seconds=60), BATCH)
    begin, undo = Statement("BEGIN IMMEDIATE", {}), "ROLLBACK"

    def claiming(connection: sqlite3.Connection) -> Callable[[], float]:
        def sample() -> float:
            spent = _timed(connection, [begin, *recorder.statements])
            connection.execute(undo)
            return spent

        return sample

    with few.open() as small, many.open() as large:
        compared = in_turns(claiming(large), claiming(small), effort)
    return _growth(name, compared, many)


def _growth(name: str, compared: Compared, many: Filled) -> Figure:
    return Figure(name, compared.ratio, 2, f"{FEW}_rows_against_{many.rows}", compared.samples)


READS: dict[str, Measure] = {
    "read_next20": read_next20,
    "growth_slots": growth_slots,
    "growth_days": growth_days,
    "growth_due": growth_due,
}
