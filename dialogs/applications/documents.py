"""Certificates and documents: which one, what it asks, the review, the consent to pass data, and the application."""

from __future__ import annotations

from hashlib import sha256

from bot.applications.document_rules import LENGTHS, DocumentHindrance, RecentDays, answer_in
from bot.applications.documents import DocumentChoice, DocumentOffer, ListedDocument
from bot.clinics.clinic_documents import ClinicDocument, DocumentAsks
from bot.core.i18n import N_, gettext as _, ngettext, numeric_date, spoken_moment
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from dialogs.applications.apply import passed_line
from dialogs.applications.document_links import (
    AllowDocumentPassing,
    AskDocumentPassing,
    AskOwnerForDocument,
    DocumentList,
    DocumentPage,
    DocumentsForWhom,
    FileDocument,
    ReviewDocument,
    TakeDays,
)
from dialogs.applications.document_wording import said_line
from dialogs.applications.links import ApplicationPage, MyApplications
from dialogs.booking.links import ChooseClinic, Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few, first_lines, page_of
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.patients.links import ChooseWay, EditCard, PatientCard

flow = Flow("documents")

ON_A_PAGE = 8

QUESTIONS = {
    DocumentAsks.PERIOD: N_("For which days? Press a button or write it."),
    DocumentAsks.PLACE: N_("For which place? Write the school, the camp or the hospital."),
    DocumentAsks.DOCTOR: N_("To which doctor or examination? Write it as the doctor has said it."),
}
EXAMPLES = {
    DocumentAsks.PERIOD: N_("from 9 to 20 November"),
    DocumentAsks.PLACE: N_("school No. 5"),
    DocumentAsks.DOCTOR: N_("the cardiologist"),
}
RECENT = {
    RecentDays.WEEK: N_("The last week"),
    RecentDays.TWO_WEEKS: N_("The last two weeks"),
    RecentDays.MONTH: N_("The last month"),
}
CHANGES = {
    DocumentAsks.PERIOD: N_("Change the days"),
    DocumentAsks.PLACE: N_("Change the place"),
    DocumentAsks.DOCTOR: N_("Change the doctor"),
}


# --- which document ---------------------------------------------------------------------------------------------------


@flow.screen(DocumentsForWhom)
async def for_whom(visitor: Visitor, link: DocumentsForWhom) -> Outcome:
    patients = await visitor.services.document_requests.patients(visitor.account.id)
    if len(patients) == 1:
        return DocumentList(patient=patients[0].id)
    if not patients:
        return Screen(
            _("First a child's policy must be added and checked: then I can ask a clinic for documents."),
            ((button(_("Add a child"), ChooseWay()),), ways_out(MyApplications())),
        )
    shown = page_of(link, patients, ON_A_PAGE)

    def whom(each: Patient) -> Button:
        return button(patient_name(each), DocumentList(patient=each.id))

    return Screen(
        lines(_("For whom is the document?"), shown.place), (*shown.rows(whom, 2), ways_out(MyApplications()))
    )


@flow.screen(DocumentList)
async def document_list(visitor: Visitor, link: DocumentList) -> Screen:
    visitor.noted = ""  # a new choice: what was written before is over
    choice = await visitor.services.document_requests.choice(visitor.account.id, link.patient)
    if not choice.documents:
        return nowhere_screen(choice)
    fitting = [each for each in choice.documents if each.why_not is None]
    shown = page_of(link, fitting, ON_A_PAGE)
    others = [each for each in choice.documents if each.why_not is not None]

    def document(each: ListedDocument) -> Button:
        return button(each.document.name, DocumentPage(patient=link.patient, document=each.document.number))

    return Screen(
        lines(
            _("<b>Certificates and documents</b>"),
            heading(choice),
            _("Which one? The clinic makes these:")
            if fitting
            else _("The clinic makes no document for this age here. Ask the reception."),
            [_("Not for this age:"), *first_lines(others, lambda each: not_for_age(each))] if others else "",
            shown.place,
        ),
        (*shown.rows(document), ways_out(PatientCard(patient=link.patient))),
    )


def heading(choice: DocumentChoice | DocumentOffer) -> str:
    clinic = "" if choice.clinic is None else choice.clinic.name
    return text(_("Patient: {name} · clinic: {clinic}"), name=patient_name(choice.patient), clinic=clinic)


def not_for_age(listed: ListedDocument) -> str:
    return text(_("• {name}: {ages}"), name=listed.document.name, ages=ages_of(listed.document))


def ages_of(document: ClinicDocument) -> str:
    """Return for which ages a document is, «с 14 до 17 лет»."""
    first, last = document.min_age or 0, document.max_age
    if last is None:
        return _("from the age of {first}").format(first=first)
    return _("from the age of {first} to {last}").format(first=first, last=last)


def nowhere_screen(choice: DocumentChoice) -> Screen:
    """Say where documents are made if not by an application here."""
    patient, clinic = choice.patient, choice.clinic
    if clinic is None:
        return Screen(
            lines(
                _("<b>Certificates and documents</b>"),
                _("The child's own clinic makes them, and I do not know it yet. Choose the clinic or book a visit."),
            ),
            ((button(_("Choose the clinic"), ChooseClinic(patient=patient.id)),), ways_out(to_card(patient))),
        )
    return Screen(
        lines(
            _("<b>Certificates and documents</b>"),
            text(
                _("{clinic} takes no applications for them in the bot. The reception makes them: {address}, {phone}."),
                clinic=clinic.name,
                address=clinic.address,
                phone=clinic.phone,
            ),
            _("Take your passport and the child's policy. After an illness the doctor gives the certificate."),
        ),
        (
            *copying(phone=clinic.phone),
            (button(_("Book a doctor"), Specialties(patient=patient.id, clinic=clinic.id)),),
            ways_out(to_card(patient)),
        ),
    )


def to_card(patient: Patient) -> PatientCard:
    return PatientCard(patient=patient.id)


# --- one document -----------------------------------------------------------------------------------------------------


@flow.screen(DocumentPage)
async def document_page(visitor: Visitor, link: DocumentPage) -> Outcome:
    if not link.up:
        visitor.noted = ""
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.document)
    if offer.open is not None:
        return ApplicationPage(application=offer.open.id)
    asks, back = offer.document.asks, ways_out(DocumentList(patient=link.patient))
    if offer.why_not is not None:
        return Screen(lines(*facts(visitor, offer), why_not(offer)), (back,))
    if not offer.is_owner:
        return ask_owner_screen(visitor, offer)
    if asks is DocumentAsks.NOTHING:
        return Screen(lines(*facts(visitor, offer)), (next_row(link, _("Further")), back))
    return Screen(
        lines(
            *facts(visitor, offer),
            [_(QUESTIONS[asks]), text(_("For example: {example}"), example=_(EXAMPLES[asks]))],
            text(_("Now it is: {current}"), current=visitor.noted) if visitor.noted else "",
        ),
        (
            *([next_row(link, _("Leave it so"))] if visitor.noted else []),
            *(few(RecentDays, lambda each: days_button(link, each)) if asks is DocumentAsks.PERIOD else []),
            back,
        ),
        asks=True,
    )


def next_row(link: DocumentPage, label: str) -> Row:
    return (button(label, ReviewDocument(patient=link.patient, document=link.document)),)


def days_button(link: DocumentPage, days: RecentDays) -> Button:
    return button(_(RECENT[days]), TakeDays(patient=link.patient, document=link.document, days=days))


def facts(visitor: Visitor, offer: DocumentOffer) -> list[str | list[str]]:
    """Return what a clinic says of a document, and when it would be ready."""
    document, zone = offer.document, offer.clinic.zone
    return [
        text("<b>{name}</b>", name=document.name),
        heading(offer),
        [
            text(_("What for: {audience}"), audience=document.audience) if document.audience else "",
            text(_("Bring: {papers}"), papers=document.bring) if document.bring else "",
            text(_("Ready by {when}, if you ask now"), when=spoken_moment(offer.due_at, zone, visitor.now))
            if offer.why_not is None
            else "",
            valid_line(document.valid_days),
        ],
    ]


def valid_line(days: int | None) -> str:
    return "" if not days else ngettext("Valid for {n} day", "Valid for {n} days", days).format(n=days)


def why_not(offer: DocumentOffer) -> str:
    ages = ages_of(offer.document)
    if offer.why_not is DocumentHindrance.TOO_YOUNG:
        return text(_("The child is too young: the clinic makes it {ages}."), ages=ages)
    return text(_("The child is too old: the clinic makes it {ages}."), ages=ages)


def ask_owner_screen(visitor: Visitor, offer: DocumentOffer) -> Screen:
    ask = AskOwnerForDocument(patient=offer.patient.id, document=offer.document.number)
    return Screen(
        lines(
            *facts(visitor, offer),
            _("Only the owner of the card asks for documents. I can tell the owner: one press there begins it."),
        ),
        ((button(_("Ask the owner"), ask),), ways_out(DocumentList(patient=offer.patient.id))),
    )


@flow.action(AskOwnerForDocument)
async def on_ask_owner(visitor: Visitor, link: AskOwnerForDocument) -> Outcome:
    await visitor.services.document_requests.ask_owner(visitor.account.id, link.patient, link.document)
    return Reply(DocumentList(patient=link.patient), line=_("✅ I have asked the owner of the card."))


@flow.answer(DocumentPage)
async def on_written(visitor: Visitor, prompt: DocumentPage, typed: str) -> Outcome:
    visitor.noted = answer_in(typed)
    return ReviewDocument(patient=prompt.patient, document=prompt.document)


@flow.action(TakeDays)
async def on_days(visitor: Visitor, link: TakeDays) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.document)
    today = local_day(visitor.now, offer.clinic.zone)
    visitor.noted = f"{numeric_date(today - LENGTHS[link.days])}–{numeric_date(today)}"
    return ReviewDocument(patient=link.patient, document=link.document)


# --- the review -------------------------------------------------------------------------------------------------------


@flow.screen(ReviewDocument)
async def review_document(visitor: Visitor, link: ReviewDocument) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, document=link.document)
    document, patient, clinic = offer.document, offer.patient, offer.clinic
    change = DocumentPage(patient=link.patient, document=link.document, up=True)
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
                button(_("Another document"), DocumentList(patient=link.patient)),
            ),
            (button(_("Child's data"), EditCard(patient=link.patient)),),
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
    visitor.noted = answer_in(typed)
    return prompt


@flow.action(FileDocument)
async def on_file(visitor: Visitor, link: FileDocument) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, document=link.document)
    if not offer.has_consent:
        return AskDocumentPassing(**link.model_dump())
    return await file(visitor, link)


async def file(visitor: Visitor, link: FileDocument | AllowDocumentPassing) -> Outcome:
    requests = visitor.services.document_requests
    filed = await requests.file(visitor.account, link.patient, link.document, visitor.noted)
    visitor.noted = ""
    return Reply(ApplicationPage(application=filed), line=_("✅ The application is sent."))


@flow.screen(AskDocumentPassing)
async def ask_passing(visitor: Visitor, link: AskDocumentPassing) -> Screen:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.document)
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
                "<b>How long:</b> until a document is ready or refused; after it the clinic keeps the data by its own "
                "rules. To take the consent back, withdraw the application."
            ),
        ],
    )


@flow.answer(AskDocumentPassing)
async def on_written_before_consent(visitor: Visitor, prompt: AskDocumentPassing, typed: str) -> Outcome:
    visitor.noted = answer_in(typed)
    return ReviewDocument(patient=prompt.patient, document=prompt.document)


@flow.action(AllowDocumentPassing)
async def on_allow(visitor: Visitor, link: AllowDocumentPassing) -> Outcome:
    requests = visitor.services.document_requests
    offer = await requests.offer(visitor.account.id, link.patient, link.document)
    if not is_ready(visitor, offer):
        return DocumentPage(patient=link.patient, document=link.document)
    digest = sha256(passing_text(offer).encode()).hexdigest()
    await requests.agree(visitor.account, link.patient, link.document, digest)
    return await file(visitor, link)
