"""Limits that more than one part of the bot keeps to."""

from __future__ import annotations

ANSWER_WITHIN = 10
"""seconds of one HTTP request to Telegram, fewer than a press lives; a long poll has its own time beside it"""

DRAIN_WITHIN = 10.0
"""seconds that a stopping bot waits for the work in hand"""
