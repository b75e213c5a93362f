"""Posts: a role at a clinic, and the one-time link that invites to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.people import Role
from bot.glossary import AccountId, ClinicId, PostInvitationId


class PostOutcome(StrEnum):
    """How an invitation to a post has ended."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class PostInvitation:
    """A link to a post. ``made_by`` is None if the operator has made it, ``opened_by`` whoever opened it first."""

    id: PostInvitationId
    role: Role
    clinic: ClinicId
    made_by: AccountId | None
    made_at: datetime
    until: datetime
    opened_by: AccountId | None = None
    outcome: PostOutcome | None = None

    def is_open(self, now: datetime) -> bool:
        return self.outcome is None and now < self.until
