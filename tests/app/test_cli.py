"""The command line, run against the emulator of Telegram: exit codes, and sentences instead of tracebacks."""

from __future__ import annotations

import asyncio
import base64
import errno
import json
import logging
import os
import re
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramUnauthorizedError
from aiogram.methods import GetMe
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.app import assembled, run
from bot.demo import run_demo
from bot.emulator import Emulator, serve
from bot.emulator.errors import Refusal
from bot.logs import without_quotes
from bot.settings import Settings, SettingsError, load_settings
from bot.start_errors import sentence_for_operator
from storage.database.connection import Connection
from storage.database.opening import open_database
from storage.migrations import list_migrations
from tests.app.program import Program, start_program
from tests.chat.client import ChatClient
from tests.empty_database import create_migrated
from tests.project_files import ROOT

KEY = base64.b64encode(b"k" * 32).decode()
MOTHER = 1001
STOPS_WITHIN = 90
"""seconds after which the bot is taken to hang"""

CONFLICTS_LAST_LONG = """
from itertools import count
from types import SimpleNamespace
from bot.telegram import polling
polling.time = SimpleNamespace(monotonic=count(100, polling.CONFLICT_PATIENCE / 2).__next__)
"""
"""Each poll that meets another program is half of the patience later than the one before."""


class Ended(NamedTuple):
    code: int | None
    out: str
    err: str


class Operator:
    """Run commands in a folder of its own, with settings in the environment."""

    def __init__(self, folder: Path, telegram: str) -> None:
        self.folder = folder
        self.settings = {
            "BOT_TOKEN": "4242:EMULATOR",
            "BOT_API_URL": telegram,
            "SECRET_KEYS": f"1:{KEY}",
            "INDEX_KEYS": f"1:{KEY}",
            "OPERATOR_NAME": "Оператор",
            "SUPPORT_PHONE": "+7 900 000-00-00",
            "SUPPORT_EMAIL": "help@example.org",
            "SUPPORT_HOURS": "всегда",
            "WEB_PORT": "0",
            "LOG_JSON": "true",
            "DATABASE_URL": f"sqlite:///{folder}/registratura.sqlite3",
        }

    def as_settings(self, **given: Any) -> Settings:
        return load_settings(None, **({name.lower(): value for name, value in self.settings.items()} | given))

    async def run(self, *command: str, without: str = "", **settings: str) -> Ended:
        """Run one command to its end, in this process: a new process for each would take most of the time."""
        given = self.settings | settings | ({without: ""} if without else {})
        result = await asyncio.to_thread(CliRunner().invoke, cli, command, env=given | {"COLUMNS": "200"})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    async def set_up(self) -> None:
        """Make the database with `migrate`, on a copy of one that has all tables: to make them takes the longest."""
        await create_migrated(self.folder / "registratura.sqlite3")
        assert (await self.run("migrate")).code == 0

    async def start(self, *command: str, before: str = "", **settings: str) -> Program:
        """Run one command in a process of its own; ``before`` is Python that it runs first, to shorten a time limit."""
        environment = self._environment(settings)
        return await start_program(command, folder=self.folder, environment=environment, before=before)

    async def start_anew(self, *command: str, before: str = "", **settings: str) -> Process:
        """Run one command in a new Python, which imports everything after ``before``."""
        program = ("-c", f"{before}\nfrom bot.__main__ import main\nmain()") if before else ("-m", "bot")
        environment = self._environment(settings)
        return await asyncio.create_subprocess_exec(
            sys.executable, *program, *command, cwd=self.folder, env=environment, stdout=PIPE, stderr=PIPE
        )

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.settings, **settings}

    @asynccontextmanager
    async def serving(self, before: str = "", **settings: str) -> AsyncIterator[Program]:
        """Run the bot; kill it at the end if it has not stopped by itself."""
        process = await self.start("run", before=before, **settings)
        try:
            await started(process)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()


async def started(process: Process | Program) -> None:
    assert process.stderr is not None
    async for line in process.stderr:
        if json.loads(line)["event"] == "started":
            return
    raise AssertionError("the bot has not started")


async def ended(process: Process | Program) -> Ended:
    try:
        out, err = await asyncio.wait_for(process.communicate(), STOPS_WITHIN)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ended(process.returncode, out.decode(), err.decode())


async def until(emulator: Emulator, true: Callable[[], bool]) -> None:
    while not true():
        assert await emulator.activity.changed.wait(STOPS_WITHIN)


def is_one_sentence(text: str) -> bool:
    return len(text.splitlines()) == 1 and "Traceback" not in text


@pytest.fixture(autouse=True)
def logs_of_the_tests_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.command_line.configure_logs", lambda level, as_json: None)


@pytest.fixture
def emulator() -> Emulator:
    """A bot that @BotFather has been told to keep out of groups, as OPERATING.md asks for."""
    emulator = Emulator()
    emulator.profile.joins_groups = False
    return emulator


@pytest.fixture
async def operator(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Operator]:
    async with serve(emulator) as url:
        yield Operator(tmp_path, url)


# --- settings ---------------------------------------------------------------------------------------------------------


async def test_no_value_of_an_unreadable_env_file_is_printed(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(operator.folder)
    (operator.folder / ".env").write_bytes("OPERATOR_NAME=Больница\nSUPPORT_HOURS=всегда\n".encode("cp1251"))
    for command in ("run", "check", "migrate"):
        told = await operator.run(command)
        assert told.code != 0
        said = told.out + told.err
        assert ".env cannot be read: save it as UTF-8" in said
        assert "Traceback" not in said
        assert operator.settings["BOT_TOKEN"] not in said
        assert KEY not in said


async def test_missing_setting_is_named_in_one_sentence(operator: Operator) -> None:
    told = await ended(await operator.start_anew("run", INDEX_KEYS=""))
    assert told.code == 2
    assert told.err.startswith("INDEX_KEYS is missing: ")
    assert is_one_sentence(told.err)


async def test_wrong_setting_is_named_without_its_value(operator: Operator) -> None:
    ended = await operator.run("run", SECRET_KEYS="1:hunter2")
    assert ended.code == 2
    assert ended.err.startswith("SECRET_KEYS is wrong: ")
    assert "hunter2" not in ended.err
    assert is_one_sentence(ended.err)


async def test_run_refuses_a_clock_that_can_be_moved(operator: Operator) -> None:
    ended = await operator.run("run", CLOCK_URL="http://127.0.0.1:1/clock")
    assert ended.code == 2
    assert "CLOCK_URL" in ended.err
    assert is_one_sentence(ended.err)


async def test_unsupported_database_is_named(operator: Operator) -> None:
    ended = await operator.run("migrate", DATABASE_URL="postgresql://host/name")
    assert (ended.code, is_one_sentence(ended.err)) == (2, True)
    assert "DATABASE_URL" in ended.err


async def test_port_in_use_is_reported_with_its_setting(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="address already in use") as trouble:
            await run(operator.as_settings(web_port=port))
        with pytest.raises(SettingsError, match=rf"^--port is wrong: {port} is taken"):
            await run_demo(port)
    assert "WEB_PORT" in (sentence_for_operator(trouble.value) or "")


async def test_new_keys_are_valid_settings(operator: Operator) -> None:
    ended = await operator.run("keys")
    names = dict(line.split("=", 1) for line in ended.out.splitlines())
    settings = load_settings(
        None,
        bot_token="1:a",
        operator_name="-",
        support_phone="-",
        support_email="a@b.c",
        support_hours="-",
        secret_keys=names["SECRET_KEYS"],
        index_keys=names["INDEX_KEYS"],
    )
    assert settings.secret_keys[0].id == "1"
    assert settings.secret_keys[0].key != settings.index_keys[0].key


# --- the database -----------------------------------------------------------------------------------------------------


async def test_second_migrate_and_seed_change_nothing(operator: Operator) -> None:
    newest = list_migrations()[-1].name
    assert newest in (await operator.run("migrate")).out
    assert (await operator.run("migrate")).code == 0
    first, second = await operator.run("seed-demo"), await operator.run("seed-demo")
    assert "7 clinics" in first.out
    assert "Added now: 0 times" not in first.out
    assert "Added now: 0 times" in second.out


async def test_staff_command_accepts_only_existing_clinics(operator: Operator) -> None:
    await operator.run("seed-demo")
    appointed = await operator.run("staff", "add", "5", "registrar", "1")
    assert appointed.out == "5 is REGISTRAR at Детская № 12.\n"
    nowhere = await operator.run("staff", "add", "5", "registrar", "99")
    assert nowhere.code == 2
    assert "Детская № 7" in nowhere.err


async def test_staff_are_added_listed_and_removed(operator: Operator) -> None:
    await operator.run("seed-demo")
    assert (await operator.run("staff", "list")).out == "Nobody is a member of a clinic's staff yet.\n"
    await operator.run("staff", "add", "5", "registrar", "1")
    await operator.run("staff", "add", "6", "admin", "2")
    listed = (await operator.run("staff", "list")).out
    assert re.search(r"5 .*REGISTRAR .*1 Детская № 12 .*not yet", listed)
    assert re.search(r"6 .*ADMIN .*2 Детская № 7 .*not yet", listed)
    removed = await operator.run("staff", "remove", "5")
    assert removed.out == "5 is REGISTRAR at Детская № 12 no longer.\n"
    assert [each["telegram_id"] for each in json.loads((await operator.run("staff", "list", "--json")).out)] == [6]
    again = await operator.run("staff", "remove", "5")
    assert (again.code, again.err) == (1, "5 is not a member of a clinic's staff.\n")


async def test_file_that_is_no_database_is_reported_in_a_sentence(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear clinic, this is a letter and no database at all. " * 20)
    ended = await operator.run("migrate", DATABASE_URL=f"sqlite:///{tmp_path}/letter.txt")
    assert ended.code == 1
    assert "DATABASE_URL" in ended.err
    assert is_one_sentence(ended.err)


# --- check ------------------------------------------------------------------------------------------------------------


async def test_check_of_a_healthy_installation_finds_nothing(operator: Operator) -> None:
    await operator.run("migrate")
    ended = await operator.run("check")
    assert ended.code == 0, ended
    assert "✗" not in ended.out
    assert "⚠" not in ended.out
    assert ended.out.count("✓") == 11
    assert "every key fits the database" in ended.out
    assert "@registratura_bot" in ended.out


async def test_check_accepts_a_schema_that_is_only_expanded(operator: Operator, tmp_path: Path) -> None:
    """After a rollback the database is ahead of the program; a migration that does more than expand is refused."""
    url = f"sqlite:///{tmp_path}/ahead.sqlite3"
    await operator.run("migrate", DATABASE_URL=url)
    database = await open_database(url)

    async def run_ahead(connection: Connection) -> None:
        await connection.execute("INSERT INTO migrations VALUES (9999, '9999_next.sql', 'x')", {})
        await connection.execute("INSERT INTO expanding_migrations VALUES (9999)", {})

    await database.write(run_ahead)
    assert "newer and fits this program: 9999_next.sql" in " ".join(
        (await operator.run("check", DATABASE_URL=url)).out.split()
    )
    forget = "DELETE FROM expanding_migrations WHERE number = 9999"
    await database.write(lambda connection: connection.execute(forget, {}))
    await database.close()
    assert "made by another version" in " ".join((await operator.run("check", DATABASE_URL=url)).out.split())


async def test_check_runs_every_part_and_shows_no_secret(operator: Operator, emulator: Emulator) -> None:
    ended = await operator.run("check", INDEX_KEYS="hunter2", BOT_TOKEN="1:unknown")
    assert ended.code == 1
    assert "INDEX_KEYS is wrong" in " ".join(ended.out.split())
    assert "no database" in ended.out
    assert "BOT_TOKEN is unknown" in " ".join(ended.out.split())
    assert ended.out.count("✓") == 5, "catalogues, modes of files, disk, zones and event loop are right"
    for secret in ("hunter2", "1:unknown", KEY):
        assert secret not in ended.out + ended.err


async def test_check_reports_that_telegram_does_not_answer(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    ended = await operator.run("check", BOT_API_URL=f"http://127.0.0.1:{port}", without="BOT_TOKEN")
    assert "not tried" in ended.out
    ended = await operator.run("check", BOT_API_URL=f"http://127.0.0.1:{port}")
    assert ended.code == 1
    assert "does not answer" in ended.out


# --- running ----------------------------------------------------------------------------------------------------------


async def test_second_bot_on_one_database_stops_with_a_sentence(operator: Operator) -> None:
    async with assembled(operator.as_settings()):
        told = await ended(await operator.start("run"))
    assert told.code == 1
    assert told.err.splitlines()[-1].startswith("Another instance works with this database (DATABASE_URL)")
    assert "Traceback" not in told.err


async def test_bot_stops_when_another_program_polls_its_token(operator: Operator, emulator: Emulator) -> None:
    async with operator.serving(before=CONFLICTS_LAST_LONG) as bot:
        stopping = asyncio.create_task(ended(bot))  # noqa: TID251 - awaited below
        while not stopping.done():
            with suppress(Refusal):
                await emulator.updates.poll(offset=0, limit=1, seconds=0)
            await asyncio.wait([stopping], timeout=0.1)
        told = await stopping
    assert told.code == 1
    assert "BOT_TOKEN" in told.err.splitlines()[-1]
    assert "Traceback" not in told.err


async def test_stop_finishes_the_update_in_work(operator: Operator, emulator: Emulator) -> None:
    async with operator.serving() as bot, ChatClient(operator.settings["BOT_API_URL"]) as chat:
        mother = chat.person(MOTHER)
        await chat.fault("slow", method="sendMessage", seconds=1)
        await mother.start()
        await until(emulator, lambda: not emulator.updates.pending)
        bot.terminate()
        told = await ended(bot)
        await mother.wait_for("Здравствуйте!", ever=True)
    assert told.code == 0
    lines = [json.loads(line) for line in told.err.splitlines()]
    assert not [line for line in lines if line["level"] in ("error", "critical")]


async def test_stop_during_the_start_prints_no_traceback(operator: Operator, emulator: Emulator) -> None:
    async with ChatClient(operator.settings["BOT_API_URL"]) as chat:
        await chat.fault("hang", method="getMe")
        bot = await operator.start("run")
        await until(emulator, lambda: bool(emulator.activity.running))
        bot.terminate()
        told = await ended(bot)
    assert told.code == 130
    assert "Traceback" not in told.err


# --- sentences --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "setting"),
    [
        (TelegramUnauthorizedError(GetMe(), "Unauthorized"), "BOT_TOKEN"),
        (TelegramNetworkError(GetMe(), "no route"), "BOT_API_URL"),
        (sqlite3.OperationalError("disk I/O error"), "DATABASE_URL"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/data"), "DATABASE_URL"),
        (OSError(errno.EADDRINUSE, "address already in use"), "WEB_PORT"),
    ],
)
def test_error_of_the_installation_names_its_setting(error: Exception, setting: str) -> None:
    told = sentence_for_operator(error)
    assert told is not None
    assert setting in told


def test_error_of_the_program_has_no_sentence() -> None:
    assert sentence_for_operator(ValueError("a mistake of ours")) is None
    assert sentence_for_operator(OSError(errno.EIO, "input/output error")) is None


def test_log_line_of_a_library_loses_the_text_of_its_exception() -> None:
    args = (7, ValueError("Иванова Мария Сергеевна"))
    record = logging.LogRecord("aiogram", logging.ERROR, "", 0, "Update %d failed: %s\nПодробно", args, None)
    assert without_quotes(record)
    assert record.getMessage() == "Update 7 failed: ValueError"
