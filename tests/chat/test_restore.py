"""A lost machine: what was acknowledged before the backup is there after the restore, and nothing is told twice."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import open_store
from bot.backup import BackupRefused, backup_database
from bot.clinics.port import ClinicReason
from bot.glossary import ClinicRef
from bot.privacy.lifetimes import LIFETIMES
from bot.restore import restore_database
from storage.checks import find_broken
from storage.erasures import NAME
from storage.registry.desk import RegistryDesk
from tests.chat.actions import (
    DOCTOR_ILL,
    FRIDAY,
    MARIA,
    TIME,
    account_of,
    book,
    choose,
    link,
    moment_of,
    moscow,
    pass_until,
    ref_of,
    say,
    settle_in,
    visits,
)
from tests.chat.faulty_clinic import FaultyClinic
from tests.chat.town import Town

REMINDER = "Напоминаю"


def database_of(town: Town) -> Path:
    return town.folder / "registratura.sqlite3"


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for sql in statements:
            connection.execute(sql)


async def back_up(town: Town) -> Path:
    folder = town.folder / "elsewhere"
    folder.mkdir()
    made = await asyncio.to_thread(backup_database, town.settings, folder / "copy.sqlite3", town.clock)
    assert made.is_sound, made.text
    return folder / "copy.sqlite3"


async def lose_and_restore(town: Town, copy: Path, *meanwhile: str) -> str:
    """Stop the bot, delete the database, restore the copy and start; ``meanwhile`` is what happens at the clinic."""
    await town.running.aclose()
    for file in town.folder.glob("registratura.sqlite3*"):
        file.unlink()
    told = await restore_database(town.settings, copy, town.clock)
    change(database_of(town), *meanwhile)
    await town.restart()
    return told


async def count_reminders(town: Town) -> int:
    calls = await town.chat.calls()
    return sum(REMINDER in call["params"].get("text", "") for call in calls if call["method"] == "sendMessage")


@pytest.mark.requirement("D11")
async def test_restored_bot_goes_on_where_the_backup_was_made(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother))
    copy = await back_up(town)
    await say(town.stranger, "/start")  # an account of which the copy knows nothing
    lost = (await account_of(town, town.stranger)).id
    await lose_and_restore(town, copy)
    assert ref_of(await visits(town.mother)) == ref
    await say(town.stranger, "/start")
    assert (await account_of(town, town.stranger)).id > lost + 900_000
    await pass_until(town, moscow(25, 18, 1))
    await town.pass_time(hours=1)
    assert await count_reminders(town) == 1
    assert find_broken(database_of(town), int(town.clock.now().timestamp()), leeway=False) == []


async def test_what_was_erased_after_the_backup_is_erased_again(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await settle_in(town.father)
    await book(town.mother)
    mother = (await account_of(town, town.mother)).id
    copy = await back_up(town)
    await town.app.services.erasure.erase(mother, keep_visits=True)
    assert (town.folder / NAME).read_text().split() == ["account", str(mother), "patient", "1"]
    told = await lose_and_restore(town, copy)
    assert "erased again: 2" in told
    found = await town.app.store.storage.read(lambda view: view.accounts.get(mother))
    assert found is None
    assert await account_of(town, town.father)
    assert find_broken(database_of(town), int(town.clock.now().timestamp()), leeway=False) == []


async def test_clinics_are_asked_before_anything_is_told(town: Town) -> None:
    """The clinic cancels the visit after the backup was made, and its feed does not say so again."""
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    copy = await back_up(town)
    town.clock.advance(moscow(25, 18, 1) - town.clock.now())
    await lose_and_restore(
        town,
        copy,
        "UPDATE registry_slots SET status = 'FREE' WHERE id IN "
        "(SELECT slot_id FROM registry_bookings WHERE key IS NOT NULL)",
        "UPDATE registry_bookings SET status = 'CANCELLED' WHERE key IS NOT NULL",
    )
    await town.work()
    assert await count_reminders(town) == 0
    assert "отмен" in (await town.mother.screen()).text


THE_CLINICS = ("registry_changes", "registry_bookings", "registry_slots")


async def lose_all_but_the_clinic(town: Town, copy: Path, reason: ClinicReason | None = None) -> None:
    """Restore the copy beside a clinic that goes on: the embedded one is in the copy, so its newest rows are put back.

    With a reason the clinic cancels the newest visit while the bot is down.
    """
    await town.running.aclose()
    if reason is not None:
        await cancel_newest(town, reason)
    lost = database_of(town).rename(town.folder / "lost.sqlite3")
    await restore_database(town.settings, copy, town.clock)
    with closing(sqlite3.connect(database_of(town))) as connection, connection:
        connection.execute("ATTACH ? AS lost", (str(lost),))
        for table in THE_CLINICS:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        for table in reversed(THE_CLINICS):
            connection.execute(f"INSERT INTO {table} SELECT * FROM lost.{table}")  # noqa: S608 - names of ours
    await town.restart()
    await town.work()


async def cancel_newest(town: Town, reason: ClinicReason) -> None:
    async with open_store(town.settings) as store:
        desk = RegistryDesk(store.database, store.cipher, store.index, town.clock)
        sql = "SELECT v.id, v.clinic_id FROM registry_visits v ORDER BY v.id DESC LIMIT 1"
        [(visit, clinic)] = await store.database.read(lambda connection: connection.fetch(sql, {}))
        await desk.cancel_visit(ClinicRef(str(clinic)), visit, reason)


async def count_messages(town: Town) -> int:
    return sum(call["method"] == "sendMessage" for call in await town.chat.calls())


@pytest.mark.requirement("D11")
async def test_visit_booked_after_the_backup_comes_back_without_a_word(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    copy = await back_up(town)
    when = moment_of(await book(town.mother))
    sent = await count_messages(town)
    await lose_all_but_the_clinic(town, copy)
    assert await count_messages(town) == sent
    assert when in (await visits(town.mother)).text
    await pass_until(town, moscow(25, 18, 1))
    assert await count_reminders(town) == 1
    assert find_broken(database_of(town), int(town.clock.now().timestamp()), leeway=False) == []


async def test_visit_to_a_doctor_of_no_list_comes_back_without_a_name(town: Town) -> None:
    """The copy is older than the doctor's first listing, and the doctor has left since."""
    await settle_in(town.mother, MARIA)
    copy = await back_up(town)
    when = moment_of(await book(town.mother))
    gone = "UPDATE registry_doctors SET retired = 1 WHERE family = 'Петрова'"
    change(copy, "DELETE FROM doctors", gone)
    await lose_all_but_the_clinic(town, copy)
    seen = await visits(town.mother)
    assert moment_of(seen) == when
    assert "имя врача не указано" in seen.text


@pytest.mark.parametrize("press", ["Перенести", "/children", "/visits"])
async def test_card_made_after_the_backup_is_added_anew_and_its_visit_comes_back(town: Town, press: str) -> None:
    """The parent adds the child again, as the screen says; the visit is found by its key, without papers."""
    mother = town.mother
    await settle_in(mother)
    copy = await back_up(town)
    await say(mother, "/children")
    await choose(mother, "Добавить")
    await link(mother, MARIA)
    when = moment_of(await book(mother))
    await lose_all_but_the_clinic(town, copy)
    if press.startswith("/"):
        assert (await say(mother, press)).labels[0] in {"Добавить ребёнка", "Записаться к врачу"}
    else:
        assert "больше нет" in str((await mother.press(press)).alert)
        assert "Добавим ребёнка" in (await mother.screen()).text
    await say(mother, "/children")
    await choose(mother, "Добавить")
    await link(mother, MARIA)
    await visits(mother)
    await town.rested()
    seen = await visits(mother)
    assert moment_of(seen) == when
    assert "сделана в поликлинике" not in seen.text.lower()


async def test_visit_moved_after_the_backup_is_not_told_as_cancelled(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    ref = ref_of(await book(town.mother))
    copy = await back_up(town)
    moved = await choose(town.mother, "Перенести", FRIDAY, TIME, "Перенести")
    sent = await count_messages(town)
    await lose_all_but_the_clinic(town, copy)
    assert await count_messages(town) == sent
    seen = await visits(town.mother)
    assert (ref_of(seen), moment_of(seen)) == (ref, moment_of(moved))


async def test_later_visit_that_the_clinic_has_cancelled_is_told_once(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    copy = await back_up(town)
    await book(town.mother)
    await lose_all_but_the_clinic(town, copy, ClinicReason.DOCTOR_ILL)
    await town.pass_time(minutes=1)
    assert DOCTOR_ILL.search((await town.mother.screen()).text)


async def test_message_whose_time_is_over_is_not_sent_after_a_restore(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    copy = await back_up(town)
    town.clock.advance(moscow(29, 12) - town.clock.now())
    await lose_and_restore(town, copy)
    await town.work()
    assert await count_reminders(town) == 0


async def test_every_table_that_gives_out_ids_leaves_room(town: Town) -> None:
    copy = await back_up(town)
    await lose_and_restore(town, copy)
    with closing(sqlite3.connect(database_of(town))) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").fetchall()
        room = dict(connection.execute("SELECT name, seq FROM sqlite_sequence"))
    assert {name for (name,) in tables} <= LIFETIMES.keys()
    assert [name for (name,) in tables if room.get(name, 0) < 1_000_000] == []


async def test_silent_clinic_holds_up_the_news_for_an_hour_at_most(town: Town) -> None:
    await settle_in(town.mother, MARIA)
    await book(town.mother)
    copy = await back_up(town)
    clinic = FaultyClinic()
    clinic.down.add("bookings")
    town.clinics = clinic.systems
    town.clock.advance(moscow(25, 18, 1) - town.clock.now())
    await lose_and_restore(town, copy)
    await town.work()
    assert await count_reminders(town) == 0
    await town.pass_time(minutes=61)
    assert await count_reminders(town) == 1


async def test_restore_never_replaces_a_database(town: Town) -> None:
    copy = await back_up(town)
    with pytest.raises(BackupRefused, match="stop the bot and move"):
        await restore_database(town.settings, copy, town.clock)


async def test_damaged_backup_is_not_restored(town: Town) -> None:
    copy = await back_up(town)
    with copy.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(BackupRefused, match="is damaged"):
        await lose_and_restore(town, copy)
    await restore_database(town.settings, await fresh(town), town.clock)
    await town.restart()


async def fresh(town: Town) -> Path:
    """Return an undamaged copy of an empty town."""
    settings = town.settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{town.folder}/other.sqlite3")})
    async with open_store(settings):
        made = await asyncio.to_thread(backup_database, settings, town.folder / "fresh.sqlite3", town.clock)
    assert made.is_sound
    return town.folder / "fresh.sqlite3"
