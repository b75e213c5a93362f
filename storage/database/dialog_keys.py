"""The columns of dialogs and how their keys are stored, for programs that need nothing of Telegram."""

from __future__ import annotations

from storage.database.crypto import BlindIndex

TABLE, STATE, DATA = "dialogs", "sealed_state", "sealed_data"
KEY_KIND = "dialog"


def key_of(plain: str, index: BlindIndex) -> str:
    """Return the stored key of a dialog whose key in aiogram is ``plain``."""
    return index.of(KEY_KIND, plain).hex()


def keys_of(plain: str, index: BlindIndex) -> tuple[str, ...]:
    """Return the stored key by each index key, the active one first: it cannot be recomputed from what is stored."""
    return tuple(digest.hex() for digest in index.all_of(KEY_KIND, plain))
