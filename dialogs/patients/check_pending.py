"""Screens of a check that waits for the register's answer."""

from __future__ import annotations

from bot.core.i18n import MOSCOW, clock_time, gettext as _, spoken_moment
from bot.core.patient import Patient, VerificationStatus
from bot.core.timing import local_day
from bot.delivery.screen import Screen
from bot.patients.rules.checks import is_late
from dialogs.account.links import Help
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.kit.wording import moscow_past
from dialogs.patients.links import CheckPolicy, PatientCard, PatientList


def patient_line(patient: Patient) -> str:
    """Return the full name and the masked policy number."""
    return text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy)


def check_date(patient: Patient) -> str:
    """Return the Moscow date of the last answer, "" if there was none."""
    at = patient.verification.checked_at
    return "" if at is None else moscow_past(at)


def checked_line(patient: Patient) -> str:
    date = check_date(patient)
    return text(_("Checked on {date}."), date=date) if date else ""


def pending_screen(visitor: Visitor, patient: Patient) -> Screen:
    """Return the screen of a check without an answer; after half an hour it offers to check again."""
    verification = patient.verification
    since = verification.queued_at
    late = since is not None and is_late(since, visitor.now)
    again = (button(_("Check again"), CheckPolicy(patient=patient.id)), button(_("Help"), Help()))
    return Screen(
        lines(
            patient_line(patient),
            pending_sentence(verification.status is VerificationStatus.UNAVAILABLE, late=late),
            waiting_since_line(visitor, patient),
        ),
        (
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            *((again,) if late else ()),
            ways_out(PatientList()),
        ),
    )


def pending_sentence(unavailable: bool, *, late: bool) -> str:
    if late:
        return _(
            "⚠️ The register has not answered for more than half an hour. I ask again by myself and will write when "
            "it is done. Meanwhile compare the last digits with the policy. If a doctor is needed soon, call the "
            "reception or 122."
        )
    if unavailable:
        return _(
            "The register does not answer now. I will ask again by myself and write when it is done; nothing is "
            "needed from you."
        )
    return _(
        "I am checking the policy in the register. It usually takes less than a minute; I will write when it is done."
    )


def waiting_since_line(visitor: Visitor, patient: Patient) -> str:
    since = patient.verification.queued_at
    if since is None:
        return ""
    is_today = local_day(since, MOSCOW) == local_day(visitor.now, MOSCOW)
    time = clock_time(since, MOSCOW) if is_today else spoken_moment(since, MOSCOW, visitor.now)
    return text(_("Waiting for the answer since {time}."), time=time)


def still_verified_screen(patient: Patient) -> Screen:
    """Return the screen of a repeated check without an answer: the policy stays verified by the last one."""
    return Screen(
        lines(
            patient_line(patient),
            text(
                _("The register does not answer now. The policy stays confirmed: it was last checked on {date}."),
                date=check_date(patient),
            ),
            _("I will ask again by myself and write if anything has changed."),
        ),
        ((button(_("Check again"), CheckPolicy(patient=patient.id)),), ways_out(PatientCard(patient=patient.id))),
    )
