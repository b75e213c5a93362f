"""Telegram ids: each is sealed in the row of its account and found by a keyed index."""

from __future__ import annotations

from storage.database.crypto import BlindIndex, Cipher

TABLE, COLUMN = "accounts", "sealed_telegram"

INDEX_KIND = "asker"
"""The same digest stands beside the failed checks of an erased account, which count for its Telegram user."""


def index_of(telegram_id: int, index: BlindIndex) -> bytes:
    """Return the digest that finds the account of a Telegram user."""
    return index.of(INDEX_KIND, str(telegram_id))


def indexes_of(telegram_id: int, index: BlindIndex) -> tuple[bytes, ...]:
    """Return the digest by each key: the failed checks of an erased account keep the one that they were given."""
    return index.all_of(INDEX_KIND, str(telegram_id))


def seal(telegram_id: int, uid: bytes, cipher: Cipher) -> bytes:
    """Return the id encrypted for the account with this uid."""
    return cipher.seal(TABLE, COLUMN, uid, str(telegram_id))


def unseal(uid: bytes, sealed: bytes, cipher: Cipher) -> int:
    """Return the id. Raises CannotOpen if no key opens it."""
    return int(cipher.open(TABLE, COLUMN, uid, sealed))
