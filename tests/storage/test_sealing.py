"""Tests of the upgrade that seals Telegram ids: no row is lost, no id stays in the file, it may be killed anywhere."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE

import pytest
from aiogram.fsm.storage.base import StorageKey

from bot.core.people import Account
from storage.account.sealing import seal_telegram_ids
from storage.database.dialog_state import DialogStorage
from storage.database.opening import open_database
from storage.migrations import migrate
from storage.unit import Storage, UnitOfWork
from tests.builders import StoppedClock
from tests.chat.recorded_week import restore, rows
from tests.project_files import ROOT
from tests.storage.recorded_keys import CIPHER, INDEX
from tests.telegram_ids import telegram_ids

BOOKKEEPING = {
    "registry_published",
    "registry_replans",
    "migrations",
    "expanding_migrations",
    "unfinished_steps",
    "sqlite_sequence",
}
DIALOG = "fsm:4242:2062:2062:default"
COPIED_REMINDERS = 3
"""of the recorded week: a migration copies a queued reminder for everybody who sees the visit"""

SEALED = "SELECT telegram_id, telegram_index FROM accounts"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return restore(tmp_path_factory.mktemp("recorded") / "week.sqlite3")


@pytest.fixture
def week(recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(recorded, tmp_path / "week.sqlite3"))


def count_rows(file: Path) -> dict[str, int]:
    """Return the number of rows of each table that has any."""
    tables = {name for (name,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    counts = {table: rows(file, f"SELECT count(*) FROM {table}")[0][0] for table in tables - BOOKKEEPING}  # noqa: S608 - our own schema
    return {table: count for table, count in counts.items() if count}


def upgraded(counts: dict[str, int]) -> dict[str, int]:
    """Return the number of rows after the upgrade."""
    return counts | {"outbox": counts["outbox"] + COPIED_REMINDERS}


async def seal(file: Path) -> None:
    database = await open_database(f"sqlite:///{file}")
    await migrate(database)
    await seal_telegram_ids(database, CIPHER, INDEX)
    await database.close()


async def require_sealed(file: Path, people: list[int]) -> None:
    assert sorted(telegram_ids(file, CIPHER).values()) == people
    assert all(open_id < 0 and index for open_id, index in rows(file, SEALED))
    assert rows(file, "SELECT * FROM unfinished_steps") == []
    database = await open_database(f"sqlite:///{file}")
    storage = Storage(database, CIPHER, INDEX)

    async def find(view: UnitOfWork) -> list[Account | None]:
        return [await view.accounts.find(who) for who in people]

    found = await storage.read(find)
    await database.close()
    assert None not in found


async def test_upgrade_keeps_every_row_and_finds_every_person(week: Path) -> None:
    before, people = count_rows(week), sorted(who for (who,) in rows(week, "SELECT telegram_id FROM accounts"))
    await seal(week)
    assert count_rows(week) == upgraded(before)
    await require_sealed(week, people)


async def test_open_prompt_survives_the_upgrade(week: Path) -> None:
    [(stored,)] = rows(week, f"SELECT sealed_data FROM dialogs WHERE key = '{DIALOG}'")  # noqa: S608 - our own key
    await seal(week)
    database = await open_database(f"sqlite:///{week}")
    dialogs = DialogStorage(database, CIPHER, INDEX, StoppedClock())
    data = await dialogs.get_data(StorageKey(bot_id=4242, chat_id=2062, user_id=2062))
    await database.close()
    assert data
    assert CIPHER.open("dialogs", "sealed_data", DIALOG.encode(), stored) == str(data).replace("'", '"')


def mark_people(file: Path) -> dict[int, int]:
    """Give the people of the week ids that no other number looks like; return each by its account."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE accounts SET telegram_id = 7700111000000 + telegram_id")
        database.execute("DELETE FROM dialogs")
        database.commit()
        return dict(database.execute("SELECT id, telegram_id FROM accounts").fetchall())


def read_files(file: Path) -> bytes:
    """Return the bytes of a database and its log."""
    return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


async def test_upgrade_leaves_no_telegram_id_in_the_file(week: Path) -> None:
    marked = mark_people(week).values()
    spelled = [spelling for who in marked for spelling in (str(who).encode(), who.to_bytes(6, "big"))]
    before = read_files(week)
    assert all(who.to_bytes(6, "big") in before for who in marked)
    await seal(week)
    raw = read_files(week)
    assert [spelling for spelling in spelled if spelling in raw] == []


async def test_upgrade_may_be_killed_at_each_batch(week: Path) -> None:
    """Each run dies before one commit more than the last one; the last two die before and after the file is rebuilt."""
    before, people = count_rows(week), sorted(who for (who,) in rows(week, "SELECT telegram_id FROM accounts"))
    commits = [("COMMIT", last) for last in range(2, 7)]
    with killed_sealing(week) as run_until:
        for word, last in [*commits, ("VACUUM", 1), ("PRAGMA wal_checkpoint", 1)]:
            assert run_until(word, last) == -signal.SIGKILL, f"it ended before {word} {last}"
            assert count_rows(week) in (before, upgraded(before))
        assert run_until("never", 1) == 0
    assert count_rows(week) == upgraded(before)
    await require_sealed(week, people)


@contextmanager
def killed_sealing(file: Path) -> Iterator[Callable[[str, int], int]]:
    """Yield what runs the upgrade until a statement and returns the exit code."""
    command = [sys.executable, "-m", "tests.storage.killed_sealing", str(file)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE) as program:  # noqa: S603 - our own program
        asked, answers = program.stdin, program.stdout
        assert asked is not None
        assert answers is not None

        def run_until(word: str, last: int) -> int:
            print(word, last, file=asked, flush=True)
            return int(answers.readline())

        yield run_until
