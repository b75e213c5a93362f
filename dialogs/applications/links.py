"""Links and actions of applications to a clinic."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup

from bot.applications.records import (
    ApplicationKind,
    ApplicationStanding,
    EnrollmentReason,
    LastChange,
    PaperKind,
)
from bot.delivery.screen import Colour
from bot.glossary import ApplicationId, AppointmentId, ClinicId, DocumentId, PaperId, PatientId, PolicyRequestId
from dialogs.kit.link import Action, Fields, Link, Page


class DocumentPrompts(StatesGroup):
    """States that wait for what a document asks, or that keep what was typed until it is sent."""

    said = State()
    review = State()
    consent = State()
    correction = State()


class PolicyPrompts(StatesGroup):
    """The state that waits for an answer of the form for a policy."""

    answer = State()


class PaperPrompts(StatesGroup):
    """States that wait for the file of a paper."""

    paper = State()
    passport = State()
    """a file that comes is refused, as at the next ones"""
    added = State()
    review = State()
    corrected = State()


class EnrollmentForm(Fields):
    """What an application for enrollment says; ``instead`` is an open one that is withdrawn."""

    patient: PatientId
    clinic: ClinicId
    reason: EnrollmentReason
    last_change: LastChange = LastChange.UNKNOWN
    instead: ApplicationId | None = None


class ApplicationBegun(Link, code="eA", choice=True):
    """An application that is not sent yet, with what was chosen in it: the way back to its review."""

    patient: PatientId
    clinic: ClinicId | None = None
    reason: EnrollmentReason | None = None
    last_change: LastChange = LastChange.UNKNOWN
    instead: ApplicationId | None = None
    again: ApplicationId | None = None
    """one that is corrected and sent again"""
    document: DocumentId | None = None
    """which is asked for; what was written for it stands in ``Visitor.noted``"""


class ReviewApplication(EnrollmentForm, Link, code="ea", state=PaperPrompts.review):
    """An application for enrollment before it is sent."""


class ChooseReason(Link, code="eb"):
    """The choice of the reason for an enrollment."""

    patient: PatientId
    clinic: ClinicId
    last_change: LastChange = LastChange.UNKNOWN
    instead: ApplicationId | None = None


class ChooseLastChange(Link, code="ec"):
    """The question when the clinic was changed last."""

    patient: PatientId
    clinic: ClinicId
    reason: EnrollmentReason
    instead: ApplicationId | None = None


class FileApplication(EnrollmentForm, Action, code="ed", colour=Colour.GREEN):
    """Send the application."""


class AskPassing(EnrollmentForm, Link, code="ee"):
    """The consent that a clinic gets the data of a patient, asked before an application is sent."""


class AllowPassing(EnrollmentForm, Action, code="ef", colour=Colour.GREEN):
    """Give that consent and send the application."""


class MyApplications(Link, code="eg"):
    """The applications of an account's patients."""

    page: Page = Page(0)


class ApplicationPage(Link, code="eh"):
    """One application: where it stands, its history, and what can be done."""

    application: ApplicationId


class PolicyRequestPage(Link, code="hi"):
    """One application for a policy: where it stands, its history, and what can be done."""

    request: PolicyRequestId


class AskWithdraw(Link, code="ei"):
    """The question whether to withdraw an application."""

    application: ApplicationId


class WithdrawApplication(Action, code="ej", colour=Colour.RED):
    """Withdraw an application."""

    application: ApplicationId


class AskOwner(Action, code="ek"):
    """Ask the owner of a card to apply at a clinic."""

    patient: PatientId
    clinic: ClinicId


class ReviewCorrected(Link, code="el", state=PaperPrompts.corrected):
    """An application that was to be corrected, before it is sent again."""

    application: ApplicationId
    reason: EnrollmentReason
    last_change: LastChange = LastChange.UNKNOWN


class OtherReason(Link, code="em"):
    """The choice of another reason for an application that is sent again."""

    application: ApplicationId
    last_change: LastChange = LastChange.UNKNOWN


class ResendApplication(Action, code="en", colour=Colour.GREEN):
    """Send a corrected application again."""

    application: ApplicationId
    reason: EnrollmentReason
    last_change: LastChange = LastChange.UNKNOWN


class ApplicationBelow(Link, code="eo", below=True):
    """One application, in a new message below the notice about it."""

    application: ApplicationId


class OldVisits(Link, code="ep"):
    """The visits at other clinics of a child whom an application has enrolled."""

    application: ApplicationId
    page: Page = Page(0)


class AskOldVisit(Link, code="eq"):
    """The question whether to keep one of them."""

    application: ApplicationId
    appointment: AppointmentId


class CancelOldVisit(Action, code="er", colour=Colour.RED):
    """Cancel one of them; it never counts as late."""

    application: ApplicationId
    appointment: AppointmentId


class ApplicationFile(Action, code="es"):
    """Send the confirmation of an application as a PDF."""

    application: ApplicationId


class DocumentsForWhom(Link, code="nw"):
    """The choice of a patient for a document."""

    page: Page = Page(0)


class DocumentList(Link, code="nl", later=1):
    """The documents that the patient's own clinic makes; ``clinic`` is chosen for a card that has none.

    ``others``: it is none of those that make them on an application in the bot.
    """

    patient: PatientId
    clinic: ClinicId | None = None
    page: Page = Page(0)
    others: bool = False


class FilteredApplications(Link, code="et"):
    """The applications of an account's patients that have a kind, a status, or both."""

    kind: ApplicationKind | None = None
    status: ApplicationStanding | None = None
    page: Page = Page(0)


class SentVersions(Link, code="eu"):
    """What the clinic was sent with an application, each time."""

    application: ApplicationId
    page: Page = Page(0)


class CorrespondenceFile(Action, code="ev"):
    """Send the whole correspondence about an application as a PDF."""

    application: ApplicationId


class ApplicationFilters(Link, code="ew"):
    """The choice of the applications that are listed."""

    kind: ApplicationKind | None = None
    status: ApplicationStanding | None = None


class AwaitOpening(Action, code="ex"):
    """Ask to be told when a clinic without places enrolls again."""

    patient: PatientId
    clinic: ClinicId


class AwaitedOpening(Link, code="ey"):
    """The wish to be told when a clinic enrolls again."""

    patient: PatientId
    clinic: ClinicId


class StopAwaiting(Action, code="ez"):
    """Take that wish back."""

    patient: PatientId
    clinic: ClinicId


class ClinicForPatient(Link, code="yc"):
    """The choice of a patient whose clinic is to be seen or changed."""

    page: Page = Page(0)


class OurClinic(Link, code="ym"):
    """The clinic where a patient is enrolled."""

    patient: PatientId


class PrintOurClinic(Action, code="Yp"):
    """Send what is known of that clinic as a PDF."""

    patient: PatientId


class PapersForm(EnrollmentForm):
    """The form that papers go with; ``again`` is an application that is sent again with them."""

    again: ApplicationId | None = None


class AddedPapers(PapersForm, Link, code="ga", state=PaperPrompts.added):
    """The papers that go with an application."""


class SendPaper(PapersForm, Link, code="gb", state=PaperPrompts.paper):
    """The question for the file of a paper."""

    kind: PaperKind = PaperKind.BIRTH_CERTIFICATE


class AboutPassport(PapersForm, Link, code="gk", state=PaperPrompts.passport):
    """Why a passport is not sent; a file that comes is refused."""


class RemovePaper(PapersForm, Action, code="Ga", colour=Colour.RED):
    """Delete a file that is not sent yet."""

    paper: PaperId = PaperId(0)
