"""News of applications: the clinic's decision, its delay, and what another representative does or wants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.delivery.news import News, Urgency
from bot.delivery.telling import Hours, Telling
from bot.glossary import ApplicationId, ClinicId, DocumentId, PatientId, PolicyRequestId


@dataclass(frozen=True, slots=True)
class ApplicationNews(News):
    """About one application; each account has a deduplication key of its own."""

    application: ApplicationId

    @property
    def dedup(self) -> str:
        return f"{self.kind.lower()}:{self.application}:{self.account}"


@dataclass(frozen=True, slots=True)
class ApplicationAnswered(ApplicationNews):
    """The clinic has decided, or the time for a correction is over."""

    kind = "APPLICATION_ANSWERED"


@dataclass(frozen=True, slots=True)
class ApplicationLate(ApplicationNews):
    """The clinic has not decided in time."""

    kind = "APPLICATION_LATE"
    telling = Telling(timedelta(days=2), repeats=False)


@dataclass(frozen=True, slots=True)
class ApplicationStuck(ApplicationNews):
    """The clinic has decided, but its system does not answer; ``error`` is the number of the failure in the log."""

    kind = "APPLICATION_STUCK"
    telling = Telling(timedelta(days=1), repeats=False)

    error: str


@dataclass(frozen=True, slots=True)
class ApplicationByOther(ApplicationNews):
    """Another representative has filed, sent again or withdrawn it."""

    kind = "APPLICATION_BY_OTHER"


@dataclass(frozen=True, slots=True)
class ApplicationLeft(ApplicationNews):
    """It is withdrawn, because who has sent it acts for the child no more, or has deleted everything."""

    kind = "APPLICATION_LEFT"


@dataclass(frozen=True, slots=True)
class PolicyRequestNews(News):
    """About one application for a policy; each account has a deduplication key of its own."""

    request: PolicyRequestId

    @property
    def dedup(self) -> str:
        return f"{self.kind.lower()}:{self.request}:{self.account}"


@dataclass(frozen=True, slots=True)
class PolicyRequestAnswered(PolicyRequestNews):
    """The desk has decided, or the time for a correction is over."""

    kind = "POLICY_REQUEST_ANSWERED"


@dataclass(frozen=True, slots=True)
class PolicyRequestLate(PolicyRequestNews):
    """The desk has not decided in time."""

    kind = "POLICY_REQUEST_LATE"
    telling = Telling(timedelta(days=2), repeats=False)


@dataclass(frozen=True, slots=True)
class ApplicationWanted(News):
    """To the owner of a card: another representative asks to apply for the patient at a clinic."""

    kind = "APPLICATION_WANTED"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=7), Hours.WAKING)

    patient: PatientId
    clinic: ClinicId

    @property
    def dedup(self) -> str:
        return f"application_wanted:{self.patient}:{self.clinic}:{self.account}"


@dataclass(frozen=True, slots=True)
class DocumentWanted(News):
    """To the owner of a card: another representative asks to get a document for the patient."""

    kind = "DOCUMENT_WANTED"
    urgency = Urgency.PERSONAL
    telling = Telling(timedelta(days=7), Hours.WAKING)

    patient: PatientId
    clinic: ClinicId
    document: DocumentId

    @property
    def dedup(self) -> str:
        return f"document_wanted:{self.patient}:{self.document}:{self.account}"


@dataclass(frozen=True, slots=True)
class EnrollmentOpened(News):
    """A clinic that had no places enrolls again; ``wait`` is the wish to be told."""

    kind = "ENROLLMENT_OPENED"
    telling = Telling(timedelta(days=14), Hours.WAKING, repeats=False)

    patient: PatientId
    clinic: ClinicId
    wait: int

    @property
    def dedup(self) -> str:
        return f"enrollment_opened:{self.wait}"
