"""Patients: the children of an account, and the card of each: what is known, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace

from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _
from bot.core.i18n import ngettext, numeric_date, spoken_date
from bot.core.patient import Patient, RejectionReason, VerificationStatus
from bot.delivery.screen import Screen
from bot.patients.cards import Overview
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.levels import Proofs
from bot.patients.rules.policy_number import policy_kind
from dialogs.booking.links import Specialties
from dialogs.family.links import WhoKeeps
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import Row, button, grid, lines, text, ways_out
from dialogs.patients.details import field_of, in_chat, in_fours, in_full
from dialogs.patients.levels import proved, wanted
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
from dialogs.patients.pending import checked_on
from dialogs.patients.steps import continued
from dialogs.patients.verdict import just_checked, outcome
from dialogs.privacy.links import AskUnlink

flow = Flow("patients", commands={"children": PatientList()})

STATUS_MARKS = {
    VerificationStatus.VERIFIED: "✅",
    VerificationStatus.NEEDS_CORRECTION: "⚠️",
    VerificationStatus.REJECTED: "⚠️",
}


@flow.screen(PatientList)
async def patient_list(visitor: Visitor, link: PatientList) -> Screen:
    account, services = visitor.account.id, visitor.services
    patients = await services.patients.list_of(account)
    drafts = [continued(draft) for draft in await services.linking.unfinished(account)]
    cards = [
        button(
            f"{STATUS_MARKS.get(patient.verification.status, '…')} {patient.name.short}",
            PatientCard(patient=patient.id),
        )
        for patient in patients
    ]
    title = _("<b>Children and policies</b>") if cards else _("No child has been added yet.")
    return Screen(title, (*grid([*cards, *drafts], 1), (button(_("Add a child"), ChooseWay()),), ways_out()))


# --- the card ---------------------------------------------------------------------------------------------------------


@flow.screen(PatientCard)
async def patient_card(visitor: Visitor, link: PatientCard) -> Screen:
    card = await visitor.services.patients.overview(visitor.account.id, link.patient)
    patient = card.patient
    if not patient.is_verified:
        return _with_the_rest(await outcome(visitor, patient), card)
    clinic = await visitor.services.choices.own_clinic(patient)
    return Screen(
        lines(*who(card, clinic), *known_details(card), kept_by(card), waiting(card)),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            (
                button(_("Show the numbers"), ShowNumber(patient=patient.id)),
                button(_("Check the policy"), CheckPolicy(patient=patient.id)),
            ),
            *_the_rest(card),
            *([(button(_("Remove the card"), AskUnlink(patient=patient.id)),)] if card.mine.is_owner else []),
            ways_out(PatientList()),
        ),
        shows=just_checked(visitor, patient),
    )


def who(card: Overview, clinic: Clinic | None) -> list[str]:
    patient = card.patient
    checked = checked_on(patient)
    proofs = Proofs(policy=True, papers=card.mine.papers_at is not None)
    return [
        text(_("<b>{name}</b>"), name=patient.name.full),
        text(_("Born on {date}"), date=spoken_date(patient.birth_date)),
        text(in_force(patient), policy=patient.masked_policy),
        text(_("Valid until {date}"), date=numeric_date(card.valid_until)) if card.valid_until else "",
        text(_("Checked on {date}."), date=checked) if checked else "",
        proved(proofs.level),
        wanted(clinic, proofs),
        text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
    ]


def in_force(patient: Patient) -> str:
    return {
        PolicyKind.ENP: _("✅ Policy {policy}, in force"),
        PolicyKind.TEMPORARY: _("✅ Temporary certificate {policy}, in force"),
        PolicyKind.OLD: _("✅ Old policy {policy}, in force"),
    }[policy_kind(patient.policy_number)]


def known_details(card: Overview) -> list[list[str]]:
    """What else has been told, numbers of documents only by their end."""
    known = [(detail, card.details[detail]) for detail in Detail if detail in card.details]
    return [
        [
            text(_("{label}: {value}"), label=field_of(detail).label, value=in_chat(detail, value))
            for detail, value in known
        ]
    ]


def kept_by(card: Overview) -> list[str]:
    """Who else acts for the patient: how many, never who."""
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


def waiting(card: Overview) -> list[str]:
    return [_("⚠️ A correction waits: the register has not agreed to it yet.")] if card.correction else []


def _the_rest(card: Overview) -> list[Row]:
    """What can be done with any card, wherever its check stands."""
    patient = card.patient.id
    correction = [(button(_("Go on with the correction"), ReviewCorrection(patient=patient)),)]
    return [
        *(correction if card.correction and card.mine.is_owner else []),
        (*_own_way(card), button(_("History"), History(patient=patient))),
        *([_family_and_file(card)] if card.patient.person is not None else []),
    ]


def _own_way(card: Overview) -> Row:
    """The owner edits, somebody else leaves; a closed card is not edited any more."""
    patient = card.patient.id
    if not card.mine.is_owner:
        return (button(_("Leave the card"), AskUnlink(patient=patient)),)
    closed = card.patient.verification.reason is RejectionReason.ADULT
    return () if closed else (button(_("Edit"), EditCard(patient=patient)),)


def _family_and_file(card: Overview) -> Row:
    alone = card.mine.is_owner and not card.others
    keepers = _("The other parent") if alone else _("Who keeps the card")
    patient = card.patient.id
    return (button(keepers, WhoKeeps(patient=patient)), button(_("Card as a file"), CardFile(patient=patient)))


def _with_the_rest(screen: Screen, card: Overview) -> Screen:
    return replace(screen, rows=(*screen.rows[:-1], *_the_rest(card), screen.rows[-1]))


# --- the numbers ------------------------------------------------------------------------------------------------------


@flow.action(ShowNumber)
async def on_show_number(visitor: Visitor, link: ShowNumber) -> Outcome:
    """An alert and never a message: it leaves nothing in the chat."""
    card = await visitor.services.patients.show_number(visitor.account.id, link.patient)
    known = [
        f"{field_of(detail).label}: {in_full(detail, card.details[detail])}"
        for detail in (Detail.SNILS, Detail.CERTIFICATE)
        if detail in card.details
    ]
    policy = _("Policy: {number}").format(number=in_fours(card.patient.policy_number))
    return Reply(PatientCard(patient=link.patient), "\n".join([policy, *known]))
