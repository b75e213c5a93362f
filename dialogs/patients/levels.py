"""The level of proof that a representative has and that a clinic requires before booking."""

from __future__ import annotations

from bot.core.clinic import Clinic, Level
from bot.core.i18n import gettext as _
from bot.core.patient import Patient
from bot.delivery.screen import Screen
from bot.glossary import Ref
from bot.patients.records import DeskMatter
from bot.patients.rules.levels import Proofs
from dialogs.booking.links import ChooseClinic, ChoosePatient, Specialties
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.patients.links import LevelNeeded, PatientCard
from dialogs.privacy.links import AskPhone

flow = Flow("levels")


def proved_line(level: Level) -> str:
    """Return a line for a verified card whose papers were seen, else "": the line above says what the policy is."""
    return _("✅ Papers shown at the reception") if level is Level.PAPERS else ""


def papers_wanted_line(clinic: Clinic | None, proofs: Proofs) -> str:
    """Return a warning if the patient's own clinic requires papers that no desk has seen, else ""."""
    if clinic is None or clinic.level is not Level.PAPERS or proofs.papers:
        return ""
    return _("⚠️ This clinic has not seen your papers yet. How to show them: press “Book a doctor”.")


@flow.screen(LevelNeeded)
async def level_needed(visitor: Visitor, link: LevelNeeded) -> Outcome:
    account, services = visitor.account.id, visitor.services
    patient, clinic, missing = await services.levels.missing(account, link.patient, link.clinic)
    if not patient.is_verified:
        return PatientCard(patient=patient.id)
    if missing is None:
        return Specialties(patient=patient.id, clinic=clinic.id)
    if missing is Level.PHONE:
        return phone_needed_screen(patient, clinic)
    ref = await services.family.open_matter(account, patient.id, DeskMatter.PAPERS, clinic.id)
    return papers_needed_screen(patient, clinic, ref)


def phone_needed_screen(patient: Patient, clinic: Clinic) -> Screen:
    return Screen(
        lines(
            text(_("<b>{clinic}</b> books through the bot for those who have given a phone."), clinic=clinic.name),
            _("Share yours, it takes one press: then you choose the doctor here."),
            text(_("Or call the reception: {phone}"), phone=clinic.phone),
        ),
        (
            (button(_("Share my phone"), AskPhone(patient=patient.id, clinic=clinic.id)),),
            other_clinic_row(patient, clinic),
            *copying(phone=clinic.phone),
            ways_out(way_back(patient, clinic)),
        ),
    )


def papers_needed_screen(patient: Patient, clinic: Clinic, ref: Ref) -> Screen:
    return Screen(
        lines(
            text(_("<b>{clinic}</b> books through the bot for those whose papers it has seen."), clinic=clinic.name),
            text(
                _(
                    "Come once with your passport and the child's birth certificate, and say the number <b>{ref}</b> "
                    "at the reception. After that you book here as usual."
                ),
                ref=unbroken(ref),
            ),
            text(_("Patient: <b>{name}</b>"), name=patient_name(patient)),
            [
                text(_("{name}: {address}"), name=clinic.name, address=clinic.address),
                text(_("Until then the reception books by phone: {phone}"), phone=clinic.phone),
            ],
        ),
        (
            other_clinic_row(patient, clinic),
            *copying(ref, clinic.phone, clinic.address),
            ways_out(way_back(patient, clinic)),
        ),
    )


def way_back(patient: Patient, clinic: Clinic) -> Link:
    """Return where «Назад» leads: to the clinics, among which this one was chosen; nobody chooses the card's own."""
    return ChoosePatient() if clinic.id == patient.clinic else ChooseClinic(patient=patient.id)


def other_clinic_row(patient: Patient, clinic: Clinic) -> Row:
    came = clinic.id if clinic.id == patient.clinic else None
    return (button(_("Another clinic"), ChooseClinic(patient=patient.id, came=came)),)
