"""`registratura restore FILE`: make a backup the database again, without what was erased since."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import Store, make_services, open_store
from bot.backup import BackupRefused
from bot.clock import SystemClock
from bot.core import limits
from bot.core.clock import Clock
from bot.core.deeds import Actor
from bot.core.tasks import Tasks
from bot.file_modes import BESIDE_DATABASE
from bot.glossary import AccountId
from bot.settings import Settings
from bot.stream import fetch_copy
from storage import erasures
from storage.database.copying import copy_snapshot, find_damage, put_in_place
from storage.database.opening import path_of
from storage.database.rows import seconds
from storage.restoring import delete_patients, list_still_there, prepare

RESTORING = ".restoring"
"""the end of the name of a database that is not restored yet"""


async def restore_stream(settings: Settings, at: datetime | None = None, clock: Clock | None = None) -> str:
    """Restore what was streamed to BACKUP_URL, the newest or that of a moment; see ``restore_database``."""
    target = path_of(settings.database_url.get_secret_value())
    _require_no_database(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".fetched-", dir=target.parent) as folder:
        file, erased = await asyncio.to_thread(fetch_copy, settings, Path(folder), at)
        return await restore_database(settings, file, clock, erased)


async def restore_database(
    settings: Settings, file: Path, clock: Clock | None = None, known: Collection[erasures.Erased] = ()
) -> str:
    """Restore a backup to DATABASE_URL, where none may be, and return what to tell the operator.

    ``known`` was erased since besides what the lists of erasures have. It has its name only once it is ready. Raises
    BackupRefused, WrongKeys, SchemaMismatch.
    """
    target = path_of(settings.database_url.get_secret_value())
    part = target.with_name(target.name + RESTORING)
    await asyncio.to_thread(_copy, file, part, target)
    lists = (erasures.read_erasures(erasures.beside(each)) for each in (target, file))
    erased = set(known).union(*lists)
    at_part = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{part}"), "backup_url": None})
    async with open_store(at_part) as store:
        now = (clock or SystemClock()).now()
        count = await _erase_again(store, settings, clock or SystemClock(), erased)
        await store.database.write(lambda connection: prepare(connection, seconds(now)))
        await store.storage.clear_log()
    await asyncio.to_thread(put_in_place, part, target)
    return (
        f"{target} is restored. Accounts and cards that were erased since and are erased again: {count}.\n"
        "Start the bot: it compares the visits with their clinics before it sends anything."
    )


def _require_no_database(target: Path) -> None:
    if target.exists():
        raise BackupRefused(
            f"A database is at DATABASE_URL: stop the bot and move {target}, with -wal and -shm, to another folder."
        )


def _copy(file: Path, part: Path, target: Path) -> None:
    _require_no_database(target)
    if not file.exists():
        raise BackupRefused(f"There is no file {file}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    for end in BESIDE_DATABASE:  # what is left of a restore that was interrupted, or of the lost database
        part.with_name(part.name + end).unlink(missing_ok=True)
        target.with_name(target.name + end).unlink(missing_ok=True)
    if damage := find_damage(file):
        raise BackupRefused(f"{file} is damaged, nothing was restored: {'; '.join(damage)}.")
    copy_snapshot(file, part)


async def _erase_again(store: Store, settings: Settings, clock: Clock, erased: set[erasures.Erased]) -> int:
    """Erase what was erased after the copy was made; return how much was still there."""
    tasks = Tasks()
    services = make_services(store, clock, tasks, settings)
    found = await store.database.read(lambda connection: list_still_there(connection, erased))
    for each in found:
        if each.kind == "account":
            await services.erasure.erase(AccountId(each.row), keep_visits=True, by=Actor.system())
    await store.database.write(lambda connection: delete_patients(connection, found))
    await tasks.drain(limits.DRAIN_TIMEOUT)
    await store.storage.list_erasures()
    return len(found)
