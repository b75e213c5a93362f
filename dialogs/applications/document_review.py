"""An application for a document before it is sent: the review, and the consent that the clinic gets the data."""

from __future__ import annotations

from hashlib import sha256

from bot.applications.documents import DocumentOffer
from bot.core.clinic_documents import DocumentAsks
from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.delivery.screen import Screen
from dialogs.applications.apply import passed_line
from dialogs.applications.document_links import (
    AllowDocumentPassing,
    AskDocumentPassing,
    DocumentPage,
    FileDocument,
    ReviewDocument,
)
from dialogs.applications.document_wording import said_line, written_in
from dialogs.applications.links import ApplicationBegun, ApplicationPage, DocumentList
from dialogs.applications.sending import sent_or_kept
from dialogs.applications.ways import child_data
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.screen import button, lines, text, ways_out

flow = Flow("document review")

CHANGES = {
    DocumentAsks.PERIOD: N_("Change the days"),
    DocumentAsks.PLACE: N_("Change the place"),
    DocumentAsks.DOCTOR: N_("Change the doctor"),
}


@flow.screen(ReviewDocument)
async def review_document(visitor: Visitor, link: ReviewDocument) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, clinic=link.clinic, document=link.document)
    document, patient, clinic = offer.document, offer.patient, offer.clinic
    change = DocumentPage(patient=link.patient, clinic=link.clinic, document=link.document, up=True)
    return Screen(
        lines(
            _("<b>Check the application</b>"),
            [
                text(_("Document: {name}"), name=document.name),
                text(_("Patient: <b>{name}</b>, {policy}"), name=patient_name(patient), policy=patient.masked_policy),
                text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address),
                said_line(document.asks, visitor.noted),
                text(_("Ready by {when}"), when=spoken_moment(offer.due_at, clinic.zone, visitor.now)),
            ],
            [passed_line(offer.details)],
        ),
        (
            (button(_("Send"), FileDocument(**link.model_dump())),),
            (
                *([button(_(CHANGES[document.asks]), change)] if document.asks in CHANGES else []),
                button(_("Another document"), DocumentList(patient=link.patient, clinic=link.clinic)),
            ),
            (child_data(ApplicationBegun(**link.model_dump())),),
            ways_out(change),
        ),
        asks=True,
    )


def is_ready(visitor: Visitor, offer: DocumentOffer) -> bool:
    """Return whether nothing is missing in the application; what was written is gone from an old screen."""
    said = bool(visitor.noted) or offer.document.asks is DocumentAsks.NOTHING
    return said and offer.is_owner and offer.open is None and offer.why_not is None


@flow.answer(ReviewDocument)
async def on_written_again(visitor: Visitor, prompt: ReviewDocument, typed: str) -> Outcome:
    visitor.noted = written_in(typed)
    return prompt


@flow.action(FileDocument)
async def on_file(visitor: Visitor, link: FileDocument) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, clinic=link.clinic, document=link.document)
    if not offer.has_consent:
        return AskDocumentPassing(**link.model_dump())
    return await file(visitor, link)


async def file(visitor: Visitor, link: FileDocument | AllowDocumentPassing) -> Outcome:
    requests = visitor.services.document_requests
    sending = requests.file(visitor.account, link.patient, link.clinic, link.document, visitor.noted)
    filed = await sent_or_kept(visitor, sending, ReviewDocument(**link.model_dump()))
    if isinstance(filed, Reply):
        return filed
    visitor.noted = ""
    return Reply(ApplicationPage(application=filed), line=_("✅ The application is sent."))


@flow.screen(AskDocumentPassing)
async def ask_passing(visitor: Visitor, link: AskDocumentPassing) -> Screen:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    return Screen(
        passing_text(offer),
        (
            (button(_("I agree, send"), AllowDocumentPassing(**link.model_dump())),),
            ways_out(ReviewDocument(**link.model_dump())),
        ),
        asks=True,
    )


def passing_text(offer: DocumentOffer) -> str:
    """Return the text of the consent that the clinic gets the data for documents."""
    return lines(
        _("<b>Consent: data for the clinic</b>"),
        [
            text(_("<b>To whom:</b> {clinic}, {address}."), clinic=offer.clinic.name, address=offer.clinic.address),
            text(_("<b>About whom:</b> {name}"), name=patient_name(offer.patient)),
            passed_line(offer.details),
            _("<b>Why:</b> to make the documents that you ask for."),
            _(
                "<b>How long:</b> until a document is ready or refused, and for those that you ask for here later; "
                "after it the clinic keeps the data by its own rules. To take the consent back, withdraw the "
                "application."
            ),
        ],
    )


@flow.answer(AskDocumentPassing)
async def on_written_before_consent(visitor: Visitor, prompt: AskDocumentPassing, typed: str) -> Outcome:
    visitor.noted = written_in(typed)
    return ReviewDocument(patient=prompt.patient, clinic=prompt.clinic, document=prompt.document)


@flow.action(AllowDocumentPassing)
async def on_allow(visitor: Visitor, link: AllowDocumentPassing) -> Outcome:
    requests = visitor.services.document_requests
    offer = await requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, clinic=link.clinic, document=link.document)
    digest = sha256(passing_text(offer).encode()).hexdigest()
    await requests.agree(visitor.account, link.patient, link.clinic, link.document, digest)
    return await file(visitor, link)
