"""Make new keys for the settings."""

from __future__ import annotations

import base64
import secrets

from bot.core.limits import FIRST_INDEX_KEY, KEY_LENGTH


def make_keys() -> dict[str, str]:
    """Return new values of SECRET_KEYS and INDEX_KEYS, each with one key of the id 1."""
    return {name: f"{FIRST_INDEX_KEY}:{_random_key()}" for name in ("SECRET_KEYS", "INDEX_KEYS")}


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_LENGTH)).decode()
