"""Finding: a policy that is not at hand, by the child's name, birth date and SNILS."""

from __future__ import annotations

from bot.clinics.port import FoundPolicy, PolicyStatus
from bot.core.i18n import gettext as _
from bot.core.patient import masked
from bot.delivery.screen import Screen
from bot.patients.records import Detail
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import button, lines, ways_out
from dialogs.patients.links import AskBirthDate, AskDetail, AskName, AskNumber, ByPerson, FoundPolicies, TakePolicy
from dialogs.patients.next_question import after, ahead

flow = Flow("find_policy")


@flow.action(ByPerson)
async def on_by_person(visitor: Visitor, link: ByPerson) -> Outcome:
    draft = link.draft
    return ahead(await visitor.services.linking.begin_by_person(visitor.account.id, draft))


@flow.screen(FoundPolicies)
async def policies(visitor: Visitor, link: FoundPolicies) -> Screen:
    found = await visitor.services.finding.policies(visitor.account.id, link.draft)
    if found is None:
        return silent(link)
    if not found:
        return nothing_found(link)
    only = len(found) == 1
    question = (
        _("I have found a policy in the register. Is it this one?")
        if only
        else _("I have found several policies in the register. Which one is in use now?")
    )
    choice = _("Yes: {policy}") if only else "{policy}"
    choices = [
        (button(choice.format(policy=spoken(policy)), TakePolicy(draft=link.draft, place=place)),)
        for place, policy in enumerate(found)
    ]
    return Screen(
        lines(question, _("The number is shown in full only once the policy is checked.")),
        (*choices, (button(_("By the policy number"), AskNumber(draft=link.draft)),), ways_out()),
    )


def spoken(policy: FoundPolicy) -> str:
    standing = {
        PolicyStatus.ACTIVE: _("in force"),
        PolicyStatus.SUSPENDED: _("suspended"),
        PolicyStatus.EXPIRED: _("expired"),
    }[policy.status]
    return f"{masked(policy.policy_number)}, {standing}"


def nothing_found(link: FoundPolicies) -> Screen:
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
            ways_out(),
        ),
    )


def silent(link: FoundPolicies) -> Screen:
    return Screen(
        _("The register does not answer now. What you have written is kept: try again in a minute."),
        (
            (button(_("Try again"), link),),
            (button(_("By the policy number"), AskNumber(draft=link.draft)),),
            ways_out(),
        ),
    )


@flow.action(TakePolicy)
async def on_take(visitor: Visitor, link: TakePolicy) -> Outcome:
    return after(await visitor.services.finding.take(visitor.account.id, link.draft, link.place))
