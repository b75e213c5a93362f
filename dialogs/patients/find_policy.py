"""Screens that find a policy in the register by the child's name, birth date and SNILS."""

from __future__ import annotations

from bot.clinics.port import FoundPolicy, PolicyStatus
from bot.core.i18n import gettext as _
from bot.core.patient import masked
from bot.delivery.screen import Button, Screen
from bot.patients.records import Detail
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.pager import page_of
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.patients.links import (
    AskBirthDate,
    AskDetail,
    AskName,
    AskNumber,
    ByPerson,
    CheckDraft,
    ChooseWay,
    FoundPolicies,
    ReviewDraft,
    TakePolicy,
)
from dialogs.patients.next_question import card_or_next_question, drop_rows, next_question

POLICIES_ON_A_PAGE = 8
DIGITS_SHOWN = 4

flow = Flow("find_policy")


@flow.action(ByPerson)
async def on_by_person(visitor: Visitor, link: ByPerson) -> Outcome:
    if not visitor.services.patients.has_room(visitor.account):
        return ChooseWay()
    return next_question(await visitor.services.linking.begin_by_person(visitor.account.id, link.draft))


@flow.screen(FoundPolicies)
async def found_policies(visitor: Visitor, link: FoundPolicies) -> Screen:
    found = await visitor.services.finding.policies(visitor.account.id, link.draft)
    if found is None:
        return no_answer_screen(link)
    if not found:
        return nothing_found_screen(link)
    if len(found) == 1:
        return single_policy_screen(link, found[0])
    shown = page_of(link, list(enumerate(found)), POLICIES_ON_A_PAGE)

    def policy_button(placed: tuple[int, FoundPolicy]) -> Button:
        place, policy = placed
        return button(policy_label(policy), TakePolicy(draft=link.draft, place=place))

    return Screen(
        lines(
            _("I have found several policies in the register. Which one is in use now?"),
            _("The number is shown in full only once the policy is checked."),
            shown.place,
        ),
        (
            *shown.rows(policy_button),
            (button(_("By the policy number"), AskNumber(draft=link.draft)),),
            *drop_rows(link.draft),
            ways_out(),
        ),
    )


def single_policy_screen(link: FoundPolicies, policy: FoundPolicy) -> Screen:
    question = {
        PolicyStatus.ACTIVE: _("I have found a policy whose number ends in {digits}; it is in force. Add it?"),
        PolicyStatus.SUSPENDED: _("I have found a policy whose number ends in {digits}; it is suspended. Add it?"),
        PolicyStatus.EXPIRED: _("I have found a policy whose number ends in {digits}; it has expired. Add it?"),
    }[policy.status]
    return Screen(
        lines(
            text(question, digits=policy.policy_number[-DIGITS_SHOWN:]),
            _("The number is shown in full only once the policy is checked."),
        ),
        (
            (button(_("Yes, add it"), TakePolicy(draft=link.draft, place=0)),),
            (button(_("No, I will write the number"), AskNumber(draft=link.draft)),),
            ways_out(),
        ),
    )


def policy_label(policy: FoundPolicy) -> str:
    """Return the masked number and the status of a policy."""
    status = {
        PolicyStatus.ACTIVE: _("in force"),
        PolicyStatus.SUSPENDED: _("suspended"),
        PolicyStatus.EXPIRED: _("expired"),
    }[policy.status]
    return f"{masked(policy.policy_number)}, {status}"


def nothing_found_screen(link: FoundPolicies) -> Screen:
    return Screen(
        lines(
            _("⚠️ I have not found a policy with these data. Compare the name, the date of birth and the SNILS."),
            _("If everything is right, add the child by the policy number: the insurer tells it by phone."),
        ),
        (
            (
                button(_("Correct the name"), AskName(draft=link.draft)),
                button(_("Correct the date"), AskBirthDate(draft=link.draft)),
            ),
            (
                button(_("Correct the SNILS"), AskDetail(draft=link.draft, detail=Detail.SNILS)),
                button(_("By the policy number"), AskNumber(draft=link.draft)),
            ),
            *drop_rows(link.draft),
            ways_out(),
        ),
    )


def no_answer_screen(link: FoundPolicies) -> Screen:
    return Screen(
        _("The register does not answer now. What you have written is kept: try again in a minute."),
        (
            (button(_("Try again"), link),),
            (button(_("By the policy number"), AskNumber(draft=link.draft)),),
            *drop_rows(link.draft),
            ways_out(),
        ),
    )


@flow.action(TakePolicy)
async def on_take(visitor: Visitor, link: TakePolicy) -> Outcome:
    """Check the policy at once: that it is the right one has just been confirmed."""
    taken = visitor.services.finding.take(visitor.account.id, link.draft, link.place)
    outcome = await card_or_next_question(taken)
    return CheckDraft(draft=link.draft) if isinstance(outcome, ReviewDraft) else outcome
