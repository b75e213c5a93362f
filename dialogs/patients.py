"""Patients: the children of an account, and the card of each."""

from __future__ import annotations

from bot.i18n import gettext as _
from bot.i18n import spoken_date
from bot.models import PatientId, Screen, VerificationStatus
from dialogs.kit import Flow, Outcome, Visitor, button, grid, lines, text, ways_out
from dialogs.links import AskNumber, PatientCard, PatientList, RemoveCard, Specialties
from dialogs.verdicts import just_checked, outcome

flow = Flow("patients", commands={"children": PatientList()})

STATUS_MARKS = {
    VerificationStatus.VERIFIED: "✅",
    VerificationStatus.NEEDS_CORRECTION: "⚠️",
    VerificationStatus.REJECTED: "⚠️",
}


@flow.screen(PatientList)
async def patient_list(visitor: Visitor, link: PatientList) -> Screen:
    patients = await visitor.services.patients.list_of(visitor.account.id)
    cards = [
        button(
            f"{STATUS_MARKS.get(patient.verification.status, '…')} {patient.name.short}",
            PatientCard(patient=patient.id),
        )
        for patient in patients
    ]
    title = _("<b>Children and policies</b>") if cards else _("No child has been added yet.")
    return Screen(title, (*grid(cards, 1), (button(_("Add a child"), AskNumber()),), ways_out()))


@flow.screen(PatientCard)
async def patient_card(visitor: Visitor, link: PatientCard) -> Screen:
    patient = await visitor.services.patients.require(visitor.account.id, PatientId(link.patient))
    if not patient.is_verified:
        return await outcome(visitor, patient)
    clinic = await visitor.services.booking.own_clinic(patient)
    return Screen(
        lines(
            text(_("<b>{name}</b>"), name=patient.name.full),
            text(_("Born on {date}"), date=spoken_date(patient.birth_date)),
            text(_("✅ Policy {policy}, in force"), policy=patient.masked_policy),
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
        ),
        ((button(_("Book a doctor"), Specialties(patient=patient.id)),), ways_out(PatientList())),
        shows=just_checked(visitor, patient),
    )


@flow.action(RemoveCard)
async def on_remove(visitor: Visitor, link: RemoveCard) -> Outcome:
    await visitor.services.patients.remove(visitor.account.id, PatientId(link.patient))
    return PatientList()
