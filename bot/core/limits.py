"""Limits that more than one part of the bot keeps to."""

from __future__ import annotations

import re

TAP_WAITS = 2.5
"""seconds a tap waits for an answer before the screen says «проверяю»; a callback lives a little longer"""

ANSWER_WITHIN = 10
"""seconds of one HTTP request to Telegram, fewer than a press lives; a long poll has its own time beside it"""

DRAIN_WITHIN = 10.0
"""seconds that a stopping bot waits for the work in hand"""

KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
KEY_LENGTH = 32
"""an encryption key: what its id may be, and its bytes"""
