"""Steps: from what a draft still lacks to the screen that asks for it, and back from there."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.core.patient import masked
from bot.delivery.screen import Button
from bot.glossary import PatientId
from bot.patients.link import Begun
from bot.patients.records import Detail
from bot.patients.rules.drafts import PolicyDraft, Step, name_of, next_step
from dialogs.kit.link import Link
from dialogs.kit.screen import button
from dialogs.patients.links import (
    AskBirthDate,
    AskDetail,
    AskName,
    AskNumber,
    AskOldNumber,
    AskSex,
    ChooseField,
    ConfirmFacts,
    ConfirmName,
    FoundPolicies,
    PatientCard,
    ReviewDraft,
)


def ahead(draft: PolicyDraft) -> Link:
    """The first question that has no answer yet, else the review."""
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


def continued(draft: PolicyDraft) -> Button:
    """By the child's name where it is known, else by the number."""
    name, number = name_of(draft), draft.number
    other = masked(number) if number else _("another child")
    return button(_("Continue: {who}").format(who=name.short if name else other), ahead(draft))


def after(begun: Begun) -> Link:
    """A number may be that of a card that is there already."""
    return PatientCard(patient=begun.patient or PatientId(0)) if begun.draft is None else ahead(begun.draft)


def behind(draft: PolicyDraft, otherwise: Link) -> Link:
    """Back from a question: to where it was opened to change an answer, else to the question before."""
    step = next_step(draft)
    if step is Step.REVIEW:
        return ChooseField(draft=draft.id)
    return FoundPolicies(draft=draft.id) if step is Step.POLICIES else otherwise
