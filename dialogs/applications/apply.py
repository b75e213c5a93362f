"""Apply for enrollment at a clinic: the reason, the review, the consent to pass data, and the sent application."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.applications.errors import ApplicationGone, ApplicationHindered, ApplicationsNotTaken
from bot.applications.papers import Papers
from bot.applications.records import EnrollmentReason, LastChange
from bot.applications.rules import last_known_change, warns_of_year
from bot.applications.seen import Offer, Wish
from bot.core.clinic import Clinic, Enrolling
from bot.core.i18n import N_, gettext as _, spoken_date
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from bot.patients.records import Detail
from dialogs.applications.document_links import CorrectDocument, ReviewDocument
from dialogs.applications.links import (
    AddedPapers,
    AllowPassing,
    ApplicationBegun,
    ApplicationPage,
    AskOwner,
    AskPassing,
    ChooseLastChange,
    ChooseReason,
    FileApplication,
    MyApplications,
    ReviewApplication,
    ReviewCorrected,
)
from dialogs.applications.openings import awaiting_line, awaiting_row, nearest_rows
from dialogs.applications.papers import can_add, review_lines, review_rows
from dialogs.applications.sending import sent_or_kept
from dialogs.applications.ways import child_data
from dialogs.applications.wording import LAST_CHANGES, REASONS, decided_together, last_change_word, reason_word
from dialogs.booking.clinic_card import enrolling_line, hand_off
from dialogs.booking.links import ChooseClinic, EnrollAtClinic, card_to_enroll
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few
from dialogs.kit.screen import button, copying, lines, text, unbroken, ways_out
from dialogs.kit.way_back import led_on

flow = Flow("apply")

PASSED = {
    Detail.SNILS: N_("SNILS"),
    Detail.CERTIFICATE: N_("birth certificate"),
    Detail.ADDRESS: N_("address"),
}
"""what of the card a clinic gets beside the name, the date of birth, the sex and the policy"""


@flow.screen(EnrollAtClinic)
async def enroll_at_clinic(visitor: Visitor, link: EnrollAtClinic) -> Outcome:
    """Begin an application, or say where it is made if this clinic takes none in the bot."""
    account, services = visitor.account.id, visitor.services
    try:
        offer = await services.applications.offer(account, link.patient, link.clinic)
    except ApplicationsNotTaken:
        return await hand_off(visitor, link)
    except ApplicationHindered as hindered:
        patient = await services.patients.require(account, link.patient)
        clinic = await services.directory.clinic(link.clinic)
        others = await services.applications.elsewhere(patient, clinic.id)
        until = await services.openings.until(account, patient.id, clinic.id)
        return hindered_screen(patient, clinic, hindered.why, others, until)
    if not offer.is_owner:
        return ask_owner_screen(offer)
    if offer.open is None:
        return begun_elsewhere(link) or reason_screen(offer, ChooseReason(patient=link.patient, clinic=link.clinic))
    if offer.open.clinic == link.clinic:
        return ApplicationPage(application=offer.open.id)
    asked = offer.open.enrollment
    if asked is None:
        raise ApplicationGone
    return ReviewApplication(
        patient=link.patient,
        clinic=link.clinic,
        reason=asked.reason,
        last_change=asked.last_change,
        instead=offer.open.id,
    )


def begun_elsewhere(link: EnrollAtClinic) -> ReviewApplication | None:
    """Return the review that was begun for another clinic and goes on at this one, with all that was answered."""
    begun = link.came_from(ApplicationBegun)
    if begun is None or begun.reason is None or begun.patient != link.patient or begun.again is not None:
        return None
    return ReviewApplication(
        patient=link.patient, clinic=link.clinic, reason=begun.reason, last_change=begun.last_change
    )


def hindered_screen(
    patient: Patient, clinic: Clinic, why: Enrolling, others: Sequence[Clinic], until: datetime | None
) -> Screen:
    """Return why a clinic takes no application; ``until``: when the wish to be told of an opening expires."""
    is_full, has_phone = why is Enrolling.FULL, why in {Enrolling.FULL, Enrolling.OTHER_AGE}
    return Screen(
        lines(
            text(_("<b>{clinic}</b>, {address}"), clinic=clinic.name, address=clinic.address),
            [
                enrolling_line(clinic.facts, why),
                text(_("Phone: {phone}"), phone=clinic.phone) if why is Enrolling.OTHER_AGE else "",
            ],
            awaiting_line(until) if is_full else "",
            _("The nearest ones that take applications:") if others else "",
        ),
        (
            *([awaiting_row(patient, clinic, until)] if is_full else []),
            *nearest_rows(patient, others),
            *(copying(phone=clinic.phone) if has_phone else []),
            (button(_("Another clinic"), ChooseClinic(patient=patient.id, enroll=True)),),
            ways_out(card_to_enroll(patient.id, clinic.id)),
        ),
        asks=True,
    )


def ask_owner_screen(offer: Offer) -> Screen:
    patient, clinic = offer.patient, offer.clinic
    return Screen(
        lines(
            text(_("Enroll <b>{name}</b> at {clinic}"), name=patient_name(patient), clinic=clinic.name),
            _("Only the owner of the card applies. I can ask the owner: one press there begins the application."),
        ),
        (
            (button(_("Ask the owner"), AskOwner(patient=patient.id, clinic=clinic.id)),),
            ways_out(card_to_enroll(patient.id, clinic.id)),
        ),
        asks=True,
    )


@flow.action(AskOwner)
async def on_ask_owner(visitor: Visitor, link: AskOwner) -> Outcome:
    await visitor.services.applications.ask_owner(visitor.account.id, link.patient, link.clinic)
    return Reply(
        card_to_enroll(link.patient, link.clinic),
        line=_("✅ I have asked the owner of the card."),
    )


# --- the form ---------------------------------------------------------------------------------------------------------


@flow.screen(ChooseReason)
async def choose_reason(visitor: Visitor, link: ChooseReason) -> Outcome:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)
    return reason_screen(offer, link)


def reason_screen(offer: Offer, link: ChooseReason) -> Screen:
    def reason(each: EnrollmentReason) -> Button:
        fields = link.model_dump()
        return button(_(REASONS[each]), ReviewApplication(**fields, reason=each))

    return Screen(
        lines(
            text(_("Enroll <b>{name}</b> at {clinic}"), name=patient_name(offer.patient), clinic=offer.clinic.name),
            _("Why this clinic?"),
        ),
        (
            *few(EnrollmentReason, reason, 2),
            ways_out(card_to_enroll(link.patient, link.clinic)),
        ),
        asks=True,
    )


@flow.screen(ChooseLastChange)
async def choose_last_change(visitor: Visitor, link: ChooseLastChange) -> Screen:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)

    def answer(each: LastChange) -> Button:
        return button(_(LAST_CHANGES[each]), ReviewApplication(**link.model_dump(), last_change=each))

    return Screen(
        lines(
            text(_("Patient: <b>{name}</b>"), name=patient_name(offer.patient)),
            _("When was the clinic changed by an application last? The day of birth does not count."),
        ),
        (*few(LastChange, answer), ways_out(ReviewApplication(**link.model_dump()))),
    )


@flow.screen(ReviewApplication)
async def review_application(visitor: Visitor, link: ReviewApplication) -> Outcome:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)
    if not offer.is_owner:
        return ask_owner_screen(offer)
    papers = (await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)).papers
    here: dict[str, Any] = link.model_dump(include={"patient", "clinic", "instead"})
    begun = led_on(ApplicationBegun(**link.model_dump()), link)
    return Screen(
        lines(
            _("<b>Check the application for enrollment</b>"),
            [
                text(_("Patient: <b>{name}</b>, {policy}"), name=patient_name(offer.patient),
                     policy=offer.patient.masked_policy),
                text(_("Clinic: {name}, {address}"), name=offer.clinic.name, address=offer.clinic.address),
                text(_("Reason: {reason}"), reason=reason_word(link.reason)),
                changed_line(offer, link),
            ],
            [decided_together() if offer.with_policy else ""],
            warnings(visitor, offer, link),
            review_lines(papers),
            [passed_line(offer.details, papers)],
        ),
        (
            *review_rows(papers, AddedPapers(**link.model_dump())),
            (button(_("Send"), FileApplication(**link.model_dump())),),
            (
                button(_("Change the reason"), ChooseReason(**here, last_change=link.last_change)),
                button(_("Last change"), ChooseLastChange(**here, reason=link.reason)),
            ),
            (
                child_data(begun),
                button(_("Another clinic"), ChooseClinic(patient=link.patient, enroll=True).after(begun)),
            ),
            ways_out(card_to_enroll(link.patient, link.clinic)),
        ),
        asks=can_add(papers),
    )  # fmt: skip


@flow.screen(ApplicationBegun)
async def application_begun(visitor: Visitor, link: ApplicationBegun) -> Link:
    """Return to the review from the card, with what was chosen."""
    if link.again is not None:
        if link.reason is None:
            return CorrectDocument(application=link.again)
        return ReviewCorrected(application=link.again, reason=link.reason, last_change=link.last_change)
    if link.clinic is None:
        return MyApplications()
    if link.document is not None:
        return ReviewDocument(patient=link.patient, clinic=link.clinic, document=link.document)
    if link.reason is None:
        return EnrollAtClinic(patient=link.patient, clinic=link.clinic)
    return ReviewApplication(
        patient=link.patient,
        clinic=link.clinic,
        reason=link.reason,
        last_change=link.last_change,
        instead=link.instead,
    )


def changed_line(offer: Offer, link: ReviewApplication) -> str:
    """Return since when the child is enrolled by the register, else what the representative says."""
    if offer.registered is not None:
        return text(_("Enrolled since {date}, says the register"), date=spoken_date(offer.registered))
    return text(_("Clinic changed last: {when}"), when=last_change_word(link.last_change))


def warnings(visitor: Visitor, offer: Offer, link: ReviewApplication) -> list[str]:
    """Return what may make the clinic refuse, and what is withdrawn."""
    decided = None if offer.enrollment is None else offer.enrollment.since
    since = last_known_change(decided, offer.registered, offer.clinic)
    replaced = offer.open is not None and offer.open.id == link.instead and offer.open_at is not None
    return [
        text(
            _("The application {ref} at {clinic} will be withdrawn."),
            ref=unbroken(offer.open.ref),
            clinic=offer.open_at.name,
        )
        if replaced and offer.open is not None and offer.open_at is not None
        else "",
        _("⚠️ A clinic may be changed once a year, and earlier only after a move. The clinic may refuse.")
        if warns_of_year(link.reason, link.last_change, since, visitor.now)
        else "",
        _("⚠️ This clinic takes only children who live in its districts.") if offer.limits.own_area_only else "",
        _("Write the address into the card: by it the clinic finds the district.")
        if Detail.ADDRESS not in offer.details
        else "",
    ]


def passed_line(details: Collection[Detail], papers: Papers | None = None) -> str:
    """Return which data the clinic gets, by what the card has beside the name and the policy."""
    sent = [_("the papers that you send with it")] if papers is not None and papers.asked and papers.can_send else []
    more = [_(words) for detail, words in PASSED.items() if detail in details]
    every = [_("name, date of birth, sex, policy number"), *more, *sent, _("your telephone if you have shared it")]
    return text(_("The clinic gets: {data}."), data=", ".join(every))


# --- sending ----------------------------------------------------------------------------------------------------------


@flow.action(FileApplication)
async def on_file(visitor: Visitor, link: FileApplication) -> Outcome:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)
    if offer.is_owner and not offer.has_consent:
        return AskPassing(**link.model_dump()).led_by(link.ways)
    return await file(visitor, link)


async def file(visitor: Visitor, link: FileApplication | AllowPassing) -> Outcome:
    wish = Wish(link.patient, link.clinic, link.reason, link.last_change)
    sending = visitor.services.applications.file(visitor.account, wish, link.instead)
    filed = await sent_or_kept(visitor, sending, ReviewApplication(**link.model_dump()))
    if isinstance(filed, Reply):
        return filed
    return Reply(ApplicationPage(application=filed), line=_("✅ The application is sent."))


@flow.screen(AskPassing)
async def ask_passing(visitor: Visitor, link: AskPassing) -> Screen:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)
    papers = (await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)).papers
    return Screen(
        passing_text(offer, papers),
        (
            (button(_("I agree, send"), AllowPassing(**link.model_dump())),),
            ways_out(ReviewApplication(**link.model_dump())),
        ),
    )


def passing_text(offer: Offer, papers: Papers) -> str:
    """Return the text of the consent that the clinic gets the data."""
    return lines(
        _("<b>Consent: data for the clinic</b>"),
        [
            text(_("<b>To whom:</b> {clinic}, {address}."), clinic=offer.clinic.name, address=offer.clinic.address),
            text(_("<b>About whom:</b> {name}"), name=patient_name(offer.patient)),
            passed_line(offer.details, papers),
            _("<b>Why:</b> to check the policy, to decide on the enrollment and to enroll the child.")
            if offer.with_policy
            else _("<b>Why:</b> to decide on the enrollment and to enroll the child."),
            _(
                "<b>How long:</b> until the decision, and if you apply here again, until the next one; after it the "
                "clinic keeps the data by its own rules. To take the consent back, withdraw the application."
            ),
        ],
    )


@flow.action(AllowPassing)
async def on_allow(visitor: Visitor, link: AllowPassing) -> Outcome:
    offer = await visitor.services.applications.offer(visitor.account.id, link.patient, link.clinic)
    papers = (await visitor.services.papers.before(visitor.account.id, link.patient, link.clinic)).papers
    digest = sha256(passing_text(offer, papers).encode()).hexdigest()
    await visitor.services.applications.agree(visitor.account, link.patient, link.clinic, digest)
    return await file(visitor, link)
