"""News of a patient's policy: the register's answers, what the calendar brings, and the end of the card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import DeskCheckId, PatientId
from bot.patients.rules.watch import Occasion


@dataclass(frozen=True, slots=True)
class PatientNews(News):
    """About one patient; each account has a deduplication key of its own."""

    patient: PatientId

    @property
    def dedup(self) -> str:
        return f"{self.kind.lower()}:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class CheckAnswered(PatientNews):
    """The register has answered a check of this account."""

    kind = "VERIFICATION"
    urgency = Urgency.PERSONAL
    telling = Telling(hours=Hours.SOON)

    @property
    def dedup(self) -> str:
        return f"check:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class CheckLate(PatientNews):
    """The register has not answered for half an hour."""

    kind = "CHECK_LATE"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=1), Hours.SOON, repeats=False)

    @property
    def dedup(self) -> str:
        return f"late:{self.patient}"


@dataclass(frozen=True, slots=True)
class CorrectionDue(PatientNews):
    """A day is left to correct what the register found different at ``checked``."""

    kind = "CORRECTION_DUE"
    urgency = Urgency.ROUTINE

    checked: datetime

    @property
    def dedup(self) -> str:
        return f"correct:{self.patient}"


@dataclass(frozen=True, slots=True)
class PolicyChanged(PatientNews):
    """A confirmed policy is not in force any more, or is again."""

    kind = "POLICY_CHANGED"

    @property
    def dedup(self) -> str:
        return f"policy:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class OccasionNews(PatientNews):
    """An ``occasion`` of the calendar."""

    urgency = Urgency.ROUTINE

    occasion: Occasion

    @property
    def dedup(self) -> str:
        return f"{self.occasion}:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class PolicyEnds(OccasionNews):
    """``until`` is the last day of the policy."""

    kind = "POLICY_ENDS"

    until: date


@dataclass(frozen=True, slots=True)
class CardToConfirm(OccasionNews):
    """The card was confirmed half a year ago: is everything still right?"""

    kind = "CONFIRM_CARD"
    telling = Telling(repeats=False)


@dataclass(frozen=True, slots=True)
class PatientGrown(OccasionNews):
    """A birthday that changes the rules."""

    kind = "GROWN"


@dataclass(frozen=True, slots=True)
class CardClosed(PatientNews):
    """The patient is of age: the card is closed and will be erased."""

    kind = "CARD_CLOSED"

    @property
    def dedup(self) -> str:
        return f"closed:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class PapersSeen(PatientNews):
    """A desk has seen the papers of the representative."""

    kind = "PAPERS_SEEN"
    urgency = Urgency.PERSONAL

    @property
    def dedup(self) -> str:
        return f"papers:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class OtherProved(PatientNews):
    """A desk has seen the papers of another account with a card of this child; ``patient`` is the reader's card."""

    kind = "OTHER_PROVED"
    urgency = Urgency.PERSONAL

    @property
    def dedup(self) -> str:
        return f"proved:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class MatterDeclined(PatientNews):
    """A desk has looked at the papers and declined the matter; ``matter`` is its kind."""

    kind = "MATTER_DECLINED"
    urgency = Urgency.PERSONAL

    matter: str

    @property
    def dedup(self) -> str:
        return f"declined:{self.matter}:{self.patient}:{self.account}"


@dataclass(frozen=True, slots=True)
class DeskAnswered(PatientNews):
    """A clinic's desk has checked the policy."""

    kind = "DESK_ANSWERED"
    urgency = Urgency.PERSONAL
    telling = Telling(hours=Hours.SOON)

    check: DeskCheckId


@dataclass(frozen=True, slots=True)
class DeskCheckLate(PatientNews):
    """A clinic's desk has not checked the policy within its hours."""

    kind = "DESK_CHECK_LATE"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=1), Hours.SOON, repeats=False)

    check: DeskCheckId


@dataclass(frozen=True, slots=True)
class PolicyWanted(News):
    """The reminder to get a policy; the account had ``cards`` of other children when it asked to be reminded."""

    kind = "GET_POLICY"
    urgency = Urgency.ROUTINE

    cards: int = 0

    @property
    def dedup(self) -> str:
        return f"get policy:{self.account}"
