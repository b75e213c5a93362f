"""Refusals of requests for access and of invitations.

RuleError
├── AskedRecently       the owner has refused this account: no new request before ``until``
├── RequestGone         the request for access is answered or has expired
└── InvitationGone      the link does not work for this account; ``trouble`` says why
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from bot.core.errors import RuleError
from bot.glossary import PatientId


class AskedRecently(RuleError):
    """``card`` is the requesting account's own card of the policy."""

    def __init__(self, card: PatientId, until: datetime) -> None:
        super().__init__()
        self.card, self.until = card, until


class RequestGone(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class InvitationTrouble(StrEnum):
    UNKNOWN = "UNKNOWN"  # no such link, or a newer one has replaced it
    OWN = "OWN"
    ALREADY = "ALREADY"  # the account already acts for the patient
    USED = "USED"
    EXPIRED = "EXPIRED"
    RECALLED = "RECALLED"  # the owner has taken it back, or made a newer one


class InvitationGone(RuleError):
    def __init__(self, trouble: InvitationTrouble) -> None:
        super().__init__()
        self.trouble = trouble
