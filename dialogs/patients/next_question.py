"""Links between the questions about a new patient: the next one and the way back."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.core.i18n import gettext as _
from bot.core.patient import masked
from bot.delivery.screen import Button
from bot.glossary import DraftId, PatientId
from bot.patients.errors import TooManyPatients
from bot.patients.link import Begun
from bot.patients.records import Detail
from bot.patients.rules.drafts import PolicyDraft, Step, name_of, next_step
from dialogs.kit.flow import Outcome, Reply
from dialogs.kit.link import Link
from dialogs.kit.screen import Row, button
from dialogs.patients.links import (
    AskBirthDate,
    AskDetail,
    AskDrop,
    AskName,
    AskNumber,
    AskOldNumber,
    AskSex,
    ChooseField,
    ChooseWay,
    ConfirmFacts,
    ConfirmName,
    FoundPolicies,
    PatientCard,
    ReviewDraft,
)


def next_question(draft: PolicyDraft) -> Link:
    """Return the link to the first question without an answer, else to the review."""
    return {
        Step.NUMBER: AskNumber(draft=draft.id),
        Step.OLD_NUMBER: AskOldNumber(draft=draft.id),
        Step.FACTS: ConfirmFacts(draft=draft.id),
        Step.BIRTH_DATE: AskBirthDate(draft=draft.id),
        Step.SEX: AskSex(draft=draft.id),
        Step.NAME_READ: ConfirmName(draft=draft.id),
        Step.NAME: AskName(draft=draft.id),
        Step.SNILS: AskDetail(draft=draft.id, detail=Detail.SNILS),
        Step.POLICIES: FoundPolicies(draft=draft.id),
        Step.REVIEW: ReviewDraft(draft=draft.id),
    }[next_step(draft)]


def continue_button(draft: PolicyDraft) -> Button:
    """Return a button with the child's name if it is known, else with the masked number."""
    name, number = name_of(draft), draft.number
    other = masked(number) if number else _("another child")
    return button(_("Continue: {who}").format(who=name.short if name else other), next_question(draft))


def drop_rows(draft: DraftId | None) -> tuple[Row, ...]:
    """Return the row that every screen of an unfinished child has: it can be dropped; none where nothing is begun."""
    return ((button(_("Do not add this child"), AskDrop(draft=draft)),),) if draft else ()


async def card_or_next_question(begin: Awaitable[Begun]) -> Outcome:
    """Return the account's card with the given number if there is one, else the next question.

    If the account can have no more cards, nothing is begun, and the screen that says so is returned.
    """
    try:
        begun = await begin
    except TooManyPatients:
        return ChooseWay()
    if begun.draft is not None:
        return next_question(begun.draft)
    return Reply(PatientCard(patient=begun.patient or PatientId(0)), line=_("✅ This policy is added already."))


def way_back(draft: PolicyDraft, previous: Link) -> Link:
    """Return where «Назад» leads: from a complete draft to the choice of what to correct, else to ``previous``."""
    step = next_step(draft)
    if step is Step.REVIEW:
        return ChooseField(draft=draft.id)
    return FoundPolicies(draft=draft.id) if step is Step.POLICIES else previous
