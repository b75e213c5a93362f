"""Encryption of personal data at rest: each value is bound to its row, and a keyed hash finds equal values."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from bot.core.limits import FIRST_INDEX_KEY, KEY_ID, KEY_LENGTH
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
        self.active, self.ids = active, tuple(keys)
        self.unreadable: deque[str] = deque(maxlen=MOST_UNREADABLE)
        """the tables of the values that could not be opened, the newest last"""

    def seal(self, table: str, column: str, uid: bytes, text: str) -> bytes:
        """Return ``text`` encrypted for one row, which ``uid`` identifies, and one column: it opens nowhere else."""
        return self.seal_with(self.active, table, column, uid, text)

    def seal_with(self, key: str, table: str, column: str, uid: bytes, text: str) -> bytes:
        """Seal with a key that need not be the active one, for canaries."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        return head_of(key) + nonce + self._keys[key].encrypt(nonce, text.encode(), _place(table, column, uid))

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
    """HMAC-SHA256 of a value: finds equal values and reveals nothing without the key.

    ``keys`` are key ids with their keys, the active one first; a key alone has the id FIRST_INDEX_KEY.
    """

    def __init__(self, keys: bytes | Mapping[str, bytes]) -> None:
        named = {FIRST_INDEX_KEY: keys} if isinstance(keys, bytes) else keys
        self._keys = [_checked(name, key) for name, key in named.items()]
        self.ids = tuple(named)
        if not self._keys:
            raise ValueError("there is no index key")

    def of(self, kind: str, value: str) -> bytes:
        """Return the digest by the active key: what is stored, and what finds everything that can be recomputed."""
        return _digest(self._keys[0], kind, value)

    def all_of(self, kind: str, value: str) -> tuple[bytes, ...]:
        """Return the digest by each key, active first: one of them finds what was stored and cannot be recomputed."""
        return tuple(_digest(key, kind, value) for key in self._keys)

    @property
    def marks(self) -> tuple[bytes, ...]:
        """What tells the keys apart and reveals none, the active one's first."""
        return self.all_of("canary", "canary")


class IdSeal:
    """AES-SIV: an id as bytes that reveal nothing and that only a holder of the index key can make.

    The same id gives the same bytes, of which 128 bits authenticate it. An older index key opens what it has sealed.
    """

    LENGTH = 6
    """bytes of an id"""

    def __init__(self, index: BlindIndex, purpose: str) -> None:
        self._ciphers = [AESSIV(key) for key in index.all_of("id seal", purpose)]

    def seal(self, number: int) -> bytes:
        """Return 22 bytes."""
        return self._ciphers[0].encrypt(number.to_bytes(self.LENGTH), None)

    def open(self, sealed: bytes) -> int | None:
        """Return the id, None if no key at hand has sealed it."""
        for cipher in self._ciphers:
            with suppress(InvalidTag):
                return int.from_bytes(cipher.decrypt(sealed, None))
        return None


def head_of(key: str) -> bytes:
    """Return the bytes with which everything sealed with this key begins."""
    return bytes([len(key)]) + key.encode()


def key_of(sealed: bytes) -> str | None:
    """Return the id of the key that has sealed a value, None if the value does not begin with one."""
    key = sealed[1 : 1 + sealed[0]].decode("ascii", "replace") if sealed else ""
    return key if KEY_ID.fullmatch(key) else None


def make_uid() -> bytes:
    return secrets.token_bytes(UID_LENGTH)


def _digest(key: bytes, kind: str, value: str) -> bytes:
    return hmac.digest(key, f"{kind}\0{value}".encode(), hashlib.sha256)


def _place(table: str, column: str, uid: bytes) -> bytes:
    return f"{table}\0{column}\0".encode() + uid


def _checked(name: str, key: bytes) -> bytes:
    if not KEY_ID.fullmatch(name):
        raise ValueError("an encryption key's id is up to 16 letters, digits, - or _")
    if len(key) != KEY_LENGTH:
        raise ValueError(f"encryption key {name!r} must have {KEY_LENGTH} bytes")
    return key
