"""The check code or the number of an application at the desk of its clinic."""

from __future__ import annotations

from bot.applications.confirmation import WORD
from bot.applications.records import ApplicationStatus, RefusalReason
from bot.core.i18n import gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.staff.application_check import CheckedApplication, OpenedCode
from dialogs.account.links import Home
from dialogs.applications.links import ApplicationPage
from dialogs.applications.wording import refusal_label, status_label
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_past
from dialogs.staff.application_links import CheckApplication, DeskApplicationList, SeeApplication
from dialogs.staff.wording import masked_child

flow = Flow("application check", open=True)


@flow.deep_link(WORD)
async def on_code(visitor: Visitor, code: str) -> Outcome:
    return opened(await visitor.services.application_check.open(visitor.account, code))


def opened(found: OpenedCode) -> Outcome:
    """Return what a code opens; for everybody else each text has the same answer."""
    if found.at_desk is not None:
        return CheckApplication(application=found.at_desk)
    if found.own is not None:
        return ApplicationPage(application=found.own)
    return Reply(Home(), line=not_here())


def not_here() -> str:
    return _("This code opens nothing here: the reception of the clinic in the application checks it.")


@flow.screen(CheckApplication)
async def check_application(visitor: Visitor, link: CheckApplication) -> Screen:
    checked = await visitor.services.application_check.see(visitor.account, link.application)
    found, patient = checked.application, checked.patient
    sent = spoken_moment(found.filed_at, checked.clinic.zone, visitor.now)
    decide = [(button(_("Look and decide"), SeeApplication(application=found.id)),)] if found.awaits_desk else []
    return Screen(
        lines(
            text(_("✅ <b>This application is real: {ref}</b>"), ref=unbroken(found.ref)),
            [
                _("Enrollment at your clinic")
                if found.document is None
                else text(_("For a document: {name}"), name=found.document.name),
                masked_child(patient.name, patient.birth_date, patient.policy_number if patient.is_verified else ""),
                text(_("Sent: {when}"), when=sent),
            ],
            decision_lines(checked),
        ),
        (*decide, ways_out(DeskApplicationList())),
        asks=True,
    )


def decision_lines(checked: CheckedApplication) -> list[str]:
    """Return where it stands; a decision that may still be undone is none yet."""
    found = checked.application
    refused = found.status is ApplicationStatus.REFUSED and found.decision is not None
    reason = (found.decision.reason if found.decision else None) or RefusalReason.OTHER
    return [
        text(_("State: {status}"), status=status_label(found.status, found.kind).lower()),
        text(_("Refused because: {reason}"), reason=refusal_label(reason).lower()) if refused else "",
        text(_("Closed on {date}"), date=moscow_past(found.closed_at)) if found.closed_at else "",
    ]
