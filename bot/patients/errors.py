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


class PolicyAtDesk(PolicyNotVerified):
    """A clinic's desk has not answered about the policy yet."""


class VisitsAhead(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class TooManyPatients(RuleError):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class TooManyChecks(RuleError):
    """The register has refused this account five times in an hour.

    The next check is possible at ``until``; ``patient`` or ``draft`` is the card or the form that is checked then.
    """

    def __init__(self, until: datetime, patient: PatientId | None = None, draft: DraftId | None = None) -> None:
        super().__init__()
        self.until, self.patient, self.draft = until, patient, draft


class FilesBusy(RuleError):
    """Too many files wait to be read, or the bot stops: send it again in a minute."""


class FilesPaused(RuleError):
    """Several files of this account could not be opened within the limits; the next one is read after ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class TooManyOpenChecks(RuleError):
    """The register still owes this account so many answers that no more questions are queued."""

    def __init__(self, patient: PatientId | None = None, draft: DraftId | None = None) -> None:
        super().__init__()
        self.patient, self.draft = patient, draft


class RegisterCrowded(RuleError):
    """The register refuses so many checks of all people that a question of a new account must wait for its turn."""

    def __init__(self, until: datetime, patient: PatientId | None = None) -> None:
        super().__init__()
        self.until, self.patient = until, patient


class LevelTooLow(RuleError):
    """``clinic`` demands that ``level`` is proved before a visit of ``patient`` is booked."""

    def __init__(self, patient: PatientId, clinic: ClinicId, level: Level) -> None:
        super().__init__()
        self.patient, self.clinic, self.level = patient, clinic, level


class CannotSendToDesk(RuleError):
    """The card has changed since: its policy is confirmed, is being checked, or has to be checked by the list first."""

    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class TooManyDeskChecks(RuleError):
    """Clinics' desks still owe this account ``most`` answers."""

    def __init__(self, patient: PatientId, most: int) -> None:
        super().__init__()
        self.patient, self.most = patient, most


class AlreadyUrgent(RuleError):
    """The account has called a check urgent in the last day: the desk is called by ``phone``."""

    def __init__(self, patient: PatientId, phone: str) -> None:
        super().__init__()
        self.patient, self.phone = patient, phone


class ConfirmedElsewhere(RuleError):
    """A desk has confirmed the policy, which holds for its clinic ``by`` alone; ``phone`` is that of the other one."""

    def __init__(self, patient: PatientId, by: str, phone: str) -> None:
        super().__init__()
        self.patient, self.by, self.phone = patient, by, phone


class AlreadyLinked(Exception):
    """Another card of the account has the policy."""
