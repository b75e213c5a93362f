"""The screens that decide on a policy and on the application with it: the desk compares, and one press does both."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.delivery.screen import Button, Screen
from bot.glossary import ApplicationId
from bot.patients.records import DeskDecision
from bot.staff.applications import SeenApplication
from bot.staff.rights import Right, require_right
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, ways_out
from dialogs.staff.application_links import (
    ApplicationDecided,
    DecideBoth,
    PolicyToCorrect,
    RefusePolicy,
    SeeApplication,
)
from dialogs.staff.check_links import AskBothDigits
from dialogs.staff.policy_checks import FIXES, REFUSALS, decision_label, hints

flow = Flow("policy and application", open=True)


def policy_lines(seen: SeenApplication) -> list[str]:
    """Return what is compared for the policy of an application, none if it is confirmed or at no desk."""
    if seen.policy is None:
        return []
    return [
        _("<b>The policy and the enrollment are one decision</b>"),
        _("Find this child in your own system. “Approve” asks for the last four digits of the policy from there."),
        *hints(seen.policy),
    ]


def policy_rows(seen: SeenApplication) -> list[Row]:
    if seen.policy is None:
        return []
    application = seen.application.id
    return [
        (
            button(_("Policy: to correct"), PolicyToCorrect(application=application)),
            button(_("Policy: refuse"), RefusePolicy(application=application)),
        )
    ]


@flow.screen(AskBothDigits)
async def ask_both_digits(visitor: Visitor, link: AskBothDigits) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return Screen(
        lines(
            _("Write the last four digits of the policy as they are in your own system."),
            _("They confirm the policy and enroll the child. If they are other ones, the policy is not right."),
        ),
        (ways_out(SeeApplication(application=link.application)),),
        asks=True,
    )


@flow.answer(AskBothDigits)
async def on_both_digits(visitor: Visitor, prompt: AskBothDigits, typed: str) -> Outcome:
    await visitor.services.one_decision.approve(visitor.account, prompt.application, prompt.doctor, typed)
    return ApplicationDecided(application=prompt.application)


@flow.screen(PolicyToCorrect)
async def policy_to_correct(visitor: Visitor, link: PolicyToCorrect) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return Screen(
        _("What about the policy has to be corrected? The application goes back to the parent for 14 days."),
        (
            *few(FIXES, lambda each: both_button(link.application, each), 2),
            (both_button(link.application, DeskDecision.PAPERS),),
            ways_out(SeeApplication(application=link.application)),
        ),
    )


@flow.screen(RefusePolicy)
async def refuse_policy(visitor: Visitor, link: RefusePolicy) -> Screen:
    require_right(visitor.account, Right.DECIDE_APPLICATIONS)
    return Screen(
        lines(
            _("Why? “Not found” and “Another person's” read alike to the parent."),
            _("The application is refused with the policy."),
        ),
        (
            *few(REFUSALS, lambda each: both_button(link.application, each), 2),
            ways_out(SeeApplication(application=link.application)),
        ),
    )


def both_button(application: ApplicationId, decision: DeskDecision) -> Button:
    return button(decision_label(decision), DecideBoth(application=application, decision=decision))


@flow.action(DecideBoth)
async def on_decide_both(visitor: Visitor, link: DecideBoth) -> Outcome:
    await visitor.services.one_decision.refuse(visitor.account, link.application, link.decision)
    return ApplicationDecided(application=link.application)
