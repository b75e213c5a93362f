"""The choice of a patient for a clinic that was found without one: to book there or to be enrolled."""

from __future__ import annotations

from bot.core.clinic import CheckedBy, Clinic, Enrolling
from bot.core.i18n import gettext as _
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from bot.patients.rules.desk_checks import may_send
from dialogs.booking.choose import PATIENTS_ON_A_PAGE, may_be_booked, patient_button
from dialogs.booking.clinic_card import ways_to_enroll
from dialogs.booking.links import ClinicCard, ClinicForWhom, Days, EnrollAtClinic, Specialties
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, copying, lines, text, ways_out
from dialogs.patients.links import ChooseWay

flow = Flow("for whom a clinic was found")


@flow.screen(ClinicForWhom)
async def for_whom(visitor: Visitor, link: ClinicForWhom) -> Outcome:
    clinic = await visitor.services.directory.clinic(link.clinic)
    patients = [each for each in await visitor.services.patients.list_of(visitor.account.id) if may_be_booked(each)]
    ready = [each for each in patients if is_ready(link, clinic, each)]
    if len(patients) == len(ready) == 1:
        return what_was_chosen(link, ready[0])
    if not ready:
        return nobody_yet(link, clinic, await visitor.services.standings.at(clinic, None))
    shown = page_of(link, patients, PATIENTS_ON_A_PAGE)

    def whom_button(patient: Patient) -> Button:
        if patient in ready:
            return button(patient_name(patient), what_was_chosen(link, patient))
        return patient_button(patient)

    question = _("Whom shall I enroll?") if link.enroll else _("Whom shall I book?")
    return Screen(
        lines(question, text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address), shown.place),
        (*shown.rows(whom_button, 2), ways_out(ClinicCard(patient=None, clinic=clinic.id))),
    )


def is_ready(link: ClinicForWhom, clinic: Clinic, patient: Patient) -> bool:
    """Return whether a patient can be booked, or enrolled: a desk that checks policies does it with the application."""
    if patient.is_verified:
        return True
    asks_desk = link.enroll and clinic.checked_by is CheckedBy.DESK
    return asks_desk and (patient.is_at_desk or may_send(patient.verification))


def what_was_chosen(link: ClinicForWhom, patient: Patient) -> Link:
    if link.enroll:
        return EnrollAtClinic(patient=patient.id, clinic=link.clinic)
    if link.doctor is not None:
        return Days(patient=patient.id, doctor=link.doctor)
    return Specialties(patient=patient.id, clinic=link.clinic)


def nobody_yet(link: ClinicForWhom, clinic: Clinic, enrolling: Enrolling) -> Screen:
    """Say what comes first, and how a child is enrolled without the bot."""
    first = _("First a child's policy must be added and checked: then I can book.")
    return Screen(
        lines(
            text(_("<b>How to enroll at {clinic}</b>"), clinic=clinic.name) if link.enroll else first,
            *(ways_to_enroll(clinic, enrolling) if link.enroll else ()),
        ),
        (
            (button(_("Add a child"), ChooseWay()),),
            *(copying(phone=clinic.phone, address=clinic.address) if link.enroll else ()),
            ways_out(ClinicCard(patient=None, clinic=clinic.id)),
        ),
    )
