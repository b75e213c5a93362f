"""Review: every answer on one screen, each of them open to change, before the register is asked."""

from __future__ import annotations

from bot.clinics.port import PolicyClaim
from bot.core.i18n import gettext as _
from bot.core.i18n import spoken_date
from bot.core.patient import Patient, masked
from bot.core.people import Sex
from bot.delivery.screen import Screen
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.drafts import PolicyDraft, claim_of, is_hidden, name_of
from bot.patients.rules.policy_number import is_too_young_for, policy_facts, policy_kind
from dialogs.account.links import Home
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import button, grid, lines, text, ways_out
from dialogs.patients.details import field_of, in_chat, in_fours, in_full, labelled, number_label
from dialogs.patients.links import (
    AskBirthDate,
    AskDetail,
    AskDrop,
    AskName,
    AskNumber,
    AskOldNumber,
    AskSex,
    CheckDraft,
    ChooseDetail,
    ChooseField,
    DropDraft,
    ReviewDraft,
    ShowNumbers,
)
from dialogs.patients.questions import draft_of
from dialogs.patients.steps import ahead
from dialogs.patients.verdict import outcome

flow = Flow("review")


@flow.screen(ReviewDraft)
async def review(visitor: Visitor, link: ReviewDraft) -> Outcome:
    draft = await draft_of(visitor, link.draft)
    claim = claim_of(draft)
    if claim is None:
        return ahead(draft)
    born = (_("Girl, born on {date}") if claim.sex is Sex.FEMALE else _("Boy, born on {date}")).format(
        date=spoken_date(claim.birth_date)
    )
    show = () if is_hidden(draft) else (button(_("Show the number"), ShowNumbers(draft=link.draft)),)
    return Screen(
        lines(
            _("<b>Check what you have told</b>"),
            labelled(number_label(claim.policy_number), masked(claim.policy_number)),
            labelled(_("Name"), claim.name.full),
            text("{born}", born=born),
            *(labelled(field_of(detail).label, in_chat(detail, value)) for detail, value in draft.details.items()),
            [too_young(claim), beyond_the_register(claim.policy_number)],
        ),
        (
            (button(_("Check the policy"), CheckDraft(draft=link.draft)),),
            (button(_("Change"), ChooseField(draft=link.draft)), *show),
            (button(_("Add what is optional"), ChooseDetail(draft=link.draft)),),
            ways_out(),
        ),
    )


def too_young(claim: PolicyClaim) -> str:
    if not is_too_young_for(claim.policy_number, claim.birth_date):
        return ""
    return _(
        "⚠️ Old policies were issued until May 2011, and the child was born later. Look for a number of 16 digits in "
        "the policy; a temporary certificate has 9."
    )


def beyond_the_register(number: str) -> str:
    if policy_kind(number) is PolicyKind.ENP:
        return ""
    return _("I will look for this number in the register; if it is not there, the clinic will look at it.")


@flow.action(ShowNumbers)
async def on_show_numbers(visitor: Visitor, link: ShowNumbers) -> Outcome:
    """In an alert, which no chat keeps."""
    draft = await draft_of(visitor, link.draft)
    number = draft.number
    if not number or is_hidden(draft):
        return ReviewDraft(draft=link.draft)
    alert = lines(
        f"{number_label(number)}: {in_fours(number)}",
        *(
            f"{field_of(detail).label}: {in_full(detail, value)}"
            for detail, value in draft.details.items()
            if in_chat(detail, value) != in_full(detail, value)
        ),
    )
    return Reply(ReviewDraft(draft=link.draft), alert)


@flow.action(CheckDraft)
async def on_check(visitor: Visitor, link: CheckDraft) -> Outcome:
    finished = await visitor.services.linking.finish(visitor.account, link.draft)
    if finished is None:
        return await newest_card(visitor)
    return await outcome(visitor, finished) if isinstance(finished, Patient) else ReviewDraft(draft=link.draft)


async def newest_card(visitor: Visitor) -> Outcome:
    """Whoever has pressed twice sees what his first press has come to."""
    patients = await visitor.services.patients.list_of(visitor.account.id)
    return await outcome(visitor, max(patients, key=lambda patient: patient.id)) if patients else Home()


# --- changing ---------------------------------------------------------------------------------------------------------


@flow.screen(ChooseField)
async def fields(visitor: Visitor, link: ChooseField) -> Screen:
    draft = await draft_of(visitor, link.draft)
    number = draft.number
    ask_number = AskOldNumber if number and policy_kind(number) is PolicyKind.OLD else AskNumber
    buttons = [button(number_label(number), ask_number(draft=link.draft)), button(_("Name"), AskName(draft=link.draft))]
    if policy_facts(number) is None:
        buttons += [
            button(_("Date of birth"), AskBirthDate(draft=link.draft)),
            button(_("Sex"), AskSex(draft=link.draft)),
        ]
    told = [detail for detail in Detail if detail in draft.details]
    details = [button(field_of(detail).label, AskDetail(draft=link.draft, detail=detail)) for detail in told]
    return Screen(
        _("What do you want to change? The rest stays as it is."),
        (
            *grid(buttons, 2),
            *grid(details, 1),
            (button(_("Do not add this child"), AskDrop(draft=link.draft)),),
            ways_out(ReviewDraft(draft=link.draft)),
        ),
    )


@flow.screen(ChooseDetail)
async def extras(visitor: Visitor, link: ChooseDetail) -> Screen:
    draft = await draft_of(visitor, link.draft)
    every = [button(marked(draft, detail), AskDetail(draft=link.draft, detail=detail)) for detail in Detail]
    return Screen(
        lines(
            _("<b>What else can be told</b>"),
            _("All of this is optional: the policy is checked without it. ✅ is what is there already."),
        ),
        (*grid(every, 1), ways_out(ReviewDraft(draft=link.draft))),
    )


def marked(draft: PolicyDraft, detail: Detail) -> str:
    label = field_of(detail).label
    return f"✅ {label}" if detail in draft.details else label


@flow.screen(AskDrop)
async def ask_drop(visitor: Visitor, link: AskDrop) -> Screen:
    draft = await draft_of(visitor, link.draft)
    name = name_of(draft)
    question = _("Stop adding this child? I will delete all you have told.")
    return Screen(
        lines(text(_("<b>{name}</b>"), name=name.short) if name else "", question),
        ((button(_("Do not add"), DropDraft(draft=link.draft)),), ways_out(ChooseField(draft=link.draft))),
    )


@flow.action(DropDraft)
async def on_drop(visitor: Visitor, link: DropDraft) -> Outcome:
    await visitor.services.linking.drop(visitor.account.id, link.draft)
    return Reply(Home(), _("What you had told of this child is deleted."))
