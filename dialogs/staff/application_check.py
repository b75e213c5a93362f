"""The check code or the number of an application at the desk of its clinic."""

from __future__ import annotations

from collections.abc import Sequence

from bot.applications.confirmation import WORD
from bot.applications.records import AnyApplication, Filed, PolicyRequest
from bot.core.clinic import Clinic
from bot.core.i18n import gettext as _, spoken_moment
from bot.delivery.screen import Screen
from bot.staff.application_check import OpenedCode
from dialogs.account.links import Home
from dialogs.applications.links import ApplicationPage, PolicyRequestPage
from dialogs.applications.wording import policy_word, refusal_label, status_label
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.kit.wording import moscow_past
from dialogs.staff.application_links import CheckApplication, DeskApplicationList, SeeApplication
from dialogs.staff.policy_links import CheckPolicyRequest, SeePolicyRequest
from dialogs.staff.wording import formed_child, masked_child

flow = Flow("application check", open=True)


@flow.deep_link(WORD)
async def on_code(visitor: Visitor, code: str) -> Outcome:
    return opened(await visitor.services.application_check.open(visitor.account, code))


def opened(found: OpenedCode) -> Outcome:
    """Return what a code opens; for everybody else each text has the same answer."""
    if found.at_desk is not None:
        return link_to_check(found.at_desk)
    if found.own is None:
        return Reply(Home(), line=not_here())
    if isinstance(found.own, PolicyRequest):
        return PolicyRequestPage(request=found.own.id)
    return ApplicationPage(application=found.own.id)


def link_to_check(found: AnyApplication) -> Link:
    """Return the screen of the desk for an application whose code or number is known."""
    if isinstance(found, PolicyRequest):
        return CheckPolicyRequest(request=found.id)
    return CheckApplication(application=found.id)


def not_here() -> str:
    return _("This code opens nothing here: the reception of the clinic in the application checks it.")


@flow.screen(CheckApplication)
async def check_application(visitor: Visitor, link: CheckApplication) -> Screen:
    checked = await visitor.services.application_check.see(visitor.account, link.application)
    found, patient, document = checked.application, checked.patient, checked.application.document
    asked = (
        _("Enrollment at your clinic") if document is None else text(_("For a document: {name}"), name=document.name)
    )
    child = masked_child(patient.name, patient.birth_date, patient.policy_number if patient.is_verified else "")
    said = policy_word(found)
    policy = text(_("Policy: {said}"), said=said) if said else ""
    return real_screen(visitor, found, checked.clinic, [asked, child, policy], SeeApplication(application=found.id))


@flow.screen(CheckPolicyRequest)
async def check_policy_request(visitor: Visitor, link: CheckPolicyRequest) -> Screen:
    checked = await visitor.services.application_check.see_policy(visitor.account, link.request)
    facts = [_("For an OMS policy; the child has no card"), formed_child(checked.request.form)]
    return real_screen(visitor, checked.request, checked.clinic, facts, SeePolicyRequest(request=link.request))


def real_screen(visitor: Visitor, found: Filed, clinic: Clinic, facts: Sequence[str], to_decide: Link) -> Screen:
    sent = spoken_moment(found.filed_at, clinic.zone, visitor.now)
    return Screen(
        lines(
            text(_("✅ <b>This application is real: {ref}</b>"), ref=unbroken(found.ref)),
            [*facts, text(_("Sent: {when}"), when=sent)],
            decision_lines(found),
        ),
        (*([(button(_("Look and decide"), to_decide),)] if found.awaits_desk else []), ways_out(DeskApplicationList())),
        asks=True,
    )


def decision_lines(found: Filed) -> list[str]:
    """Return where it stands; a decision that may still be undone is none yet."""
    reason = found.refused_because
    return [
        text(_("State: {status}"), status=status_label(found.status, found.kind).lower()),
        text(_("Refused because: {reason}"), reason=refusal_label(reason).lower()) if reason else "",
        text(_("Closed on {date}"), date=moscow_past(found.closed_at)) if found.closed_at else "",
    ]
