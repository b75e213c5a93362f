"""Seal the Telegram ids of a database that an earlier release has written; it may stop anywhere and goes on later."""

from __future__ import annotations

import sqlite3

import structlog

from storage.database.connection import Connection, Database
from storage.database.crypto import BlindIndex, CannotOpen, Cipher, make_uid
from storage.database.dialog_keys import DATA, TABLE as DIALOGS, key_of
from storage.database.queries import load_queries
from storage.database.telegram_ids import index_of, seal

queries = load_queries("sealing")

STEP = "seal_telegram_ids"
BATCH = 200

log = structlog.get_logger(__name__)


async def seal_telegram_ids(database: Database, cipher: Cipher, index: BlindIndex, batch: int = BATCH) -> None:
    """Seal what is not sealed yet, then write the file anew, so that no free page keeps an id.

    Each batch is one transaction. The step stays unfinished until the file is written: a start after a crash goes on.
    """
    if await database.read(lambda connection: queries.find_unfinished_step(connection, step=STEP)) is None:
        return
    log.info("Telegram ids are being sealed")
    while await database.write(lambda connection: _seal_accounts(connection, cipher, index, batch)):
        pass
    while await database.write(lambda connection: _seal_dialogs(connection, cipher, index, batch)):
        pass
    try:
        await database.rebuild()
    except sqlite3.Error as error:
        # The bot can work meanwhile: there may be no room for a second copy of the file.
        log.warning("the database file was not written anew, the next start tries again", error=str(error))
        return
    await database.write(lambda connection: queries.finish_step(connection, step=STEP))


async def _seal_accounts(connection: Connection, cipher: Cipher, index: BlindIndex, batch: int) -> bool:
    """Return whether there were accounts to seal."""
    rows = await queries.list_unsealed_accounts(connection, limit=batch)
    for row in rows:
        uid, telegram_id = make_uid(), row["telegram_id"]
        sealed, person = seal(telegram_id, uid, cipher), index_of(telegram_id, index)
        await queries.set_sealed_id(connection, account=row["id"], uid=uid, sealed=sealed, person=person)
    return bool(rows)


async def _seal_dialogs(connection: Connection, cipher: Cipher, index: BlindIndex, batch: int) -> bool:
    """Return whether there were dialogs to seal. One that no key opens is deleted: its key is a Telegram id."""
    rows = await queries.list_unsealed_dialogs(connection, limit=batch)
    for row in rows:
        old, new = row["key"], key_of(row["key"], index)
        try:
            data = cipher.open(DIALOGS, DATA, old.encode(), row["sealed_data"] or b"")
        except CannotOpen:
            await queries.delete_dialog(connection, key=old)
        else:
            sealed = cipher.seal(DIALOGS, DATA, new.encode(), data)
            await queries.move_dialog(connection, old=old, new=new, data=sealed)
    return bool(rows)
