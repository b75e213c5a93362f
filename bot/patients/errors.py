"""Errors of the patients slice."""

from __future__ import annotations

from datetime import datetime

from bot.core.clinic import Level
from bot.core.errors import RuleError
from bot.glossary import ClinicId, DraftId, PatientId


class NotOwner(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class PolicyNotVerified(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class VisitsAhead(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class TooManyPatients(RuleError):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class TooManyChecks(RuleError):
    """Five wrong answers of the register in an hour, for the account or for the number.

    ``patient`` is the card, ``draft`` the form that waits meanwhile.
    """

    def __init__(self, until: datetime, patient: PatientId | None = None, draft: DraftId | None = None) -> None:
        super().__init__()
        self.until, self.patient, self.draft = until, patient, draft


class LevelTooLow(RuleError):
    """``clinic`` demands ``level`` of whoever books for ``patient``."""

    def __init__(self, patient: PatientId, clinic: ClinicId, level: Level) -> None:
        super().__init__()
        self.patient, self.clinic, self.level = patient, clinic, level


class AlreadyLinked(Exception):
    pass
