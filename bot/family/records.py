"""Requests for access, and invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.glossary import AccountId, InvitationId, PatientId, Ref, RequestId


class RequestStatus(StrEnum):
    """The state of a request for access. The values are stored."""

    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request of ``account`` to share the visits of ``patient``, a card of the child that it has a card of too.

    ``card`` is the account's own card of the policy, None if it was removed; at ``until`` the request expires.
    """

    id: RequestId
    ref: Ref
    patient: PatientId
    account: AccountId
    card: PatientId | None
    status: RequestStatus
    until: datetime
    answered_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.status is RequestStatus.ASKED and now < self.until


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets one more account act for a patient, until it expires; only ``opened_by`` may accept it."""

    id: InvitationId
    patient: PatientId
    owner: AccountId
    until: datetime
    opened_by: AccountId | None = None
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and now < self.until
