"""Encryption of personal data at rest: each value is bound to its row, and a keyed hash finds equal values."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.core.limits import KEY_ID, KEY_LENGTH
from bot.core.readable import CannotOpen as CannotOpen

NONCE_LENGTH = 12
UID_LENGTH = 16
MOST_UNREADABLE = 100
"""failures that are remembered until they are reported"""


class Cipher:
    """AES-256-GCM: seals with the active key, opens values sealed with any of the keys.

    Format of a sealed value: length of the key id (one byte), key id, nonce (12 bytes), encrypted text, tag (16 bytes).
    """

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        if active not in keys:
            raise ValueError(f"there is no encryption key {active!r}")
        self._keys = {name: AESGCM(_checked(name, key)) for name, key in keys.items()}
        self._seal = self._keys[active]
        self._head = bytes([len(active)]) + active.encode()
        self.unreadable: deque[str] = deque(maxlen=MOST_UNREADABLE)
        """the tables of the values that could not be opened, the newest last"""

    def seal(self, table: str, column: str, uid: bytes, text: str) -> bytes:
        """Return ``text`` encrypted for one row, which ``uid`` identifies, and one column: it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        return self._head + nonce + self._seal.encrypt(nonce, text.encode(), _place(table, column, uid))

    def open(self, table: str, column: str, uid: bytes, sealed: bytes) -> str:
        """Return the text. Raises CannotOpen if the value was changed, moved or sealed with an unknown key."""
        try:
            return self._open(table, column, uid, sealed)
        except CannotOpen:
            self.unreadable.append(table)
            raise

    def _open(self, table: str, column: str, uid: bytes, sealed: bytes) -> str:
        end = 1 + sealed[0] if sealed else 0
        key = self._keys.get(sealed[1:end].decode("ascii", "replace"))
        if key is None:
            raise CannotOpen(f"{table}.{column}: sealed with a key that is not at hand")
        nonce, text = sealed[end : end + NONCE_LENGTH], sealed[end + NONCE_LENGTH :]
        try:
            return key.decrypt(nonce, text, _place(table, column, uid)).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen(f"{table}.{column}: changed, moved to another row or sealed with another key") from None


class BlindIndex:
    """HMAC-SHA256 of a value: finds equal values and reveals nothing without the key."""

    def __init__(self, key: bytes) -> None:
        self._key = _checked("index", key)

    def of(self, kind: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{value}".encode(), hashlib.sha256)


def make_uid() -> bytes:
    return secrets.token_bytes(UID_LENGTH)


def _place(table: str, column: str, uid: bytes) -> bytes:
    return f"{table}\0{column}\0".encode() + uid


def _checked(name: str, key: bytes) -> bytes:
    if not KEY_ID.fullmatch(name):
        raise ValueError("an encryption key's id is up to 16 letters, digits, - or _")
    if len(key) != KEY_LENGTH:
        raise ValueError(f"encryption key {name!r} must have {KEY_LENGTH} bytes")
    return key
