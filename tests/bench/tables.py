"""Databases of any size with the product's schema, filled in bulk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from storage.database.opening import open_database
from storage.migrations import migrate
from tests.builders import MONDAY

NOW = int(MONDAY.timestamp())
TODAY = NOW - NOW % 86400
PER_DOCTOR = 2000
"""95 days behind, 30 ahead, 16 times a day"""
PER_CLINIC = 20
SPECIALTIES = 10
PER_ACCOUNT = 50
DUE = 200
AT_ONCE = 100_000
FAST = (
    "PRAGMA synchronous = OFF",
    "PRAGMA journal_mode = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -200000",
)

DIRECTORY = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :doctors - 1)
INSERT INTO registry_doctors (id, clinic_id, specialty_id, family, given, patronymic, room, is_room)
SELECT i + 1, i / {PER_CLINIC} + 1, i % {SPECIALTIES} + 1, 'Врач' || i, 'Анна', 'Сергеевна', '214', 0 FROM n
"""  # noqa: S608 - our own numbers
CLINICS = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :doctors / {PER_CLINIC})
INSERT INTO registry_clinics
    (id, name, address, phone, zone, kind, cancel_before, move_before, arrive_before, hold_for, horizon)
SELECT i + 1, 'детская № ' || i, 'Садовая, 5', '', 'Europe/Moscow', 'CHILDREN', 0, 0, 0, 180, 21 * 86400 FROM n
"""  # noqa: S608 - our own numbers
FIELDS = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {SPECIALTIES - 1})
INSERT INTO registry_specialties (id, code, name, place, needs_referral, min_age, max_age)
SELECT i + 1, 'code' || i, 'Педиатр', i, 0, 0, 17 FROM n
"""  # noqa: S608 - our own numbers
# Two thirds of the future slots are busy, in an irregular pattern.
SLOTS = f"""
WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last),
times (i, doctor, day, time) AS (
    SELECT i, i / {PER_DOCTOR}, (i % {PER_DOCTOR}) / 16 - 95, i % 16 FROM n
)
INSERT INTO registry_slots
    (id, doctor_id, clinic_id, specialty_id, starts_at, ends_at, local_day, visit_type, status)
SELECT i + 1, doctor + 1, doctor / {PER_CLINIC} + 1, doctor % {SPECIALTIES} + 1,
    {TODAY} + day * 86400 + 18000 + time * 1800, {TODAY} + day * 86400 + 18900 + time * 1800,
    date({TODAY} + day * 86400, 'unixepoch'), 'PLANNED',
    CASE WHEN day < 0 OR (i * 7919) % 100 < 66 THEN 'BUSY' ELSE 'FREE' END
FROM times
"""  # noqa: S608 - our own numbers
PERSONS = """
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
INSERT INTO registry_persons (id, uid, number_index, person, sex, status)
SELECT i + 1, CAST(printf('%016d', i) AS BLOB), CAST(printf('%032d', i) AS BLOB), x'00', 'F', 'ACTIVE' FROM n
"""
VISITS = f"""
INSERT INTO registry_bookings (uid, slot_id, person_id, status)
SELECT CAST(printf('%016d', id) AS BLOB), id, id % 1000 + 1, 'BOOKED'
FROM registry_slots WHERE status = 'BUSY' AND starts_at > {NOW} AND id BETWEEN :first AND :last
"""  # noqa: S608 - our own numbers
ACCOUNTS = f"""
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :rows / {PER_ACCOUNT})
INSERT INTO accounts (id, telegram_id, created_at) SELECT i + 1, 1000 + i, {NOW} FROM n
"""  # noqa: S608 - our own numbers
# Most are sent, one in twenty is due later, and the number of due messages does not depend on the table's size.
MESSAGES = f"""
WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
INSERT INTO outbox (
    id, uid, account_id, kind, sealed_facts, urgency, dedup, due_at, expires_at, status, attempts, created_at
)
SELECT i + 1, CAST(printf('%016d', i) AS BLOB),
    CASE WHEN i % (:rows / {DUE}) = 7 THEN i / (:rows / {DUE}) ELSE i % (:rows / {PER_ACCOUNT}) END
        + 1, 'REMINDER', zeroblob(60),
    CASE i % 3 WHEN 0 THEN '1' ELSE '2' END, 'booking:' || i,
    {NOW} + CASE WHEN i % (:rows / {DUE}) = 7 THEN -60 WHEN i % 20 = 0 THEN 60 + i % 800000 ELSE -i % 8000000 END,
    {NOW} + 900000,
    CASE WHEN i % (:rows / {DUE}) = 7 OR i % 20 = 0 THEN 'QUEUED' ELSE 'SENT' END, 1, {NOW}
FROM n
"""  # noqa: S608 - our own numbers


class Filled(NamedTuple):
    path: Path
    rows: int

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """Open the file with the product's settings, but without a thread."""
        with closing(sqlite3.connect(self.path, isolation_level=None, cached_statements=512)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection


async def fill_slots(folder: Path, rows: int, within: float) -> Filled:
    """Fill a timetable with ``rows`` slots, or as many as can be written ``within`` so many seconds."""
    path = await _empty(folder / f"slots-{rows}.sqlite3")
    with closing(_fast(path)) as connection:
        for statement in (CLINICS, FIELDS, DIRECTORY):
            connection.execute(statement, {"doctors": rows // PER_DOCTOR})
        connection.execute(PERSONS)
        with _unindexed(connection, "registry_slots", "registry_bookings"):
            written = _insert(connection, [SLOTS, VISITS], rows, within)
    return Filled(path, written)


async def fill_outbox(folder: Path, rows: int, within: float) -> Filled:
    path = await _empty(folder / f"outbox-{rows}.sqlite3")
    with closing(_fast(path)) as connection:
        connection.execute(ACCOUNTS, {"rows": rows})
        with _unindexed(connection, "outbox"):
            written = _insert(connection, [MESSAGES], rows, within)
    return Filled(path, written)


async def _empty(path: Path) -> Path:
    database = await open_database(f"sqlite:///{path}")
    try:
        await migrate(database)
    finally:
        await database.close()
    return path


def _fast(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in FAST:
        connection.execute(setting)
    return connection


def _insert(connection: sqlite3.Connection, statements: list[str], rows: int, within: float) -> int:
    deadline, written = time.monotonic() + within, 0
    while written < rows and time.monotonic() < deadline:
        upto = min(written + AT_ONCE, rows)
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement, {"first": written, "last": upto - 1, "rows": rows})
        connection.execute("COMMIT")
        written = upto
    return written


@contextmanager
def _unindexed(connection: sqlite3.Connection, *tables: str) -> Iterator[None]:
    """Drop the indexes and build them again afterwards, which is several times faster."""
    marks = ",".join("?" * len(tables))
    indexes = connection.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})",  # noqa: S608 - only marks
        tables,
    ).fetchall()
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, sql in indexes:
        connection.execute(sql)
