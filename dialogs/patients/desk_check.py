"""Screens of a policy that a clinic's desk checks: send it there, wait, and read the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.clinic import Clinic, Enrolling
from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.core.patient import Patient
from bot.delivery.screen import Button, Screen
from bot.glossary import ApplicationId, ClinicId, Ref
from bot.patients.desk_checks import AtDesk
from bot.patients.records import DeskDecision
from bot.patients.rules.desk_checks import is_late
from dialogs.applications.links import ApplicationPage
from dialogs.booking.links import EnrollAtClinic, Specialties
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_past
from dialogs.patients.check_pending import patient_line
from dialogs.patients.links import ChooseDesk, EditCard, NeedDoctorToday, PatientCard, PatientList, SendToDesk

flow = Flow("desk_check")

CLINICS_ON_A_PAGE = 8

ANSWERS: Mapping[DeskDecision, str] = {
    DeskDecision.MATCHED: N_("✅ The reception of <b>{clinic}</b> has confirmed the policy on {date}."),
    DeskDecision.FIX_NUMBER: N_("⚠️ <b>{clinic}</b>, {date}: the number of the policy has to be corrected."),
    DeskDecision.FIX_FAMILY: N_("⚠️ <b>{clinic}</b>, {date}: the family name has to be corrected."),
    DeskDecision.FIX_GIVEN: N_("⚠️ <b>{clinic}</b>, {date}: the given name has to be corrected."),
    DeskDecision.FIX_PATRONYMIC: N_("⚠️ <b>{clinic}</b>, {date}: the patronymic has to be corrected."),
    DeskDecision.PAPERS: N_(
        "⚠️ <b>{clinic}</b>, {date}: bring the policy and the birth certificate to the reception, {address}."
    ),
    DeskDecision.NOT_FOUND: N_("⚠️ <b>{clinic}</b>, {date}: the reception could not confirm this policy."),
    DeskDecision.SUSPENDED: N_("⚠️ <b>{clinic}</b>, {date}: the policy is suspended."),
    DeskDecision.EXPIRED: N_("⚠️ <b>{clinic}</b>, {date}: the policy has expired."),
    DeskDecision.OTHERS: N_("⚠️ <b>{clinic}</b>, {date}: the reception could not confirm this policy."),
    DeskDecision.ADULT: N_("⚠️ <b>{clinic}</b>, {date}: this is a grown-up's policy; here only children are booked."),
}
"""A number that is not found and one of another person read alike: the desk must not help who guesses."""


def answer_line(found: AtDesk | None) -> str:
    """Return what a desk has answered and when, "" if none has."""
    if found is None or found.check.closed_at is None or found.check.decision is None:
        return ""
    return text(
        _(ANSWERS[found.check.decision]),
        clinic=found.clinic.name,
        date=moscow_past(found.check.closed_at),
        address=found.clinic.address,
    )


def at_desk_screen(
    visitor: Visitor,
    patient: Patient,
    found: AtDesk,
    enrolling: Enrolling,
    together: tuple[ApplicationId, Ref] | None = None,
) -> Screen:
    """Return the screen of a policy that waits for a clinic's desk, ``together`` with an application."""
    check, clinic = found.check, found.clinic
    late = is_late(check, visitor.now)
    due = spoken_moment(check.due_at, clinic.zone, visitor.now)
    return Screen(
        lines(
            patient_line(patient),
            text(_("The policy is checked by the reception of <b>{clinic}</b>."), clinic=clinic.name)
            if together is None
            else text(
                _("The policy and the enrollment are checked by the reception of <b>{clinic}</b>: application {ref}."),
                clinic=clinic.name,
                ref=unbroken(together[1]),
            ),
            late_sentence(clinic)
            if late
            else text(_("It answers by {when}; I will write. Nothing is needed from you."), when=due),
            text(_("The reception knows that it is urgent. Call it: {phone}"), phone=clinic.phone)
            if check.urgent_at is not None
            else "",
            meanwhile(clinic),
        ),
        (
            *enroll_rows(patient, found, enrolling, together),
            (button(_("Doctors and free times"), Specialties(patient=patient.id, clinic=clinic.id)),),
            *([(button(_("A doctor is needed today"), NeedDoctorToday(patient=patient.id)),)]
              if check.urgent_at is None else []),
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            *(copying(phone=clinic.phone) if late or check.urgent_at is not None else []),
            ways_out(PatientList()),
        ),
    )  # fmt: skip


def enroll_rows(
    patient: Patient, found: AtDesk, enrolling: Enrolling, together: tuple[ApplicationId, Ref] | None
) -> list[Row]:
    """Return the way to the application that is decided with the policy, or to file one."""
    if together is not None:
        return [(button(_("Open the application"), ApplicationPage(application=together[0])),)]
    if enrolling is not Enrolling.IN_THE_BOT or not found.check.awaits_desk:
        return []
    return [(button(_("Enroll here"), EnrollAtClinic(patient=patient.id, clinic=found.clinic.id)),)]


def meanwhile(clinic: Clinic) -> str:
    """Return what can be done until the desk answers."""
    if clinic.books_unchecked:
        return _(
            "Meanwhile one visit can be booked there, to a doctor who needs no referral. The reception compares the "
            "policy when you come."
        )
    return _("Doctors and free times can be looked at meanwhile; booking opens with the answer.")


def late_sentence(clinic: Clinic) -> str:
    return text(
        _("⚠️ The reception has not answered in time. It is reminded; you can call it: {phone}"), phone=clinic.phone
    )


def not_on_the_list() -> str:
    """Return the one sentence for an unknown number and for data that do not match."""
    return _(
        "⚠️ The list does not confirm it. Compare the number and the name with the policy. If everything is right, send "
        "it to the reception of your clinic: it checks in its own system."
    )


def desk_rows(
    patient: Patient, clinics: Sequence[Clinic], named: ClinicId | None, *, is_owner: bool
) -> tuple[Row, ...]:
    """Return the row «Исправить», «Отправить в регистратуру».

    With one clinic, or if the account has opened the link of one, a press sends it there; another one can be chosen.
    """
    only = clinics[0].id if len(clinics) == 1 else next((each.id for each in clinics if each.id == named), None)
    to = ChooseDesk(patient=patient.id) if only is None else SendToDesk(patient=patient.id, clinic=only)
    correct = (button(_("Correct"), EditCard(patient=patient.id)),) if is_owner else ()
    others = only is not None and len(clinics) > 1
    return (
        (*correct, button(_("Send to the reception"), to)),
        *([(button(_("Another clinic"), ChooseDesk(patient=patient.id)),)] if others else []),
    )


@flow.screen(ChooseDesk)
async def choose_desk(visitor: Visitor, link: ChooseDesk) -> Outcome:
    patient = await visitor.services.patients.require(visitor.account.id, link.patient)
    shown = page_of(link, visitor.services.desk_checks.clinics(), CLINICS_ON_A_PAGE)
    return Screen(
        lines(patient_line(patient), _("Which clinic do you go to? Its reception checks the policy."), shown.place),
        (*shown.rows(lambda clinic: clinic_button(patient, clinic)), ways_out(PatientCard(patient=patient.id))),
    )


def clinic_button(patient: Patient, clinic: Clinic) -> Button:
    label = f"{clinic.name} · {clinic.address}" if clinic.address else clinic.name
    return button(label, SendToDesk(patient=patient.id, clinic=clinic.id))


@flow.action(SendToDesk)
async def on_send(visitor: Visitor, link: SendToDesk) -> Outcome:
    await visitor.services.desk_checks.send(visitor.account.id, link.patient, link.clinic)
    return PatientCard(patient=link.patient)


@flow.action(NeedDoctorToday)
async def on_urgent(visitor: Visitor, link: NeedDoctorToday) -> Outcome:
    clinic = await visitor.services.desk_checks.lift(visitor.account.id, link.patient)
    line = text(_("I have told the reception that it is urgent. Call it, too: {phone}"), phone=clinic.phone)
    return Reply(PatientCard(patient=link.patient), line=line)
