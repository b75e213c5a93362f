"""Certificates and documents: which one, what it asks, the review, the consent to pass data, and the application."""

from __future__ import annotations

from bot.applications.document_rules import DocumentHindrance, RecentDays, first_day_of
from bot.applications.documents import DocumentChoice, DocumentOffer, ListedDocument
from bot.core.clinic import Clinic
from bot.core.clinic_documents import ClinicDocument, DocumentAsks
from bot.core.i18n import N_, gettext as _, ngettext, numeric_date, spoken_moment
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.delivery.screen import Button, Screen
from dialogs.applications.document_links import (
    AskOwnerForDocument,
    DocumentPage,
    ReviewDocument,
    TakeDays,
)
from dialogs.applications.document_wording import giving_line, written_in
from dialogs.applications.links import ApplicationPage, DocumentList, DocumentsForWhom, MyApplications
from dialogs.booking.links import Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few, first_lines, page_of
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.wording import clinic_and_place
from dialogs.patients.links import ChooseWay, PatientCard

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
    choice = await visitor.services.document_requests.choice(visitor.account.id, link.patient, link.clinic)
    if choice.clinic is None:
        return choose_clinic(link, choice)
    if not choice.documents:
        return nowhere_screen(choice, choice.clinic)
    clinic, fitting = choice.clinic.id, [each for each in choice.documents if each.why_not is None]
    shown = page_of(link, fitting, ON_A_PAGE)
    others = [each for each in choice.documents if each.why_not is not None]

    def document(each: ListedDocument) -> Button:
        to = DocumentPage(patient=link.patient, clinic=clinic, document=each.document.number)
        return button(each.document.name, to)

    return Screen(
        lines(
            _("<b>Certificates and documents</b>"),
            heading(choice),
            [_("Not for this age:"), *first_lines(others, lambda each: not_for_age(each))] if others else "",
            [
                _("What do you need?")
                if fitting
                else _("The clinic makes no document for this age here. Ask the reception."),
                shown.place,
            ],
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


def choose_clinic(link: DocumentList, choice: DocumentChoice) -> Screen:
    """Ask for the child's own clinic, which a new card does not have."""
    patient = choice.patient
    shown = page_of(link, choice.others if link.others else choice.clinics, ON_A_PAGE)
    to_others = (button(_("Another clinic"), DocumentList(patient=patient.id, others=True)),)

    def clinic(each: Clinic) -> Button:
        return button(clinic_and_place(each), DocumentList(patient=patient.id, clinic=each.id))

    return Screen(
        lines(
            _("<b>Certificates and documents</b>"),
            _("The child's own clinic makes them, and I do not know it yet. Which one is it?")
            if choice.clinics
            else _("No clinic takes applications for them in the bot. Ask the reception of the child's clinic."),
            shown.place,
        ),
        (
            *shown.rows(clinic),
            *([] if link.others or not choice.others else [to_others]),
            ways_out(DocumentList(patient=patient.id) if link.others else to_card(patient)),
        ),
    )


def nowhere_screen(choice: DocumentChoice, clinic: Clinic) -> Screen:
    """Say where documents are made if not by an application here."""
    patient = choice.patient
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
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    if offer.open is not None:
        return ApplicationPage(application=offer.open.id)
    asks, back = offer.document.asks, ways_out(listed_before(link))
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


def listed_before(link: DocumentPage) -> DocumentList:
    """Return the list of documents on the page that was left; the patient's own clinic may be left out there."""
    left = link.came_from(DocumentList)
    if left is not None and left.clinic in {None, link.clinic} and not left.others:
        return left
    return DocumentList(patient=link.patient, clinic=link.clinic)


def next_row(link: DocumentPage, label: str) -> Row:
    return (button(label, ReviewDocument(patient=link.patient, clinic=link.clinic, document=link.document)),)


def days_button(link: DocumentPage, days: RecentDays) -> Button:
    return button(
        _(RECENT[days]), TakeDays(patient=link.patient, clinic=link.clinic, document=link.document, days=days)
    )


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
            giving_line(offer.clinic, is_file=document.is_file),
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
    ask = AskOwnerForDocument(patient=offer.patient.id, clinic=offer.clinic.id, document=offer.document.number)
    return Screen(
        lines(
            *facts(visitor, offer),
            _("Only the owner of the card asks for documents. I can tell the owner: one press there begins it."),
        ),
        ((button(_("Ask the owner"), ask),), ways_out(DocumentList(patient=offer.patient.id, clinic=offer.clinic.id))),
    )


@flow.action(AskOwnerForDocument)
async def on_ask_owner(visitor: Visitor, link: AskOwnerForDocument) -> Outcome:
    await visitor.services.document_requests.ask_owner(visitor.account.id, link.patient, link.clinic, link.document)
    return Reply(
        DocumentList(patient=link.patient, clinic=link.clinic), line=_("✅ I have asked the owner of the card.")
    )


@flow.answer(DocumentPage)
async def on_written(visitor: Visitor, prompt: DocumentPage, typed: str) -> Outcome:
    visitor.noted = written_in(typed)
    return ReviewDocument(patient=prompt.patient, clinic=prompt.clinic, document=prompt.document)


@flow.action(TakeDays)
async def on_days(visitor: Visitor, link: TakeDays) -> Outcome:
    offer = await visitor.services.document_requests.offer(visitor.account.id, link.patient, link.clinic, link.document)
    today = local_day(visitor.now, offer.clinic.zone)
    visitor.noted = f"{numeric_date(first_day_of(link.days, today))}–{numeric_date(today)}"
    return ReviewDocument(patient=link.patient, clinic=link.clinic, document=link.document)
