"""The keys of the recorded week."""

from __future__ import annotations

from storage.database.crypto import BlindIndex, Cipher

CIPHER = Cipher({"test": b"k" * 32}, "test")
INDEX = BlindIndex(b"k" * 32)
