"""The Telegram ids of a database file, which stores them sealed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.glossary import AccountId
from storage.database.crypto import Cipher
from storage.database.telegram_ids import unseal


def telegram_ids(file: Path, cipher: Cipher) -> dict[AccountId, int]:
    """Return the Telegram id of each account."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT id, uid, sealed_telegram FROM accounts").fetchall()
    return {AccountId(account): unseal(uid, sealed, cipher) for account, uid, sealed in rows}
