"""Errors of the staff slice."""

from __future__ import annotations

from bot.core.errors import RuleError


class VisitGone(RuleError):
    pass


class DeskSlotGone(RuleError):
    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
