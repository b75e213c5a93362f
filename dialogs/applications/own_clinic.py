"""The patient's own clinic: where the child is enrolled and since when, as a screen and as a PDF."""

from __future__ import annotations

from datetime import datetime

from bot.applications.own_clinic import EnrollmentSight, OwnClinic, PastEnrollment
from bot.core.clinic import Clinic
from bot.core.i18n import MOSCOW, clock_time, gettext as _, numeric_date, spoken_date
from bot.core.patient import Patient
from bot.core.timing import local_day
from bot.delivery.paper import Paper, Section
from bot.delivery.screen import Button, File, Screen
from bot.glossary import PatientId
from dialogs.applications.links import ClinicForPatient, MyApplications, OurClinic, PrintOurClinic
from dialogs.booking.access import opened_lines
from dialogs.booking.links import ChooseClinic, ClinicCard, FindClinic, Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import first_lines, page_of
from dialogs.kit.screen import Row, button, copying, lines, text, ways_out
from dialogs.kit.way_back import leading_back
from dialogs.kit.wording import moscow_date
from dialogs.patients.links import ChooseWay, History, PatientCard
from dialogs.privacy.links import MyContacts

flow = Flow("the patient's own clinic")

ON_A_PAGE = 8


@flow.screen(ClinicForPatient)
async def for_whom(visitor: Visitor, link: ClinicForPatient) -> Outcome:
    patients = await visitor.services.patients.list_of(visitor.account.id)
    if len(patients) == 1:
        return OurClinic(patient=patients[0].id)
    if not patients:
        return Screen(
            _("First add a child: then I can help to enroll the child at a clinic."),
            (
                (button(_("Add a child"), ChooseWay()), button(_("Find a clinic"), FindClinic())),
                ways_out(MyApplications()),
            ),
        )
    shown = page_of(link, patients, ON_A_PAGE)

    def whom(each: Patient) -> Button:
        return button(patient_name(each), OurClinic(patient=each.id))

    return Screen(lines(_("Whose clinic?"), shown.place), (*shown.rows(whom, 2), ways_out(MyApplications())))


@flow.screen(OurClinic)
async def our_clinic(visitor: Visitor, link: OurClinic) -> Screen:
    own = await visitor.services.own_clinics.of(visitor.account.id, link.patient)
    clinic, patient = own.clinic, own.patient
    return Screen(
        lines(
            text(_("<b>{name}'s clinic</b>"), name=patient_name(patient)),
            [status_line(own), since_line(own), district_line(own), pediatrician_line(own)],
            [] if clinic is None else [clinic_heading(own, clinic), *clinic_lines(clinic)],
            opened_lines(own.specialties),
            first_lines(own.before, past_line) if own.before else [],
            [_("The clinic decides on enrollment. You can apply to it here.")],
        ),
        (
            *leading_back(rows_at(patient.id, clinic), link),
            *([(button(_("Phone and e-mail"), MyContacts()),)] if own.sight is EnrollmentSight.UNPROVED else []),
            (
                button(_("Change the clinic") if clinic else _("Enroll at a clinic"), to_change(own)),
                button(_("History"), History(patient=patient.id)),
            ),
            *(copying(phone=clinic.phone, address=clinic.address) if clinic else ()),
            ways_out(PatientCard(patient=patient.id)),
        ),
    )


def to_change(own: OwnClinic) -> Link:
    """Return the search for another clinic, for this patient if its policy is confirmed."""
    if not own.patient.is_verified:
        return FindClinic()
    return ChooseClinic(patient=own.patient.id, came=own.clinic.id if own.clinic else None, enroll=True)


def rows_at(patient: PatientId, clinic: Clinic | None) -> list[Row]:
    """Return what can be done at the clinic."""
    if clinic is None:
        return []
    return [
        (
            button(_("Book a doctor"), Specialties(patient=patient, clinic=clinic.id)),
            button(_("About the clinic"), ClinicCard(patient=patient, clinic=clinic.id)),
        ),
        (button(_("As a PDF"), PrintOurClinic(patient=patient)),),
    ]


def status_line(own: OwnClinic) -> str:
    if own.sight is EnrollmentSight.ENROLLED:
        return _("✅ Enrolled, says the register.")
    return {
        EnrollmentSight.DECIDED: _("✅ Enrolled by the clinic's decision."),
        EnrollmentSight.NOWHERE: _("The register names no clinic where the child is enrolled."),
        EnrollmentSight.UNPROVED: _(
            "Where the child is enrolled is shown to whoever the clinic knows by phone or papers."
        ),
        EnrollmentSight.UNTOLD: _("The register does not tell where the child is enrolled. Ask the reception."),
        EnrollmentSight.SILENT: _("The register does not answer now: I cannot say where the child is enrolled."),
    }[own.sight]


def since_line(own: OwnClinic) -> str:
    since = own.enrolled.since if own.enrolled else None
    return text(_("Since {date}"), date=spoken_date(since)) if since else ""


def district_line(own: OwnClinic) -> str:
    district = own.enrolled.district if own.enrolled else ""
    return text(_("Pediatrician's district: {district}"), district=district) if district else ""


def pediatrician_line(own: OwnClinic) -> str:
    name = pediatrician_of(own)
    return text(_("Pediatrician of the district: {name}"), name=name) if name else ""


def pediatrician_of(own: OwnClinic) -> str:
    return own.enrolled.doctor.full if own.enrolled and own.enrolled.doctor else ""


def past_line(past: PastEnrollment) -> str:
    return text(
        _("Before: {clinic}, {since} to {until}"),
        clinic=past.clinic.name,
        since=numeric_date(local_day(past.since, past.clinic.zone)),
        until=numeric_date(local_day(past.until, past.clinic.zone)),
    )


def clinic_heading(own: OwnClinic, clinic: Clinic) -> str:
    if own.enrolled is not None:
        return text("<b>{name}</b>", name=clinic.name)
    return text(_("Visits are booked first at: <b>{name}</b>"), name=clinic.name)


def clinic_lines(clinic: Clinic) -> list[str]:
    facts = clinic.facts
    return [
        text(_("Address: {address}"), address=clinic.address) if clinic.address else "",
        text(_("Phone: {phone}"), phone=clinic.phone) if clinic.phone else "",
        text(_("INN {number}"), number=facts.inn) if facts.inn else "",
        text(_("Licence: {number}"), number=facts.licence) if facts.licence else "",
    ]


# --- the paper --------------------------------------------------------------------------------------------------------


@flow.action(PrintOurClinic)
async def on_print_our_clinic(visitor: Visitor, link: PrintOurClinic) -> Outcome:
    clinics = visitor.services.own_clinics
    own = await clinics.printed(visitor.account.id, link.patient)
    if own.clinic is None:
        return Reply(OurClinic(patient=link.patient), _("No clinic is known yet: there is nothing to print."))
    printed = await clinics.print_paper(own_clinic_paper(own, own.clinic, visitor.now))
    name = _("Clinic {name} {date}.pdf").format(name=patient_name(own.patient), date=moscow_date(visitor.now))
    caption = _("{name}: the clinic as the register says it. This is not a certificate of the clinic.")
    file = File(name, printed, caption.format(name=patient_name(own.patient)))
    return Reply(OurClinic(patient=link.patient), files=(file,))


def own_clinic_paper(own: OwnClinic, clinic: Clinic, now: datetime) -> Paper:
    since = own.enrolled.since if own.enrolled else None
    facts = (
        (_("Patient"), own.patient.name.full),
        (_("Date of birth"), numeric_date(own.patient.birth_date)),
        (_("Policy"), own.patient.masked_policy),
        (_("Enrollment"), status_line(own).removeprefix("✅ ")),
        (_("Enrolled since"), numeric_date(since) if since else ""),
        (_("Pediatrician's district"), own.enrolled.district if own.enrolled else ""),
        (_("Pediatrician of the district"), pediatrician_of(own)),
        (_("Clinic"), clinic.name),
        (_("Address"), clinic.address),
        (_("Telephone"), clinic.phone),
        (_("INN"), clinic.facts.inn),
        (_("Licence"), clinic.facts.licence),
    )
    return Paper(
        title=_("The patient's clinic"),
        sections=(Section("", tuple((label, value) for label, value in facts if value)),),
        made_at=now,
        mark=_("This is not a certificate of enrollment. It is a note with what the register said on that day."),
        footer=_("Printed on {date} at {time}, Moscow time.").format(
            date=moscow_date(now), time=clock_time(now, MOSCOW)
        ),
    )
