"""Timeouts and key sizes that several parts of the bot share."""

from __future__ import annotations

import re

TAP_TIMEOUT = 2.5
"""seconds that a tap waits for an answer before the screen says «проверяю»; a callback query lives a little longer"""

REQUEST_TIMEOUT = 10
"""seconds of one HTTP request to Telegram, fewer than a callback query lives; a long poll has its own time beside it"""

LOCK_TIMEOUT = 5.0
"""seconds that a unit of work waits for a lock of another program on the database, half of a callback query's life"""

DRAIN_TIMEOUT = 10.0
"""seconds that a stopping bot waits for the work in progress"""

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
"""the id of an encryption key"""
KEY_LENGTH = 32
"""bytes of an encryption key"""

FIRST_INDEX_KEY = "1"
"""the id of an index key that is given without one, as the setting of earlier releases had it"""
