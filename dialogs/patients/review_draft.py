"""Screens to review the answers about a new patient before the policy is checked."""

from __future__ import annotations

from bot.clinics.port import PolicyClaim
from bot.core.i18n import gettext as _, spoken_date
from bot.core.patient import Patient, masked
from bot.core.people import Sex
from bot.delivery.screen import Button, Screen
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.drafts import PolicyDraft, claim_of, is_hidden, name_of
from bot.patients.rules.policy_number import is_too_young_for, policy_facts, policy_kind
from dialogs.account.links import Home
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.pager import few, few_lines
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.patients.check_result import check_screen
from dialogs.patients.details import (
    chat_value,
    full_value,
    grouped_number,
    labelled,
    name_parts,
    number_label,
    wording_of,
)
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
    PatientCard,
    ReviewDraft,
    ShowNumbers,
)
from dialogs.patients.next_question import drop_rows, next_question

flow = Flow("review_draft")


@flow.screen(ReviewDraft)
async def review_draft(visitor: Visitor, link: ReviewDraft) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    claim = claim_of(draft)
    if claim is None:
        return next_question(draft)
    born = _("Girl, born on {date}") if claim.sex is Sex.FEMALE else _("Boy, born on {date}")
    known = await card_of_same_child(visitor, claim)
    show = () if is_hidden(draft) else (button(_("Show the number"), ShowNumbers(draft=link.draft)),)
    return Screen(
        lines(
            _("<b>Check what you have told</b>"),
            labelled(number_label(claim.policy_number), masked(claim.policy_number)),
            labelled(_("Name"), claim.name.full),
            name_parts(claim.name),
            text(born, date=spoken_date(claim.birth_date)),
            *few_lines(
                draft.details.items(), lambda told: labelled(wording_of(told[0]).label, chat_value(told[0], told[1]))
            ),
            [old_policy_warning(claim), clinic_check_note(claim.policy_number), same_child_warning(known)],
        ),
        (
            (button(_("Check the policy"), CheckDraft(draft=link.draft)),),
            (button(_("Change"), ChooseField(draft=link.draft)), *show),
            (button(_("Add what is optional"), ChooseDetail(draft=link.draft)),),
            *([(button(_("Open the card"), PatientCard(patient=known.id)),)] if known is not None else []),
            *drop_rows(link.draft),
            ways_out(),
        ),
    )


async def card_of_same_child(visitor: Visitor, claim: PolicyClaim) -> Patient | None:
    """Return the account's card of a child of this name and birth date with another policy, None if there is none."""
    cards = await visitor.services.patients.list_of(visitor.account.id) if visitor.account.cards else ()
    child = claim.name, claim.birth_date
    alike = (card for card in cards if (card.name, card.birth_date) == child)
    return next((card for card in alike if card.policy_number != claim.policy_number), None)


def same_child_warning(known: Patient | None) -> str:
    if known is None:
        return ""
    return text(
        _(
            "⚠️ You have a card of this child with the policy {policy}. If the policy is new, open the card and change "
            "the number there: then visits and history stay together."
        ),
        policy=masked(known.policy_number),
    )


def old_policy_warning(claim: PolicyClaim) -> str:
    if not is_too_young_for(claim.policy_number, claim.birth_date):
        return ""
    return _(
        "⚠️ Old policies were issued until May 2011, and the child was born later. Look for a number of 16 digits in "
        "the policy; a temporary certificate has 9."
    )


def clinic_check_note(number: str) -> str:
    if policy_kind(number) is PolicyKind.ENP:
        return ""
    return _("I will look for this number in the register; if it is not there, the clinic will look at it.")


@flow.action(ShowNumbers)
async def on_show_numbers(visitor: Visitor, link: ShowNumbers) -> Outcome:
    """Show the numbers in an alert: a message with them would stay in the chat."""
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    number = draft.number
    if not number or is_hidden(draft):
        return ReviewDraft(draft=link.draft)
    alert = lines(
        f"{number_label(number)}: {grouped_number(number)}",
        *(
            f"{wording_of(detail).label}: {full_value(detail, value)}"
            for detail, value in draft.details.items()
            if chat_value(detail, value) != full_value(detail, value)
        ),
    )
    return Reply(ReviewDraft(draft=link.draft), alert)


@flow.action(CheckDraft)
async def on_check(visitor: Visitor, link: CheckDraft) -> Outcome:
    finished = await visitor.services.linking.finish(visitor.account, link.draft)
    if finished is None:
        return await newest_card_screen(visitor)
    return await check_screen(visitor, finished) if isinstance(finished, Patient) else ReviewDraft(draft=link.draft)


async def newest_card_screen(visitor: Visitor) -> Outcome:
    """Return the card added last: a second press finds that the first one has finished the draft."""
    patients = await visitor.services.patients.list_of(visitor.account.id)
    return await check_screen(visitor, max(patients, key=lambda patient: patient.id)) if patients else Home()


# --- changing ---------------------------------------------------------------------------------------------------------


@flow.screen(ChooseField)
async def choose_field(visitor: Visitor, link: ChooseField) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    number = draft.number
    ask_number = AskOldNumber if number and policy_kind(number) is PolicyKind.OLD else AskNumber
    buttons = [button(number_label(number), ask_number(draft=link.draft)), button(_("Name"), AskName(draft=link.draft))]
    if policy_facts(number) is None:
        buttons += [
            button(_("Date of birth"), AskBirthDate(draft=link.draft)),
            button(_("Sex"), AskSex(draft=link.draft)),
        ]
    return Screen(
        _("What do you want to change? The rest stays as it is."),
        (
            *few(buttons, lambda one: one, 2),
            *few(
                (detail for detail in Detail if detail in draft.details),
                lambda detail: button(wording_of(detail).label, AskDetail(draft=link.draft, detail=detail)),
            ),
            *drop_rows(link.draft),
            ways_out(ReviewDraft(draft=link.draft)),
        ),
    )


@flow.screen(ChooseDetail)
async def choose_detail(visitor: Visitor, link: ChooseDetail) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)

    def detail_button(detail: Detail) -> Button:
        return button(detail_label(draft, detail), AskDetail(draft=link.draft, detail=detail))

    return Screen(
        lines(
            _("<b>What else can be told</b>"),
            _("All of this is optional: the policy is checked without it. ✅ is what is there already."),
        ),
        (*few(Detail, detail_button), ways_out(ReviewDraft(draft=link.draft))),
    )


def detail_label(draft: PolicyDraft, detail: Detail) -> str:
    """Return the label with a mark if the detail is known."""
    label = wording_of(detail).label
    return f"✅ {label}" if detail in draft.details else label


@flow.screen(AskDrop)
async def ask_drop(visitor: Visitor, link: AskDrop) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    name = name_of(draft)
    question = _("Stop adding this child? I will delete all you have told.")
    return Screen(
        lines(text(_("<b>{name}</b>"), name=name.short) if name else "", question),
        ((button(_("Do not add"), DropDraft(draft=link.draft)),), ways_out(next_question(draft))),
    )


@flow.action(DropDraft)
async def on_drop(visitor: Visitor, link: DropDraft) -> Outcome:
    await visitor.services.linking.drop(visitor.account.id, link.draft)
    return Reply(Home(), _("What you had told of this child is deleted."))
