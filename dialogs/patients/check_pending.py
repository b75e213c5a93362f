"""Waiting: a register that has not answered yet, or is silent about a policy that it has confirmed before."""

from __future__ import annotations

from bot.core.i18n import MOSCOW, clock_time, numeric_date, spoken_moment
from bot.core.i18n import gettext as _
from bot.core.patient import Patient, VerificationStatus
from bot.delivery.screen import Screen
from bot.patients.rules.checks import is_late
from dialogs.account.links import Help
from dialogs.kit.flow import Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.patients.links import CheckPolicy, PatientCard, PatientList


def whose(patient: Patient) -> str:
    return text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy)


def checked_on(patient: Patient) -> str:
    at = patient.verification.checked_at
    return "" if at is None else numeric_date(at.astimezone(MOSCOW).date())


def checking(visitor: Visitor, patient: Patient) -> Screen:
    verification = patient.verification
    since = verification.queued_at
    late = since is not None and is_late(since, visitor.now)
    again = (button(_("Check again"), CheckPolicy(patient=patient.id)), button(_("Help"), Help()))
    return Screen(
        lines(
            whose(patient),
            delay(verification.status is VerificationStatus.UNAVAILABLE, late=late),
            waiting_since(visitor, patient),
        ),
        (
            (button(_("How is it going?"), PatientCard(patient=patient.id)),),
            *((again,) if late else ()),
            ways_out(PatientList()),
        ),
    )


def delay(unavailable: bool, *, late: bool) -> str:
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


def waiting_since(visitor: Visitor, patient: Patient) -> str:
    since = patient.verification.queued_at
    if since is None:
        return ""
    same_day = since.astimezone(MOSCOW).date() == visitor.now.astimezone(MOSCOW).date()
    said = clock_time(since, MOSCOW) if same_day else spoken_moment(since, MOSCOW, visitor.now)
    return text(_("Waiting for the answer since {time}."), time=said)


def still_silent(patient: Patient) -> Screen:
    """Asked again, the register does not answer: what it said last time holds."""
    return Screen(
        lines(
            whose(patient),
            text(
                _("The register does not answer now. The policy stays confirmed: it was last checked on {date}."),
                date=checked_on(patient),
            ),
            _("I will ask again by myself and write if anything has changed."),
        ),
        ((button(_("Check again"), CheckPolicy(patient=patient.id)),), ways_out(PatientCard(patient=patient.id))),
    )
