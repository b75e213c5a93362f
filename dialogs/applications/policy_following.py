"""An application for a policy after it is sent: its page, correcting and withdrawing it, its news."""

from __future__ import annotations

from bot.applications.news import PolicyRequestAnswered, PolicyRequestLate
from bot.applications.records import ApplicationKind, ApplicationStatus, RefusalReason
from bot.applications.rules import is_overdue
from bot.applications.seen import FollowedPolicy
from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.core.policy_form import PolicyReady
from bot.delivery.screen import Button, Screen
from bot.glossary import PolicyRequestId
from dialogs.account.links import HomeBelow
from dialogs.applications.links import FilteredApplications, MyApplications, PolicyRequestPage
from dialogs.applications.policy_links import (
    ApplyForPolicyAgain,
    AskWithdrawPolicy,
    CorrectPolicyForm,
    PolicyCorrespondence,
    PolicyRequestBelow,
    PolicyRequestFile,
    ReviewPolicyForm,
    SentPolicyVersions,
    WithdrawPolicyRequest,
)
from dialogs.applications.policy_wording import short_name
from dialogs.applications.standing import MARKS, closed_line, correction_lines, late_lines, refused_lines, stage_line
from dialogs.applications.wording import (
    history_lines,
    status_word,
)
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.news import news
from dialogs.kit.screen import Row, button, copying, lines, text, unbroken, ways_out
from dialogs.patients.links import AskNumber, GetPolicy

flow = Flow("policy requests")

KIND = ApplicationKind.POLICY


def request_button(each: FollowedPolicy) -> Button:
    """Return the button of an application in the list of all."""
    found = each.request
    mark = MARKS.get(found.status, "")
    status = status_word(found.status, KIND)
    label = _("{name} · {status} · policy").format(name=short_name(found.form), status=status)
    return button(f"{mark}{label}", PolicyRequestPage(request=found.id))


@flow.screen(PolicyRequestBelow)
async def policy_request_below(visitor: Visitor, link: PolicyRequestBelow) -> Outcome:
    return PolicyRequestPage(request=link.request)


@flow.screen(PolicyRequestPage)
async def policy_request_page(visitor: Visitor, link: PolicyRequestPage) -> Screen:
    seen = await visitor.services.policy_requests.follow(visitor.account.id, link.request)
    return Screen(
        lines(
            heading(seen),
            standing_lines(visitor, seen),
            history_lines(visitor, seen.clinic, seen.steps, KIND),
        ),
        (
            *ways(seen),
            (
                button(_("What was sent"), SentPolicyVersions(request=link.request)),
                button(_("Confirmation (PDF)"), PolicyRequestFile(request=link.request)),
            ),
            (button(_("All correspondence (PDF)"), PolicyCorrespondence(request=link.request)),),
            *copying(ref=seen.request.ref, phone=seen.clinic.phone),
            ways_out(link.came_from(FilteredApplications) or MyApplications()),
        ),
    )


def heading(seen: FollowedPolicy) -> str:
    return lines(
        text(_("<b>Application {ref}</b>"), ref=unbroken(seen.request.ref)),
        text(
            _("Policy: {name} → {clinic}, {address}"),
            name=short_name(seen.request.form),
            clinic=seen.clinic.name,
            address=seen.clinic.address,
        ),
    )


def standing_lines(visitor: Visitor, seen: FollowedPolicy) -> list[str]:
    """Return where an application stands, and what is to be done."""
    match seen.request.status:
        case ApplicationStatus.SUBMITTED | ApplicationStatus.IN_REVIEW:
            return waiting_lines(visitor, seen)
        case ApplicationStatus.NEEDS_CORRECTION:
            return correction_lines(visitor, seen)
        case ApplicationStatus.APPROVED:
            return ready_lines(seen)
        case ApplicationStatus.REFUSED:
            return [*refused_lines(seen), _("A policy is given at any insurer or MFC as well.")]
    return [closed_line(seen)]


def waiting_lines(visitor: Visitor, seen: FollowedPolicy) -> list[str]:
    found, clinic = seen.request, seen.clinic
    due = spoken_moment(found.due_at, clinic.zone, visitor.now)
    bring = text(
        _("Show your passport and the birth certificate at the reception, {address}: name the number {ref}."),
        address=clinic.address,
        ref=unbroken(found.ref),
    )
    if is_overdue(found, visitor.now):
        return [*late_lines(visitor, seen), bring]
    return [stage_line(found), text(_("It decides by {when}; I will write."), when=due), bring]


def ready_lines(seen: FollowedPolicy) -> list[str]:
    """Return how a policy that is ready is got."""
    found = seen.request
    at_reception = found.decision is not None and found.decision.ready is PolicyReady.RECEPTION
    fetched = (
        text(
            _(
                "Fetch the number at the reception, {address}: bring your passport and the birth certificate, and name "
                "{ref}."
            ),
            address=seen.clinic.address,
            ref=unbroken(found.ref),
        )
        if at_reception
        else _("The number is on Gosuslugi, in “Health”; the insurer tells it, too.")
    )
    return [_("✅ The policy is ready."), fetched, _("Once you have the number, link the policy: then I can book.")]


def ways(seen: FollowedPolicy) -> list[Row]:
    """Return what can be done with an application."""
    found = seen.request
    withdraw: Row = (button(_("Withdraw"), AskWithdrawPolicy(request=found.id)),)
    link: Row = (button(_("Link the policy"), AskNumber()),)
    match found.status:
        case ApplicationStatus.NEEDS_CORRECTION:
            return [(button(_("Correct and send again"), CorrectPolicyForm(request=found.id)),), withdraw]
        case ApplicationStatus.APPROVED:
            return [link]
        case ApplicationStatus.REFUSED | ApplicationStatus.WITHDRAWN:
            has_policy = found.decision is not None and found.decision.reason is RefusalReason.HAS_POLICY
            again: Row = (
                button(_("Apply once more"), ApplyForPolicyAgain(request=found.id)),
                button(_("How to get a policy"), GetPolicy()),
            )
            return [link, again] if has_policy else [again]
    return [withdraw]


@flow.action(CorrectPolicyForm)
async def on_correct(visitor: Visitor, link: CorrectPolicyForm) -> Outcome:
    draft = await visitor.services.policy_requests.correct(visitor.account.id, link.request)
    return ReviewPolicyForm(draft=draft)


@flow.action(ApplyForPolicyAgain)
async def on_again(visitor: Visitor, link: ApplyForPolicyAgain) -> Outcome:
    return ReviewPolicyForm(draft=await visitor.services.policy_requests.again(visitor.account.id, link.request))


# --- withdrawing ------------------------------------------------------------------------------------------------------


@flow.screen(AskWithdrawPolicy)
async def ask_withdraw_policy(visitor: Visitor, link: AskWithdrawPolicy) -> Outcome:
    seen = await visitor.services.policy_requests.follow(visitor.account.id, link.request)
    if not seen.request.is_open:
        return PolicyRequestPage(request=link.request)
    return Screen(
        lines(
            heading(seen),
            _("Withdraw it? The clinic sees the application no longer, and your consent for it ends."),
        ),
        (
            (button(_("Withdraw it"), WithdrawPolicyRequest(request=link.request)),),
            ways_out(PolicyRequestPage(request=link.request)),
        ),
    )


@flow.action(WithdrawPolicyRequest)
async def on_withdraw(visitor: Visitor, link: WithdrawPolicyRequest) -> Outcome:
    await visitor.services.policy_requests.withdraw(visitor.account.id, link.request)
    return PolicyRequestPage(request=link.request)


# --- news -------------------------------------------------------------------------------------------------------------


@news(PolicyRequestAnswered, N_("an application for a policy is decided"))
async def policy_request_answered(visitor: Visitor, message: PolicyRequestAnswered) -> Screen | None:
    """Return None if it is before the desk again."""
    seen = await visitor.services.policy_requests.about(message)
    if seen is None or seen.request.awaits_desk:
        return None
    link = [(button(_("Link the policy"), AskNumber()),)] if seen.request.status is ApplicationStatus.APPROVED else []
    return Screen(lines(heading(seen), standing_lines(visitor, seen)), (*link, open_row(message.request)))


@news(PolicyRequestLate, N_("an application for a policy is late"))
async def policy_request_late(visitor: Visitor, message: PolicyRequestLate) -> Screen | None:
    seen = await visitor.services.policy_requests.about(message)
    if seen is None or not is_overdue(seen.request, visitor.now):
        return None
    return Screen(
        lines(heading(seen), standing_lines(visitor, seen)),
        (*copying(phone=seen.clinic.phone), open_row(message.request)),
    )


def open_row(request: PolicyRequestId) -> Row:
    return button(_("Open the application"), PolicyRequestBelow(request=request)), button(_("Menu"), HomeBelow())
