"""Ids as short texts for QR codes: they reveal nothing, and nobody but this bot can make one."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from storage.database.crypto import BlindIndex, IdSeal

FORM = re.compile(r"[A-Za-z0-9_-]{30}")
"""base64 of 22 bytes"""


class SealedText:
    """The text of an id is the same as long as the index key is the same; ``purpose`` tells kinds of ids apart.

    An older index key that is still in the settings opens the texts that were made by it.
    """

    def __init__(self, index: BlindIndex, purpose: str) -> None:
        self._seal = IdSeal(index, purpose)

    def write(self, number: int) -> str:
        """Return 30 letters, digits, - and _."""
        return _written(self._seal.seal(number))

    def read(self, text: str) -> int | None:
        """Return the id of a text; None if this bot has not made it."""
        if not FORM.fullmatch(text):
            return None
        sealed = urlsafe_b64decode(f"{text}==")
        return self._seal.open(sealed) if _written(sealed) == text else None


def _written(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")
