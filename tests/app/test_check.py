"""What `registratura check` says of the bot at Telegram, disk, time zones and policy desk, each outcome once."""

from __future__ import annotations

import json
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bot import check_machine
from bot.check_machine import RUSSIA, examine_disk
from bot.emulator import Emulator
from bot.findings import CheckFailed, CheckWarns
from storage.database.connection import Connection
from storage.database.opening import open_database
from tests.app.test_cli import MOTHER, Ended, Operator, emulator, ended, logs_of_the_tests_themselves, operator
from tests.chat.client import ChatClient

__all__ = ["emulator", "logs_of_the_tests_themselves", "operator"]

WITHOUT_PACKAGE = "import sys; sys.modules['tzdata'] = None"
"""Leaves only the zones of PYTHONTZPATH."""


async def line_of(part: str, operator: Operator, **settings: str) -> tuple[int | None, str]:
    """Return the exit status of `check` and what it prints of one part, mark first."""
    told = await operator.run("check", **settings)
    return told.code, found_in(told, part)


def found_in(told: Ended, part: str) -> str:
    """Return the mark and the text of a part, which takes several lines of the table if it is long."""
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told.out.splitlines() if line.startswith("│")]
    found: dict[str, str] = {}
    name = ""
    for mark, named, text in rows:
        name = named or name
        found[name] = f"{found[name]} {text}" if name in found else f"{mark} {text}"
    return found[part]


@pytest.fixture
async def ready(operator: Operator) -> Operator:
    """An operator whose bot is set up and whose check finds nothing."""
    await operator.set_up()
    return operator


# --- the bot at Telegram ----------------------------------------------------------------------------------------------


async def test_bot_that_joins_groups_is_wrong(ready: Operator, emulator: Emulator) -> None:
    async with ChatClient(ready.settings["BOT_API_URL"]) as chat:
        await chat.settings(joins_groups=True)
    code, told = await line_of("bot settings", ready)
    assert code == 1
    assert told.startswith("✗ anybody can add the bot to a group")
    assert "/setjoingroups" in told


async def test_bot_that_reads_groups_is_wrong(ready: Operator, emulator: Emulator) -> None:
    emulator.profile.joins_groups = emulator.profile.reads_groups = True
    code, told = await line_of("bot settings", ready)
    assert code == 1
    assert "/setjoingroups" in told
    assert "/setprivacy" in told


async def test_topics_are_a_warning(ready: Operator, emulator: Emulator) -> None:
    emulator.profile.has_topics = True
    code, told = await line_of("bot settings", ready)
    assert code == 0
    assert told.startswith("⚠ topics in private chats are on")


async def test_bot_as_it_should_be_is_fine(ready: Operator) -> None:
    assert await line_of("bot settings", ready) == (0, "✓ joins no groups, reads nothing there, has no topics")
    assert await line_of("webhook", ready) == (0, "✓ none, nothing stands in the way of `run`")


async def test_webhook_of_another_program_is_a_warning_with_its_host_only(ready: Operator, emulator: Emulator) -> None:
    emulator.updates.set_webhook("https://user:word@old.example.org:8443/hook/SECRET?token=SECRET")
    told = await ready.run("check")
    assert told.code == 0
    assert found_in(told, "webhook").startswith("⚠ another program has set one, to old.example.org. Is it in use?")
    for secret in ("SECRET", "word", "8443"):
        assert secret not in told.out
    assert "⚠ does not stop the bot" in told.out


async def test_bot_runs_in_spite_of_a_webhook(ready: Operator, emulator: Emulator) -> None:
    emulator.updates.set_webhook("https://old.example.org/hook")
    async with ready.serving(), ChatClient(ready.settings["BOT_API_URL"]) as chat:
        await chat.person(MOTHER).start()
        await chat.person(MOTHER).wait_for("Здравствуйте!", ever=True)
        assert emulator.updates.webhook == ""


async def test_what_needs_telegram_is_not_tried_without_it(ready: Operator) -> None:
    told = await ready.run("check", BOT_TOKEN="1:unknown")
    assert told.code == 1
    assert found_in(told, "Telegram").startswith("✗ BOT_TOKEN is unknown to Telegram")
    for part in ("bot settings", "webhook"):
        assert found_in(told, part) == "✗ not tried: see Telegram"
    told = await ready.run("check", without="BOT_TOKEN")
    for part in ("Telegram", "bot settings", "webhook"):
        assert found_in(told, part) == "✗ not tried: BOT_TOKEN must be set right first"


# --- the machine ------------------------------------------------------------------------------------------------------


async def test_too_little_space_is_wrong(ready: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_machine, "FREE_AT_LEAST", 2**60)
    code, told = await line_of("disk", ready)
    assert code == 1
    assert told.startswith("✗ ")
    assert f"free in {ready.folder}" in told
    assert "free some" in told


async def test_little_space_is_a_warning(ready: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_machine, "FREE_AT_LEAST", 0)
    monkeypatch.setattr(check_machine, "FREE_ENOUGH", 2**60)
    code, told = await line_of("disk", ready)
    assert code == 0
    assert told.startswith("⚠ ")
    assert "keep free as much" in told


def test_space_is_looked_at_where_the_database_will_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_machine, "FREE_AT_LEAST", 0)
    monkeypatch.setattr(check_machine, "FREE_ENOUGH", 0)
    assert examine_disk(tmp_path / "data" / "new.sqlite3").endswith(f"free in {tmp_path}")


def test_database_without_room_for_a_copy_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_machine, "FREE_AT_LEAST", 0)
    monkeypatch.setattr(check_machine, "FREE_ENOUGH", 0)
    database = tmp_path / "large.sqlite3"
    with database.open("wb") as file:  # a hole takes no space
        file.truncate(2 * shutil.disk_usage(tmp_path).free)
    with pytest.raises(CheckWarns, match="keep free as much"):
        examine_disk(database)
    monkeypatch.setattr(check_machine, "FREE_AT_LEAST", 2**60)
    with pytest.raises(CheckFailed):
        examine_disk(database)


async def test_zones_are_all_there(ready: Operator) -> None:
    await ready.run("seed-demo")
    assert await line_of("time zones", ready) == (0, "✓ all 27 zones of Russia are there, and those of the clinics")


def zones_in(folder: Path, *names: str) -> str:
    """Write the files of some zones into a folder, for PYTHONTZPATH."""
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with as_file(files("tzdata").joinpath("zoneinfo", *name.split("/"))) as source:
            shutil.copy(source, target)
    return str(folder)


async def check_with_zones(operator: Operator, path: str) -> Ended:
    return await ended(await operator.start_anew("check", before=WITHOUT_PACKAGE, PYTHONTZPATH=path, COLUMNS="200"))


async def test_missing_zones_of_russia_are_named(ready: Operator, tmp_path: Path) -> None:
    known = [zone for zone in RUSSIA.split() if zone not in ("Asia/Chita", "Europe/Saratov")]
    told = await check_with_zones(ready, zones_in(tmp_path / "zones", *known))
    assert told.code == 1
    line = found_in(told, "time zones")
    assert line.startswith("✗ zones of Russia are missing: Asia/Chita, Europe/Saratov; install the time zone data")


async def test_damaged_zone_is_missing(ready: Operator, tmp_path: Path) -> None:
    path = zones_in(tmp_path / "zones", *RUSSIA.split())
    (tmp_path / "zones" / "Asia/Tomsk").write_bytes(b"no zone at all")
    told = await check_with_zones(ready, path)
    assert found_in(told, "time zones").startswith("✗ zones of Russia are missing: Asia/Tomsk;")


async def test_unknown_zone_of_a_clinic_is_named(ready: Operator) -> None:
    await ready.run("seed-demo")
    database = await open_database(ready.settings["DATABASE_URL"])

    async def rename(connection: Connection) -> None:
        await connection.execute("UPDATE registry_clinics SET zone = 'Europe/Mosocw' WHERE id = 1", {})

    await database.write(rename)
    await database.close()
    code, told = await line_of("time zones", ready)
    assert code == 1
    assert told.startswith("✗ zones of clinics are not known: Europe/Mosocw; if the names are right, install")


async def test_file_that_is_no_database_does_not_hide_the_zones(operator: Operator) -> None:
    (operator.folder / "registratura.sqlite3").write_text("Dear clinic, this is a letter and no database at all. " * 20)
    told = await operator.run("check")
    assert found_in(told, "database").startswith("✗ DATABASE_URL names a database that cannot be used")
    assert found_in(told, "time zones").startswith("✓")


async def test_no_zone_at_all_is_one_sentence(ready: Operator, tmp_path: Path) -> None:
    for command in ("check", "run"):
        process = await ready.start_anew(command, before=WITHOUT_PACKAGE, PYTHONTZPATH=str(tmp_path / "none"))
        told = await ended(process)
        assert told.code == 1
        lines = [line for line in told.err.splitlines() if not is_log(line)]
        assert lines == [
            "No time zone found with key Europe/Moscow: install the time zone data anew, the package tzdata of the "
            "system or of pip."
        ]


def is_log(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


# --- the desk for policies --------------------------------------------------------------------------------------------


async def clinics_are_known(ready: Operator) -> None:
    """Give the clinics of the demo town their numbers, as `staff list` does."""
    await ready.run("seed-demo")
    await ready.run("staff", "list")


async def test_desk_for_policies_is_looked_at_only_where_it_is_set(ready: Operator) -> None:
    assert "policy desk" not in (await ready.run("check")).out


async def test_desk_for_policies_of_no_clinic_is_wrong(ready: Operator) -> None:
    await clinics_are_known(ready)
    code, told = await line_of("policy desk", ready, POLICY_DESK="77")
    assert code == 1
    assert told.startswith("✗ POLICY_DESK is 77, and no clinic has this number")
    assert "registratura staff add" in told


async def test_desk_for_policies_where_nobody_works_is_a_warning(ready: Operator) -> None:
    await clinics_are_known(ready)
    code, told = await line_of("policy desk", ready, POLICY_DESK="1")
    assert code == 0
    assert told.startswith("⚠ Детская № 12 has no registrar and no head")
    await ready.run("staff", "add", "1003", "admin", "1")
    assert (await line_of("policy desk", ready, POLICY_DESK="1"))[1].startswith("⚠"), "an admin decides nothing"
    await ready.run("staff", "add", "1003", "registrar", "1")
    assert await line_of("policy desk", ready, POLICY_DESK="1") == (0, "✓ Детская № 12 takes applications for a policy")
    code, told = await line_of("policy desk", ready, POLICY_DESK="1", DESK_SHOWS="never")
    assert code == 0
    assert told.startswith("⚠ DESK_SHOWS=never: no desk takes applications for a policy")


async def test_desk_for_policies_is_not_tried_without_a_database(operator: Operator) -> None:
    told = await operator.run("check", POLICY_DESK="1")
    assert told.code == 1
    assert found_in(told, "policy desk") == "✗ not tried: the database must be made or migrated first"
