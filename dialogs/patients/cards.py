"""Screens of the patient list and of a patient's card."""

from __future__ import annotations

from dataclasses import replace

from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _, ngettext, spoken_date
from bot.core.patient import Patient, RejectionReason, VerificationStatus
from bot.delivery.screen import Button, Screen
from bot.patients.cards import Overview
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.drafts import PolicyDraft
from bot.patients.rules.levels import Proofs
from bot.patients.rules.policy_number import policy_kind
from dialogs.applications.links import ApplicationBegun, DocumentList, OurClinic
from dialogs.booking.links import CardReferrals, Specialties
from dialogs.family.links import WhoKeeps
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.kit.unreadable import unreadable_cards
from dialogs.kit.wording import moscow_past, one_line
from dialogs.patients.begun import begun_row
from dialogs.patients.check_pending import checked_line
from dialogs.patients.check_result import check_screen, limited_line, limited_rows, needless_notice
from dialogs.patients.details import detail_lines, full_value, shown_number, wording_of
from dialogs.patients.levels import papers_wanted_line, proved_line
from dialogs.patients.links import (
    CardFile,
    CheckPolicy,
    ChooseWay,
    EditCard,
    History,
    PatientCard,
    PatientList,
    ReviewCorrection,
    ShowNumber,
)
from dialogs.patients.next_question import continue_button
from dialogs.privacy.links import AskUnlink

CARDS_ON_A_PAGE = 10

flow = Flow("cards", commands={"children": PatientList()})

STATUS_MARKS = {
    VerificationStatus.VERIFIED: "✅",
    VerificationStatus.NEEDS_CORRECTION: "⚠️",
    VerificationStatus.REJECTED: "⚠️",
}


@flow.screen(PatientList)
async def patient_list(visitor: Visitor, link: PatientList) -> Screen:
    account, services = visitor.account.id, visitor.services
    patients = await services.patients.list_of(account)
    items: list[Patient | PolicyDraft] = [*patients, *await services.linking.unfinished(account)]
    shown = page_of(link, items, CARDS_ON_A_PAGE)
    has_cards = patients or patients.unreadable
    title = _("<b>Children and policies</b>") if has_cards else _("No child has been added yet.")
    return Screen(
        lines(title, shown.place, unreadable_cards(patients.unreadable)),
        (*shown.rows(card_or_draft_button), (button(_("Add a child"), ChooseWay()),), ways_out()),
    )


def card_or_draft_button(item: Patient | PolicyDraft) -> Button:
    if isinstance(item, PolicyDraft):
        return continue_button(item)
    waits = item.is_at_desk and not item.is_verified
    mark = "…" if waits else STATUS_MARKS.get(item.verification.status, "…")
    return button(f"{mark} {patient_name(item)}", PatientCard(patient=item.id))


# --- the card ---------------------------------------------------------------------------------------------------------


@flow.screen(PatientCard)
async def patient_card(visitor: Visitor, link: PatientCard) -> Screen:
    card = await visitor.services.patients.overview(visitor.account.id, link.patient)
    patient, begun = card.patient, link.came_from(ApplicationBegun)
    if not patient.is_verified:
        screen = await check_screen(visitor, patient)
        back = screen.rows[-1] if begun is None else ways_out(begun)
        return replace(screen, rows=(*begun_row(link), *screen.rows[:-1], *common_rows(card), back))
    visitor.services.elsewhere.look_soon(visitor.account.id, patient.id)
    clinic = await visitor.services.choices.own_clinic(patient)
    return Screen(
        lines(
            *verified_lines(card, clinic),
            await enrolled_line(visitor, patient),
            detail_lines(card.details),
            sharing_lines(card),
            correction_lines(card),
            limited_line(is_limited=card.is_limited),
        ),
        (
            *begun_row(link),
            (
                button(_("Book a doctor"), Specialties(patient=patient.id)),
                button(_("Referrals"), CardReferrals(patient=patient.id)),
            ),
            (button(_("Our clinic"), OurClinic(patient=patient.id)),),
            (button(_("Certificates and documents"), DocumentList(patient=patient.id)),),
            *limited_rows(patient, is_limited=card.is_limited),
            (
                button(_("Show the numbers"), ShowNumber(patient=patient.id)),
                button(_("Check the policy"), CheckPolicy(patient=patient.id)),
            ),
            *common_rows(card),
            *([(button(_("Remove the card"), AskUnlink(patient=patient.id)),)] if card.mine.is_owner else []),
            ways_out(begun or PatientList()),
        ),
        shows=needless_notice(visitor, patient),
    )


def verified_lines(card: Overview, clinic: Clinic | None) -> list[str]:
    """Return what a verified card says of the patient, the policy and the patient's own clinic."""
    patient = card.patient
    proofs = Proofs(policy=True, papers=card.mine.papers_at is not None)
    return [
        text(_("<b>{name}</b>"), name=patient.name.full),
        text(_("Born on {date}"), date=spoken_date(patient.birth_date)),
        text(policy_in_force(patient), policy=patient.masked_policy),
        text(_("Valid until {date}"), date=spoken_date(card.valid_until)) if card.valid_until else "",
        checked_line(patient),
        proved_line(proofs.level),
        papers_wanted_line(clinic, proofs),
        text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
    ]


async def enrolled_line(visitor: Visitor, patient: Patient) -> str:
    """Return since when the patient is enrolled by an application, with the district and the pediatrician."""
    found = await visitor.services.enrollments.of(patient.id)
    if found is None:
        return ""
    parts = [
        _("enrolled since {date}").format(date=moscow_past(found.enrollment.since)),
        _("pediatric district {district}").format(district=found.enrollment.district)
        if found.enrollment.district
        else "",
        _("pediatrician {doctor}").format(doctor=found.doctor.name.with_initials) if found.doctor else "",
    ]
    return one_line(parts)


def policy_in_force(patient: Patient) -> str:
    """Return a sentence with the placeholder {policy}."""
    return {
        PolicyKind.ENP: _("✅ Policy {policy}, in force"),
        PolicyKind.TEMPORARY: _("✅ Temporary certificate {policy}, in force"),
        PolicyKind.OLD: _("✅ Old policy {policy}, in force"),
    }[policy_kind(patient.policy_number)]


def sharing_lines(card: Overview) -> list[str]:
    """Return who else acts for the patient: their number, never their names."""
    if not card.mine.is_owner:
        return [_("The card belongs to another representative: you may look, book and leave.")]
    others = len(card.others)
    if not others:
        return []
    return [
        ngettext(
            "{n} more representative acts for the child.", "{n} more representatives act for the child.", others
        ).format(n=others)
    ]


def correction_lines(card: Overview) -> list[str]:
    return [_("⚠️ A correction waits: the register has not agreed to it yet.")] if card.correction else []


def common_rows(card: Overview) -> list[Row]:
    """Return the rows that every card has, whatever the state of its check."""
    patient = card.patient.id
    correction = [(button(_("Go on with the correction"), ReviewCorrection(patient=patient)),)]
    return [
        *(correction if card.correction and card.mine.is_owner else []),
        (*edit_or_leave_buttons(card), button(_("History"), History(patient=patient))),
        *([family_and_file_row(card)] if card.patient.person is not None else []),
    ]


def edit_or_leave_buttons(card: Overview) -> Row:
    """Return «Edit» for the owner (none for a closed card) and «Leave the card» for another representative."""
    patient = card.patient.id
    if not card.mine.is_owner:
        return (button(_("Leave the card"), AskUnlink(patient=patient)),)
    closed = card.patient.verification.reason is RejectionReason.ADULT
    return () if closed else (button(_("Edit"), EditCard(patient=patient)),)


def family_and_file_row(card: Overview) -> Row:
    alone = card.mine.is_owner and not card.others
    label = _("The other parent") if alone else _("Who keeps the card")
    patient = card.patient.id
    return (button(label, WhoKeeps(patient=patient)), button(_("Card as a file"), CardFile(patient=patient)))


# --- the numbers ------------------------------------------------------------------------------------------------------


@flow.action(ShowNumber)
async def on_show_number(visitor: Visitor, link: ShowNumber) -> Outcome:
    """Show the numbers in an alert: a message with them would stay in the chat."""
    card = await visitor.services.patients.show_number(visitor.account.id, link.patient)
    details = [
        f"{wording_of(detail).label}: {full_value(detail, card.details[detail])}"
        for detail in (Detail.SNILS, Detail.CERTIFICATE)
        if detail in card.details
    ]
    policy = _("Policy: {number}").format(number=shown_number(card.patient))
    return Reply(PatientCard(patient=link.patient), "\n".join([policy, *details]))
