"""News for the staff: a post is taken, what the day brings, and delays of policy checks and applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.applications.news import ApplicationNews, PolicyRequestNews
from bot.core.people import Role
from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import AccountId, ClinicId, DeskCheckId


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
    urgency = Urgency.ROUTINE
    telling = Telling(timedelta(hours=12), Hours.CHOSEN)
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
class ApplicationNotDone(ApplicationNews):
    """To the heads and to who has approved: the clinic's system does not find the child, so the parent was refused."""

    kind = "APPLICATION_NOT_DONE"
    needs_consent = False
    telling = Telling(timedelta(days=7), repeats=False)


@dataclass(frozen=True, slots=True)
class ApplicationIsLate(ApplicationNews):
    """To the head: nobody at the clinic has decided an application in time."""

    kind = "APPLICATION_IS_LATE"
    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)


@dataclass(frozen=True, slots=True)
class PolicyRequestIsLate(PolicyRequestNews):
    """To the head: nobody at the clinic has decided an application for a policy in time."""

    kind = "POLICY_REQUEST_IS_LATE"
    needs_consent = False
    telling = Telling(timedelta(days=1), repeats=False)
