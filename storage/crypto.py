"""Personal data at rest: sealed so that a value opens only in its own row, and found again without being opened."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
NONCE_LENGTH = 12
UID_LENGTH = 16

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class CannotOpen(Exception):
    """A sealed value was not made by these keys for this place; the text never gets into the message."""


class Cipher:
    """AES-256-GCM under the active key; values sealed under the other keys still open.

    A sealed value is: one byte, how long the key's id is; the id; the nonce; the text and its tag.
    """

    def __init__(self, keys: Mapping[str, bytes], active: str) -> None:
        if active not in keys:
            raise ValueError(f"there is no encryption key {active!r}")
        self._keys = {name: AESGCM(_checked(name, key)) for name, key in keys.items()}
        self._seal = self._keys[active]
        self._head = bytes([len(active)]) + active.encode()

    def seal(self, table: str, column: str, uid: bytes, text: str) -> bytes:
        """``uid`` belongs to the row and was made before it: the value opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_LENGTH)
        return self._head + nonce + self._seal.encrypt(nonce, text.encode(), _place(table, column, uid))

    def open(self, table: str, column: str, uid: bytes, sealed: bytes) -> str:
        """Raises CannotOpen."""
        end = 1 + sealed[0] if sealed else 0
        key = self._keys.get(sealed[1:end].decode("ascii", "replace"))
        if key is None:
            raise CannotOpen(f"{table}.{column}: sealed with a key that is not at hand")
        nonce, text = sealed[end : end + NONCE_LENGTH], sealed[end + NONCE_LENGTH :]
        try:
            return key.decrypt(nonce, text, _place(table, column, uid)).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen(f"{table}.{column}: changed, moved to another row or sealed with another key") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value is under the active key: when all are, the others can be thrown away."""
        return sealed.startswith(self._head)


class BlindIndex:
    """HMAC-SHA256 of a value: equal values are found by it, and nothing is learned from it without the key."""

    def __init__(self, key: bytes) -> None:
        self._key = _checked("index", key)

    def of(self, kind: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{value}".encode(), hashlib.sha256)


def make_uid() -> bytes:
    return secrets.token_bytes(UID_LENGTH)


def make_key() -> str:
    """A new key in the form that settings take."""
    return base64.b64encode(secrets.token_bytes(KEY_LENGTH)).decode()


def parse_key(setting: str, text: str) -> bytes:
    """One base64 key. Raises ValueError naming the setting, never its value."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{setting}: a key must be base64") from None
    if len(key) != KEY_LENGTH:
        raise ValueError(f"{setting}: a key must have {KEY_LENGTH} bytes, not {len(key)}")
    return key


def parse_keys(setting: str, text: str) -> dict[str, bytes]:
    """Keys written ``id:base64,id2:base64``, in their order. Raises ValueError naming the setting, never its value."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, separator, key = part.partition(":")
        if not separator or not KEY_ID.fullmatch(name):
            raise ValueError(f"{setting}: write each key as id:base64, the id in up to 16 letters, digits, - or _")
        if name in keys:
            raise ValueError(f"{setting}: two keys share one id")
        keys[name] = parse_key(setting, key)
    if not keys:
        raise ValueError(f"{setting}: no key is given")
    return keys


def _place(table: str, column: str, uid: bytes) -> bytes:
    return f"{table}\0{column}\0".encode() + uid


def _checked(name: str, key: bytes) -> bytes:
    if not KEY_ID.fullmatch(name):
        raise ValueError("an encryption key's id is up to 16 letters, digits, - or _")
    if len(key) != KEY_LENGTH:
        raise ValueError(f"encryption key {name!r} must have {KEY_LENGTH} bytes")
    return key
