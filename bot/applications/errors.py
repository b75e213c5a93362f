"""Errors of applications.

RuleError
├── ApplicationsNotTaken   the clinic's system or the clinic takes no applications: it is done at the reception
├── ApplicationHindered    the clinic takes no child of this age, or none at all at present
├── ApplicationOpen        the child has an open application of this kind
├── ApplicationGone        there is none with this number, or it has changed since
├── DocumentNotMade        the patient's clinic does not make this document, or not for this age
├── AlreadyEnrolled        the child is enrolled at this clinic
├── NothingToAwait         the clinic takes children: there is no opening to wait for
├── EnrollmentUnderWay     the clinic's system is being asked to enroll the child: nothing is withdrawn until it answers
├── LimitedCard            another card of the child must agree, or papers be seen, before this one can apply
├── NoPassport             a passport is shown at the reception and never sent
├── PapersBusy             too many files wait to be opened, or the bot stops: send it again in a minute
├── PapersNotTaken         the operator, or the clinic, takes no file of this paper: it is brought
├── PapersPaused           several files could not be opened within the limits; the next one is opened after ``until``
├── PolicyFirst            the register has not confirmed the policy
├── PolicyNotTaken         no desk takes applications for a policy: the guide says where else
├── SentTooOften           five applications about this card were sent within a day
└── TooManyPapers          so many files go with the application already
"""

from __future__ import annotations

from datetime import datetime

from bot.core.clinic import Enrolling
from bot.core.errors import RuleError
from bot.glossary import ApplicationId, ClinicId, PatientId
from bot.patients.errors import PolicyNotVerified


class ApplicationsNotTaken(RuleError):
    def __init__(self, patient: PatientId, clinic: ClinicId) -> None:
        super().__init__()
        self.patient, self.clinic = patient, clinic


class ApplicationHindered(RuleError):
    def __init__(self, patient: PatientId, clinic: ClinicId, why: Enrolling) -> None:
        super().__init__()
        self.patient, self.clinic, self.why = patient, clinic, why


class ApplicationOpen(RuleError):
    """``application`` is None if it is another card's, of another account."""

    def __init__(self, patient: PatientId, application: ApplicationId | None) -> None:
        super().__init__()
        self.patient, self.application = patient, application


class ApplicationGone(RuleError):
    pass


class DocumentNotMade(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class AlreadyEnrolled(RuleError):
    def __init__(self, patient: PatientId, clinic: ClinicId) -> None:
        super().__init__()
        self.patient, self.clinic = patient, clinic


class NothingToAwait(RuleError):
    def __init__(self, patient: PatientId, clinic: ClinicId) -> None:
        super().__init__()
        self.patient, self.clinic = patient, clinic


class EnrollmentUnderWay(RuleError):
    def __init__(self, application: ApplicationId) -> None:
        super().__init__()
        self.application = application


class LimitedCard(RuleError):
    def __init__(self, patient: PatientId) -> None:
        super().__init__()
        self.patient = patient


class NoPassport(RuleError):
    pass


class PaperUnnamed(RuleError):
    """A file came before its sender has said which paper it is."""


class PapersBusy(RuleError):
    pass


class PapersNotTaken(RuleError):
    pass


class PapersPaused(RuleError):
    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class PolicyFirst(PolicyNotVerified):
    pass


class PolicyNotTaken(RuleError):
    pass


class SentTooOften(RuleError):
    def __init__(self, patient: PatientId, most: int, until: datetime) -> None:
        """The next one is possible at ``until``."""
        super().__init__()
        self.patient, self.most, self.until = patient, most, until


class TooManyPapers(RuleError):
    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
