"""The screens of applications for a policy at the desk: one application, the decision and the minute to undo it."""

from __future__ import annotations

from bot.applications.records import ApplicationKind, Decision, Verdict
from bot.applications.rules import CORRECTION_DAYS, REFUSALS_OF, fields_of
from bot.core.i18n import gettext as _
from bot.core.policy_form import PolicyReady, SentForm
from bot.delivery.screen import Button, Screen
from bot.glossary import PolicyRequestId
from bot.staff.policy_requests import PolicyApplicant, SeenPolicyRequest
from bot.staff.rights import Right, require_right
from dialogs.applications.policy_wording import changed_words, form_lines, ready_word
from dialogs.applications.sent import version_lines
from dialogs.applications.wording import history_lines
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import button, lines, text, unbroken, ways_out
from dialogs.staff.application_links import DeskApplicationList
from dialogs.staff.decided import decided_lines, decided_screen
from dialogs.staff.deciding import due_line, parts_screen, refusal_screen
from dialogs.staff.policy_links import (
    ApprovePolicyRequest,
    ChoosePolicyParts,
    ChoosePolicyReady,
    ChoosePolicyRefusal,
    PolicyRequestDecided,
    RefusePolicyRequest,
    ReturnPolicyRequest,
    SeePolicyRequest,
    ShowPolicyApplicant,
    UndoPolicyRequest,
)
from dialogs.staff.wording import formed_child, never_shown, passing_message, showing_rows

flow = Flow("desk policy requests", open=True)

KIND = ApplicationKind.POLICY


@flow.screen(SeePolicyRequest)
async def see_policy_request(visitor: Visitor, link: SeePolicyRequest) -> Screen:
    seen = await visitor.services.desk_policy_requests.see(visitor.account, link.request)
    found = seen.request
    return Screen(
        lines(
            text(_("<b>Application {ref}</b>"), ref=unbroken(found.ref)),
            [
                formed_child(found.form),
                _("Asks for an OMS policy; the child has no card."),
                due_line(visitor, seen.clinic.zone, found),
                corrected_line(seen),
            ],
            _(
                "The parent shows the passport and the birth certificate here: compare them with the form. Write no "
                "numbers of papers in the chat."
            ),
            history_lines(visitor, seen.clinic, seen.steps, KIND),
            never_shown(visitor),
        ),
        (
            *showing_rows(visitor, ShowPolicyApplicant(request=link.request)),
            (
                button(_("Ready"), ChoosePolicyReady(request=link.request)),
                button(_("Refuse"), ChoosePolicyRefusal(request=link.request)),
            ),
            (button(_("Give back to correct"), ChoosePolicyParts(request=link.request)),),
            ways_out(DeskApplicationList()),
        ),
    )


@flow.action(ShowPolicyApplicant)
async def on_show(visitor: Visitor, link: ShowPolicyApplicant) -> Outcome:
    applicant = await visitor.services.desk_policy_requests.show(visitor.account, link.request)
    phone = text(_("The representative's phone: {phone}"), phone=applicant.phone) if applicant.phone else ""
    whole = lines(*form_lines(applicant.request.form, whole=True), phone, sent_before(applicant))
    return Reply(SeePolicyRequest(request=link.request), passing=passing_message(whole))


def corrected_line(seen: SeenPolicyRequest) -> str:
    """Return which answers are others than those sent before."""
    sent = seen.versions[-1].data
    changed = changed_words(sent.changed) if isinstance(sent, SentForm) else ""
    return text(_("Corrected: {parts}"), parts=changed) if changed else ""


def sent_before(applicant: PolicyApplicant) -> list[str]:
    """Return what was sent before it was corrected, with the SNILS masked."""
    before = applicant.before
    if before is None:
        return []
    return [_("<b>Sent before</b>"), *version_lines(before, applicant.clinic)]


# --- the decision -----------------------------------------------------------------------------------------------------


@flow.screen(ChoosePolicyReady)
async def choose_ready(visitor: Visitor, link: ChoosePolicyReady) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)

    def ready(each: PolicyReady) -> Button:
        return button(ready_word(each), ApprovePolicyRequest(request=link.request, ready=each))

    return Screen(
        _("Where does the parent get the number? It is not written here: the parent types it to link the policy."),
        (*few(PolicyReady, ready, 2), ways_out(SeePolicyRequest(request=link.request))),
    )


@flow.action(ApprovePolicyRequest)
async def on_approve(visitor: Visitor, link: ApprovePolicyRequest) -> Outcome:
    return await decide(visitor, link.request, Decision(Verdict.APPROVE, ready=link.ready))


@flow.screen(ChoosePolicyRefusal)
async def choose_refusal(visitor: Visitor, link: ChoosePolicyRefusal) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return refusal_screen(
        REFUSALS_OF[KIND],
        lambda each: RefusePolicyRequest(request=link.request, reason=each),
        SeePolicyRequest(request=link.request),
    )


@flow.action(RefusePolicyRequest)
async def on_refuse(visitor: Visitor, link: RefusePolicyRequest) -> Outcome:
    return await decide(visitor, link.request, Decision(Verdict.REFUSE, link.reason))


@flow.screen(ChoosePolicyParts)
async def choose_parts(visitor: Visitor, link: ChoosePolicyParts) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return parts_screen(
        KIND,
        link.parts,
        lambda bits: ChoosePolicyParts(request=link.request, parts=bits),
        lambda days: ReturnPolicyRequest(request=link.request, parts=link.parts, days=days),
        SeePolicyRequest(request=link.request),
    )


@flow.action(ReturnPolicyRequest)
async def on_return(visitor: Visitor, link: ReturnPolicyRequest) -> Outcome:
    parts = fields_of(link.parts)
    if not parts or link.days not in CORRECTION_DAYS:
        return ChoosePolicyParts(request=link.request)
    return await decide(visitor, link.request, Decision(Verdict.RETURN, fields=parts, days=link.days))


async def decide(visitor: Visitor, request: PolicyRequestId, decision: Decision) -> Outcome:
    await visitor.services.desk_policy_requests.decide(visitor.account, request, decision)
    return PolicyRequestDecided(request=request)


@flow.screen(PolicyRequestDecided)
async def policy_request_decided(visitor: Visitor, link: PolicyRequestDecided) -> Screen:
    found = await visitor.services.desk_policy_requests.decided(visitor.account, link.request)
    undo = UndoPolicyRequest(request=link.request)
    return decided_screen(visitor, found, decided_lines(found), undo, DeskApplicationList())


@flow.action(UndoPolicyRequest)
async def on_undo(visitor: Visitor, link: UndoPolicyRequest) -> Outcome:
    await visitor.services.desk_policy_requests.undo(visitor.account, link.request)
    return Reply(DeskApplicationList(), line=_("Undone: the application waits again."))
