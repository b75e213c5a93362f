"""Rows and sections of the export; what the operator asks for and finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.glossary import AccountId, AppointmentId, PatientId, Ref, TakeoverId

ExportRecord = Mapping[str, object]
"""A row of the export, with field names that its owner can read."""

ACCOUNT_SECTIONS = (
    "favourite_clinics",
    "requests_made",
    "invitations_received",
    "takeovers",
    "failed_checks",
    "drafts",
    "policy_requests",
    "policy_request_history",
    "sent_policy_requests",
    "messages",
)
PATIENT_SECTIONS = (
    "representatives",
    "visits",
    "chosen_times",
    "requests_received",
    "invitations_made",
    "desk_matters",
    "desk_checks",
    "applications",
    "application_history",
    "application_papers",
    "sent_applications",
    "clinic_consents",
    "enrollments",
    "enrollment_waits",
    "waits",
    "shared_cards",
    "said_once",
)
"""Sections of the export that contain rows as they are, in their order."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a person may have quoted: every reading of one typed text; None where it cannot be read so."""

    ref: Ref | None = None
    phone: str | None = None
    policy_number: str | None = None
    telegram_id: int | None = None
    account: AccountId | None = None
    card: PatientId | None = None
    visit: AppointmentId | None = None
    is_failure: bool = False
    """it has the form of the number of a failure, which only the log knows"""

    @property
    def is_unreadable(self) -> bool:
        return self == Quoted()


class Source(StrEnum):
    """What led the operator to an account."""

    PHONE = "phone"
    TELEGRAM_ID = "Telegram id"
    ACCOUNT = "account"
    POLICY = "policy"
    CARD = "card"
    VISIT = "visit"
    KEPT_VISIT = "visit whose card is erased, at the clinic"
    REQUEST = "request for access"
    MATTER = "matter for the desk"
    APPLICATION = "application to a clinic"
    POLICY_REQUEST = "application for a policy"
    ERASURE = "erasure"
    TAKEOVER = "takeover"


class Holdings(NamedTuple):
    """What an account has, in numbers."""

    patients: int
    shared: int
    """patients that another account keeps too"""
    visits: int
    """upcoming ones"""
    unshared_visits: int
    """upcoming visits of the patients that nobody else keeps"""


class UndoableMove(NamedTuple):
    """A takeover that was made and can still be undone; ``new`` is None if that account is erased."""

    takeover: TakeoverId
    ref: Ref
    old: AccountId
    new: AccountId | None
    moved_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that was found, and the accounts that it belongs to."""

    source: Source
    accounts: Sequence[AccountId] = ()
    ref: Ref | None = None
    status: str = ""
    at: datetime | None = None
    operator: str = ""
    """who ran the command, of an erasure by the operator"""
