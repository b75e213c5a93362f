"""Tests of the database: an acknowledged unit is durable, a failed one changes nothing and harms no other."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.core import limits
from bot.core.errors import StorageBusy
from storage.database.connection import Conflict, Connection, Database, NotCommitted, Probe, Row, Work
from storage.database.opening import open_database
from storage.database.sqlite import MOST_IN_A_ROW
from storage.database.sqlite_connection import ThreadedConnection
from tests.project_files import ROOT
from tests.time_limits import BUSY

TABLE = "CREATE TABLE IF NOT EXISTS pairs (unit INTEGER NOT NULL, half INTEGER NOT NULL, UNIQUE (unit, half)) STRICT"
INSERT = "INSERT INTO pairs (unit, half) VALUES (:unit, :half)"
COUNT = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) AS numbers FROM n
"""


class Counter:
    """A probe that records statements, fails those chosen by ``fails`` and can block the writer before an INSERT."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.fails: Callable[[int, str], bool] = lambda number, sql: False
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, number: int, sql: str) -> None:
        self.seen.append(sql)
        if sql == INSERT:
            self.gate.wait(10)
        if self.fails(number, sql):
            raise sqlite3.OperationalError("disk I/O error")

    def count(self, sql: str) -> int:
        return self.seen.count(sql)


@asynccontextmanager
async def opened(folder: Path, probe: Probe | None = None) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{folder}/bot.sqlite3", probe)
    try:
        await database.write(lambda connection: connection.execute(TABLE, {}))
        yield database
    finally:
        await database.close()


@pytest.fixture
def probe() -> Counter:
    return Counter()


@pytest.fixture
async def database(tmp_path: Path, probe: Counter) -> AsyncIterator[Database]:
    async with opened(tmp_path, probe) as database:
        yield database
        probe.gate.set()


def pair(unit: int, trouble: Exception | None = None) -> Work[int]:
    """Insert two rows in one unit of work; raise ``trouble`` between them."""

    async def work(connection: Connection) -> int:
        await connection.execute(INSERT, {"unit": unit, "half": 1})
        if trouble is not None:
            raise trouble
        await connection.execute(INSERT, {"unit": unit, "half": 2})
        return unit

    return work


async def write_pair(database: Database, unit: int) -> int:
    return await database.write(pair(unit))


def start(work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    return asyncio.create_task(work)  # noqa: TID251 - the test waits for it


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise TimeoutError


async def halves(database: Database) -> dict[int, int]:
    sql = "SELECT unit, count(*) AS halves FROM pairs GROUP BY unit ORDER BY unit"
    rows = await database.read(lambda connection: connection.fetch(sql, {}))
    return {row["unit"]: row["halves"] for row in rows}


async def count_to_a_million(connection: Connection) -> list[Row]:
    """Read for longer than a moment."""
    return await connection.fetch(COUNT, {})


async def count_by_sqlite(folder: Path) -> int:
    """Count the rows through a connection of its own, as another process would."""
    other = sqlite3.connect(folder / "bot.sqlite3")
    try:
        return int(other.execute("SELECT count(*) FROM pairs").fetchone()[0])
    finally:
        other.close()


async def test_committed_rows_are_visible_to_other_processes(database: Database, tmp_path: Path) -> None:
    await write_pair(database, 1)
    assert await count_by_sqlite(tmp_path) == 2


async def test_other_program_that_closes_the_database_leaves_the_log(database: Database, tmp_path: Path) -> None:
    """The last connection that closes deletes the log, so this process must still hold its lock of the file."""
    await write_pair(database, 1)
    look = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM pairs').fetchall(); c.close()"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look, str(tmp_path / "bot.sqlite3"))
    assert await process.wait() == 0
    assert (tmp_path / "bot.sqlite3-wal").exists()


async def test_row_is_indexed_by_name_and_by_position(database: Database) -> None:
    await write_pair(database, 7)
    sql = "SELECT unit, half FROM pairs ORDER BY half"
    row = (await database.read(lambda connection: connection.fetch(sql, {})))[0]
    assert (row["unit"], row[0], row[1], tuple(row), len(row)) == (7, 7, 1, (7, 1), 2)


async def test_exception_rolls_back_only_its_unit(database: Database) -> None:
    trouble = LookupError("the caller's own trouble")
    works = [pair(1), pair(2, trouble), pair(3)]
    answers = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert answers == [1, trouble, 3]
    assert await halves(database) == {1: 2, 3: 2}


async def test_first_unit_of_batch_may_fail(database: Database) -> None:
    works = [pair(1, LookupError()), pair(2), pair(3)]
    results = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert isinstance(results[0], LookupError)
    assert await halves(database) == {2: 2, 3: 2}


async def test_units_run_in_arrival_order(database: Database) -> None:
    await asyncio.gather(*(write_pair(database, number) for number in range(40)))
    sql = "SELECT unit FROM pairs WHERE half = 1 ORDER BY rowid"
    rows = await database.read(lambda connection: connection.fetch(sql, {}))
    assert [row["unit"] for row in rows] == list(range(40))


async def test_unit_is_one_hop(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """BEGIN and COMMIT are in the same hop. A short read is none, a long one is one."""
    hops: list[object] = []
    call = ThreadedConnection.call

    async def counted(connection: ThreadedConnection, work: Callable[..., Any], *args: object) -> Any:
        hops.append(work)
        return await call(connection, work, *args)

    monkeypatch.setattr(ThreadedConnection, "call", counted)
    await write_pair(database, 1)
    assert len(hops) == 1
    await halves(database)
    assert len(hops) == 1
    assert [row["numbers"] for row in await database.read(count_to_a_million)] == [1_000_000]
    assert len(hops) == 2


async def test_read_that_finds_a_lock_waits_for_it_on_the_thread(database: Database) -> None:
    tries: list[int] = []

    async def read(connection: Connection) -> int:
        tries.append(threading.get_ident())
        if len(tries) == 1:
            raise StorageBusy("locked")
        return len(await connection.fetch("SELECT unit FROM pairs", {}))

    assert await database.read(read) == 0
    assert tries[0] == threading.get_ident() != tries[1]


async def test_many_reads_leave_turns_to_other_tasks(database: Database) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())  # noqa: TID251 - the test ends it
    for _ in range(20 * MOST_IN_A_ROW):
        await halves(database)
    other.cancel()
    assert turns >= 20


async def test_sixty_four_concurrent_units_share_commits(database: Database, probe: Counter) -> None:
    before = probe.count("COMMIT")
    await asyncio.gather(*(write_pair(database, number) for number in range(64)))
    assert probe.count("COMMIT") - before <= 3
    assert await halves(database) == dict.fromkeys(range(64), 2)


async def test_commit_has_at_most_sixty_four_units(database: Database, probe: Counter) -> None:
    before = probe.count("COMMIT")
    await asyncio.gather(*(write_pair(database, number) for number in range(200)))
    assert probe.count("COMMIT") - before >= 4
    assert len(await halves(database)) == 200


async def test_units_are_answered_after_the_commit(database: Database, probe: Counter) -> None:
    commits_before: list[int] = []

    async def unit(number: int) -> None:
        await write_pair(database, number)
        commits_before.append(probe.count("COMMIT"))

    before = probe.count("COMMIT")
    await asyncio.gather(*(unit(number) for number in range(10)))
    assert min(commits_before) > before


async def test_failed_commit_fails_all_its_units_and_no_later_one(database: Database, probe: Counter) -> None:
    """Each unit of the batch raises NotCommitted; the next unit is committed."""
    probe.fails = lambda number, sql: sql == "COMMIT"
    results = await asyncio.gather(*(write_pair(database, number) for number in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [NotCommitted] * 5
    probe.fails = lambda number, sql: False
    assert await halves(database) == {}
    await write_pair(database, 6)
    assert await halves(database) == {6: 2}


async def test_failed_rollback_is_repeated_by_the_next_unit(database: Database, probe: Counter) -> None:
    probe.fails = lambda number, sql: sql in {"COMMIT", "ROLLBACK"}
    with pytest.raises(NotCommitted):
        await write_pair(database, 1)
    probe.fails = lambda number, sql: False
    await write_pair(database, 2)
    assert await halves(database) == {2: 2}


async def test_writer_recovers_from_full_disk(database: Database, tmp_path: Path) -> None:
    await database.write(lambda connection: connection.fetch("PRAGMA max_page_count = 12", {}))
    with pytest.raises(sqlite3.OperationalError, match="full"):
        await database.write(fill_up)
    await database.write(lambda connection: connection.fetch("PRAGMA max_page_count = 100000", {}))
    await write_pair(database, 1)
    assert await halves(database) == {1: 2}


async def fill_up(connection: Connection) -> None:
    for unit in range(20_000):
        await connection.execute(INSERT, {"unit": unit, "half": 1})


async def test_writer_recovers_from_lock_of_another_process(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LOCK_TIMEOUT", 0.1)
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy):
        await write_pair(database, 1)
    other.execute("ROLLBACK")
    other.close()
    await write_pair(database, 2)
    assert await halves(database) == {2: 2}


async def test_transaction_rolled_back_by_sqlite_is_not_acknowledged(database: Database) -> None:
    """SQLite may roll back by itself (full disk, I/O error); earlier units of the batch are lost too."""

    async def lose(connection: Connection) -> None:
        await connection.execute(INSERT, {"unit": 2, "half": 1})
        await connection.execute("ROLLBACK", {})
        with suppress(NotCommitted):
            await connection.execute(INSERT, {"unit": 2, "half": 2})

    works: list[Work[Any]] = [pair(1), lose, pair(3), pair(4)]
    results = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert [type(result) for result in results[:3]] == [NotCommitted] * 3
    assert results[3] == 4
    assert await halves(database) == {4: 2}
    await write_pair(database, 5)
    assert (await halves(database))[5] == 2


async def test_unit_cancelled_before_its_turn_never_runs(database: Database, probe: Counter) -> None:
    probe.gate.clear()
    first = start(write_pair(database, 1))
    await until(lambda: probe.count(INSERT) == 1)
    late, last = start(write_pair(database, 2)), start(write_pair(database, 3))
    await asyncio.sleep(0)
    late.cancel()
    probe.gate.set()
    assert (await first, await last) == (1, 3)
    assert late.cancelled()
    assert await halves(database) == {1: 2, 3: 2}


async def test_unit_cancelled_while_running_is_all_or_nothing(database: Database, probe: Counter) -> None:
    probe.gate.clear()
    slow, neighbour = start(write_pair(database, 1)), start(write_pair(database, 2))
    await until(lambda: probe.count(INSERT) == 1)
    slow.cancel()
    await asyncio.sleep(0)
    probe.gate.set()
    assert await neighbour == 2
    assert slow.cancelled()
    assert await halves(database) in ({1: 2, 2: 2}, {2: 2})


async def test_unit_cancelled_before_the_commit_is_kept(database: Database, probe: Counter) -> None:
    probe.gate.clear()
    early, slow = start(write_pair(database, 1)), start(write_pair(database, 2))
    await until(lambda: probe.count(INSERT) == 1)
    early.cancel()
    probe.gate.set()
    assert await slow == 2
    assert early.cancelled()
    assert await halves(database) == {1: 2, 2: 2}
    await write_pair(database, 3)


async def test_work_that_suspends_is_refused_and_rolled_back(database: Database) -> None:
    async def waits(connection: Connection) -> None:
        await connection.fetch("SELECT 1", {})
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its connection"):
        await database.write(waits)
    with pytest.raises(RuntimeError, match="nothing but its connection"):
        await database.read(waits)
    await write_pair(database, 1)


async def test_nested_unit_is_refused(database: Database) -> None:
    async def nested(connection: Connection) -> None:
        await connection.execute(INSERT, {"unit": 1, "half": 1})
        await database.write(pair(2))

    with pytest.raises(RuntimeError):
        await database.write(nested)
    assert await halves(database) == {}
    await write_pair(database, 3)
    assert await halves(database) == {3: 2}


async def test_connection_is_unusable_after_its_unit(database: Database) -> None:
    async def leak(connection: Connection) -> Connection:
        return connection

    connection = await database.write(leak)
    with pytest.raises(RuntimeError, match="ended"):
        await connection.execute(INSERT, {"unit": 1, "half": 1})


async def test_closing_database_runs_waiting_units_and_refuses_new_ones(tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")
    await database.write(lambda connection: connection.execute(TABLE, {}))
    waiting = [start(write_pair(database, number)) for number in range(5)]
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*waiting) == list(range(5))
    with pytest.raises(RuntimeError, match="closed"):
        await write_pair(database, 6)
    assert await count_by_sqlite(tmp_path) == 10


async def test_reads_cannot_write_and_do_not_wait_for_the_writer(database: Database, probe: Counter) -> None:
    probe.gate.clear()
    writing = start(write_pair(database, 1))
    await until(lambda: probe.count(INSERT) == 1)
    assert await halves(database) == {}
    probe.gate.set()
    assert await writing == 1
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(pair(2))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(lambda connection: connection.execute_many(INSERT, [{"unit": 2, "half": 1}]))


async def test_unique_index_raises_conflict(database: Database) -> None:
    await write_pair(database, 1)
    with pytest.raises(Conflict):
        await write_pair(database, 1)
    with pytest.raises(Conflict):
        await database.write(lambda connection: connection.execute_many(INSERT, [{"unit": 1, "half": 1}]))
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        await database.write(lambda connection: connection.execute(INSERT, {"unit": None, "half": 1}))


@pytest.mark.parametrize("url", ["postgresql://localhost/bot", "sqlite://", "sqlite:///", "bot.sqlite3", ""])
async def test_unsupported_database_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path"):
        await open_database(url)


async def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await open_database(f"sqlite:///{tmp_path}/bot.sqlite3")


async def test_failed_open_leaves_no_thread(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        await open_database(f"sqlite:///{tmp_path}/missing/bot.sqlite3")


WORK = """
import asyncio, sys
from storage.database.opening import open_database

async def main():
    database = await open_database(sys.argv[1])

    def pair(unit):
        async def work(connection):
            for half in (1, 2):
                await connection.execute("INSERT INTO pairs VALUES (:unit, :half)", {"unit": unit, "half": half})
        return work

    async def write(start):
        for unit in range(start, 10**9, 16):
            await database.write(pair(unit))
            print(unit, flush=True)

    await asyncio.gather(*map(write, range(16)))

asyncio.run(main())
"""


async def test_killed_process_loses_no_acknowledged_unit(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WORK, f"sqlite:///{tmp_path}/bot.sqlite3",
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    acknowledged = {int(await process.stdout.readline()) for _ in range(500)}
    process.kill()
    acknowledged |= {
        int(line) for line in (await process.stdout.read()).splitlines(keepends=True) if line.endswith(b"\n")
    }
    await process.wait()
    async with opened(tmp_path) as database:
        kept = await halves(database)
    assert acknowledged <= set(kept)
    assert set(kept.values()) == {2}


# --- whatever happens -------------------------------------------------------------------------------------------------

FATES = st.sampled_from(["works", "raises", "conflicts", "is cancelled"])


@settings(max_examples=60, deadline=None)
@given(
    fates=st.lists(FATES, min_size=1, max_size=12),
    patience=st.lists(st.integers(0, 12), min_size=12, max_size=12),
    failing=st.one_of(st.none(), st.integers(0, 40)),
)
def test_units_are_all_or_nothing_under_random_failures(
    fates: list[str], patience: list[int], failing: int | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder), fates, patience, failing))


async def live_through(folder: Path, fates: list[str], patience: list[int], failing: int | None) -> None:
    probe = Counter()
    async with opened(folder, probe) as database:
        before = len(probe.seen)
        probe.fails = lambda number, sql: failing is not None and number == before + 1 + failing
        tasks = [start(unit(database, number, fate)) for number, fate in enumerate(fates)]
        for number, task in enumerate(tasks):
            if fates[number] == "is cancelled":
                for _ in range(patience[number]):
                    await asyncio.sleep(0)
                task.cancel()
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), timeout=5)
        probe.fails = lambda number, sql: False
        kept = await halves(database)
        assert set(kept.values()) <= {2}
        for number, result in enumerate(results):
            assert number in kept or result != number
            assert number not in kept or result == number or fates[number] == "is cancelled"
        assert await asyncio.wait_for(write_pair(database, 99), BUSY) == 99


async def unit(database: Database, number: int, fate: str) -> int:
    async def work(connection: Connection) -> int:
        await pair(number)(connection)
        await misbehave(connection, number, fate)
        return number

    return await database.write(work)


async def misbehave(connection: Connection, number: int, fate: str) -> None:
    if fate == "raises":
        raise LookupError
    if fate == "conflicts":
        await connection.execute(INSERT, {"unit": number, "half": 2})


@pytest.mark.parametrize("failing", ["BEGIN IMMEDIATE", INSERT, "ROLLBACK", "SAVEPOINT unit", "ROLLBACK TO unit"])
async def test_failed_statement_harms_only_units_that_raise(database: Database, probe: Counter, failing: str) -> None:
    probe.fails = lambda number, sql: sql == failing
    works = [pair(1, LookupError()), pair(2), pair(3, LookupError()), pair(4)]
    answers = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    probe.fails = lambda number, sql: False
    assert await halves(database) == {unit: 2 for unit in answers if isinstance(unit, int)}
    assert await write_pair(database, 9) == 9


async def test_unit_behind_failed_rollback_still_runs(database: Database, probe: Counter) -> None:
    probe.fails = lambda number, sql: sql == "ROLLBACK TO unit"
    works = [pair(1), pair(2, LookupError()), pair(3)]
    first, second, third = await asyncio.gather(*map(database.write, works), return_exceptions=True)
    assert isinstance(first, NotCommitted)
    assert isinstance(second, LookupError)
    assert third == 3
    assert await halves(database) == {3: 2}


async def test_any_single_failure_harms_only_units_that_raise(tmp_path: Path) -> None:
    for failing in range(40):
        folder = tmp_path / str(failing)
        folder.mkdir()
        await live_through(folder, ["works", "raises", "works", "conflicts", "works"], [0] * 5, failing)
