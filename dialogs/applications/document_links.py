"""Links and actions of documents that a clinic makes; what was written for one stands in ``Visitor.noted``."""

from __future__ import annotations

from bot.applications.document_rules import RecentDays
from bot.delivery.screen import Colour
from bot.glossary import ApplicationId, ClinicId, DocumentId, PatientId
from dialogs.applications.links import DocumentPrompts
from dialogs.kit.link import Action, Link


class DocumentPage(Link, code="np", state=DocumentPrompts.said):
    """One document, with the question that it asks; ``up``: the way leads back, so what was written stays."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId
    up: bool = False


class TakeDays(Action, code="nt"):
    """Answer the question for a period with the last days."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId
    days: RecentDays


class ReviewDocument(Link, code="nr", state=DocumentPrompts.review):
    """An application for a document before it is sent."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId


class FileDocument(Action, code="nf", colour=Colour.GREEN):
    """Send it."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId


class AskDocumentPassing(Link, code="nc", state=DocumentPrompts.consent):
    """The consent that the clinic gets the data of a patient, asked before an application for a document is sent."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId


class AllowDocumentPassing(Action, code="ng", colour=Colour.GREEN):
    """Give that consent and send the application."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId


class AskOwnerForDocument(Action, code="no"):
    """Ask the owner of a card to ask for a document."""

    patient: PatientId
    clinic: ClinicId
    document: DocumentId


class CorrectDocument(Link, code="ne", state=DocumentPrompts.correction):
    """An application for a document that was to be corrected, before it is sent again."""

    application: ApplicationId


class ResendDocument(Action, code="ns", colour=Colour.GREEN):
    """Send a corrected application for a document again."""

    application: ApplicationId
