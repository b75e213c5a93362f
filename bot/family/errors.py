"""Errors of the family slice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.core.errors import RuleError
from bot.glossary import PatientId


class AskedRecently(RuleError):
    """``card`` is the asker's own."""

    def __init__(self, card: PatientId, until: datetime) -> None:
        super().__init__()
        self.card, self.until = card, until


class RequestGone(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class InvitationTrouble(StrEnum):
    UNKNOWN = "UNKNOWN"  # never made, or a newer link has taken its place
    OWN = "OWN"
    ALREADY = "ALREADY"  # this account acts for the patient already
    USED = "USED"
    EXPIRED = "EXPIRED"


class InvitationGone(RuleError):
    def __init__(self, trouble: InvitationTrouble) -> None:
        super().__init__()
        self.trouble = trouble
