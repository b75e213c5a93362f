"""News for the staff: a post is taken, what the day brings, and trouble with policy checks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from bot.core.people import Role
from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import AccountId, ApplicationId, ClinicId, DeskCheckId, PolicyRequestId


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


@dataclass(frozen=True, slots=True)
class DeskCheckNews(News):
    """About one policy check at the clinic of the head."""

    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)

    check: DeskCheckId

    @property
    def dedup(self) -> str:
        return f"{self.kind.lower()}:{self.check}:{self.account}"


@dataclass(frozen=True, slots=True)
class DeskIsLate(DeskCheckNews):
    """Nobody has decided a check within the clinic's hours."""

    kind = "DESK_IS_LATE"


@dataclass(frozen=True, slots=True)
class DigitsGuessed(DeskCheckNews):
    """A member of the staff has typed wrong last digits too often."""

    kind = "DIGITS_GUESSED"


@dataclass(frozen=True, slots=True)
class ApplicationNotDone(News):
    """To the heads and to who has approved: the clinic's system does not find the child, so the parent was refused."""

    kind = "APPLICATION_NOT_DONE"
    needs_consent = False
    telling = Telling(timedelta(days=7), repeats=False)

    application: ApplicationId

    @property
    def dedup(self) -> str:
        return f"application_not_done:{self.application}:{self.account}"


@dataclass(frozen=True, slots=True)
class ApplicationIsLate(News):
    """To the head: nobody at the clinic has decided an application in time."""

    kind = "APPLICATION_IS_LATE"
    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)

    application: ApplicationId

    @property
    def dedup(self) -> str:
        return f"application_is_late:{self.application}:{self.account}"


@dataclass(frozen=True, slots=True)
class PolicyRequestIsLate(News):
    """To the head: nobody at the clinic has decided an application for a policy in time."""

    kind = "POLICY_REQUEST_IS_LATE"
    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)

    request: PolicyRequestId

    @property
    def dedup(self) -> str:
        return f"policy_request_is_late:{self.request}:{self.account}"
