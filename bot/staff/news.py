"""News for the staff: somebody has taken a post, and what the day brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from bot.core.people import Role
from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import AccountId, ClinicId


@dataclass(frozen=True, slots=True)
class PostTaken(News):
    """To the admin who has made a link: an account has taken the post."""

    kind = "POST_TAKEN"
    needs_consent = False

    member: AccountId
    role: Role

    @property
    def dedup(self) -> str:
        return f"post:{self.account}:{self.member}:{self.role}"


@dataclass(frozen=True, slots=True)
class MorningDigest(News):
    """To a member who sees the visits of a clinic: how many there are on a day, and what waits in the queue."""

    kind = "MORNING_DIGEST"
    urgency: ClassVar[Urgency] = Urgency.ROUTINE
    telling: ClassVar[Telling] = Telling(lasts=timedelta(hours=12), hours=Hours.CHOSEN)
    needs_consent = False

    clinic: ClinicId
    day: date

    @property
    def dedup(self) -> str:
        return f"digest:{self.clinic}:{self.day.isoformat()}:{self.account}"
