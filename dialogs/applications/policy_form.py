"""An application for the policy of a child who has none: the questions, the review, the consent, and sending it."""

from __future__ import annotations

from hashlib import sha256

from bot.applications.policy_form import changed_parts, next_part
from bot.applications.policy_requests import PolicyOffer
from bot.applications.records import ToCorrect
from bot.applications.seen import FollowedPolicy
from bot.core.clinic import Clinic
from bot.core.i18n import N_, gettext as _, spoken_moment
from bot.core.people import Sex
from bot.core.policy_form import FormPart, PolicyForm
from bot.delivery.screen import Button, Screen
from dialogs.applications.links import PolicyRequestPage
from dialogs.applications.policy_links import (
    AskPolicyPassing,
    ChangePolicyForm,
    DropPolicyForm,
    NoChildSnils,
    PolicyQuestion,
    ReviewPolicyForm,
    SendPolicyForm,
    TakeChildSex,
)
from dialogs.applications.policy_wording import form_label, form_lines, short_name, value_of
from dialogs.applications.sending import sent_or_kept
from dialogs.applications.standing import correction_lines
from dialogs.applications.wording import parts_of
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.pager import few
from dialogs.kit.screen import Row, button, lines, text, ways_out
from dialogs.patients import examples
from dialogs.patients.details import patronymic_warning
from dialogs.patients.links import BeginPolicyForm, GetPolicy

flow = Flow("policy form")

QUESTIONS = {
    FormPart.SEX: N_("Is it a girl or a boy?"),
    FormPart.NAME: N_("Write the child's family name, given name and patronymic, as in the birth certificate."),
    FormPart.BIRTH_DATE: N_("Write the child's date of birth, as DD.MM.YYYY."),
    FormPart.SNILS: N_("Write the child's SNILS: 11 digits, spaces and hyphens are fine."),
    FormPart.ADDRESS: N_("Write the address where the child really lives."),
}
CORRECTED_BY = {
    ToCorrect.SEX: FormPart.SEX,
    ToCorrect.NAME: FormPart.NAME,
    ToCorrect.BIRTH_DATE: FormPart.BIRTH_DATE,
    ToCorrect.SNILS: FormPart.SNILS,
    ToCorrect.ADDRESS: FormPart.ADDRESS,
}
"""papers are brought, so no answer is about them"""
TWO_WORDS = N_("Write the child's family name and given name, as in the birth certificate.")


def example_of(link: PolicyQuestion, form: PolicyForm) -> str:
    name = "Иванов Пётр" if form.sex is Sex.MALE else "Иванова Мария"
    patronymic = "" if link.short else " Сергеевич" if form.sex is Sex.MALE else " Сергеевна"
    return {
        FormPart.SEX: "",
        FormPart.NAME: f"{name}{patronymic}",
        FormPart.BIRTH_DATE: "15.03.2018",
        FormPart.SNILS: examples.SNILS,
        FormPart.ADDRESS: examples.ADDRESS,
    }[link.part]


@flow.action(BeginPolicyForm)
async def on_begin(visitor: Visitor, link: BeginPolicyForm) -> Outcome:
    return ReviewPolicyForm(draft=await visitor.services.policy_requests.begin(visitor.account.id))


# --- the questions ----------------------------------------------------------------------------------------------------


@flow.screen(PolicyQuestion)
async def policy_question(visitor: Visitor, link: PolicyQuestion) -> Screen:
    form = await visitor.services.policy_requests.form(visitor.account.id, link.draft)
    known, example = value_of(form, link.part, whole=True), example_of(link, form)
    return Screen(
        lines(
            _("<b>Application for a policy</b>"),
            [
                _(TWO_WORDS if link.short and link.part is FormPart.NAME else QUESTIONS[link.part]),
                text(_("For example: {example}"), example=example) if example else "",
            ],
            text(_("Now it is: {current}"), current=known) if known else "",
        ),
        (*answers(link), *drop_rows(link, form), ways_out(before(link, form))),
        asks=True,
    )


def answers(link: PolicyQuestion) -> list[Row]:
    """Return the buttons that answer a question."""
    match link.part:
        case FormPart.SEX:
            girl, boy = (TakeChildSex(draft=link.draft, girl=girl) for girl in (True, False))
            return [(button(_("A girl"), girl), button(_("A boy"), boy))]
        case FormPart.NAME:
            label = _("There is a patronymic") if link.short else _("There is no patronymic")
            return [(button(label, link.model_copy(update={"short": not link.short})),)]
        case FormPart.SNILS:
            return [(button(_("There is no SNILS"), NoChildSnils(draft=link.draft)),)]
    return []


def drop_rows(link: PolicyQuestion, form: PolicyForm) -> list[Row]:
    """Return the button that deletes what was typed; none while nothing is, or while it is corrected."""
    if form.request is not None or form.sex is None or link.again:
        return []
    return [(button(_("Delete this form"), DropPolicyForm(draft=link.draft)),)]


def before(link: PolicyQuestion, form: PolicyForm) -> Link:
    """Return the screen before a question."""
    if link.again:
        return ChangePolicyForm(draft=link.draft)
    place = list(FormPart).index(link.part)
    return PolicyQuestion(draft=link.draft, part=list(FormPart)[place - 1]) if place else GetPolicy()


@flow.answer(PolicyQuestion)
async def on_answer(visitor: Visitor, prompt: PolicyQuestion, typed: str) -> Outcome:
    await visitor.services.policy_requests.answer(
        visitor.account.id, prompt.draft, prompt.part, typed, no_patronymic=prompt.short
    )
    return ReviewPolicyForm(draft=prompt.draft)


@flow.action(TakeChildSex)
async def on_sex(visitor: Visitor, link: TakeChildSex) -> Outcome:
    typed = "девочка" if link.girl else "мальчик"
    await visitor.services.policy_requests.answer(visitor.account.id, link.draft, FormPart.SEX, typed)
    return ReviewPolicyForm(draft=link.draft)


@flow.action(NoChildSnils)
async def on_no_snils(visitor: Visitor, link: NoChildSnils) -> Outcome:
    await visitor.services.policy_requests.without_snils(visitor.account.id, link.draft)
    return ReviewPolicyForm(draft=link.draft)


@flow.action(DropPolicyForm)
async def on_drop(visitor: Visitor, link: DropPolicyForm) -> Outcome:
    await visitor.services.policy_requests.drop(visitor.account.id, link.draft)
    return Reply(GetPolicy(), line=_("The form is deleted."))


# --- the review -------------------------------------------------------------------------------------------------------


@flow.screen(ReviewPolicyForm)
async def review_policy_form(visitor: Visitor, link: ReviewPolicyForm) -> Outcome:
    offer = await visitor.services.policy_requests.offer(visitor.account.id, link.draft)
    missing = next_part(offer.form)
    if missing is not None:
        return PolicyQuestion(draft=link.draft, part=missing)
    if offer.open is not None:
        return PolicyRequestPage(request=offer.open.id)
    clinic, request = offer.clinic, offer.form.request
    send = (
        button(_("Send"), AskPolicyPassing(draft=link.draft))
        if request is None
        else button(_("Send again"), SendPolicyForm(draft=link.draft))
    )
    return Screen(
        lines(
            _("<b>Check the application for a policy</b>"),
            []
            if offer.corrected is None
            else [*correction_lines(visitor, FollowedPolicy(offer.corrected, clinic)), unchanged_line(offer)],
            form_lines(offer.form, whole=False),
            patronymic_warning(offer.form.name, offer.form.sex) if offer.form.name and offer.form.sex else "",
            [
                text(_("It goes to: {clinic}, {address}"), clinic=clinic.name, address=clinic.address),
                text(_("Decided by {when}"), when=spoken_moment(offer.due_at, clinic.zone, visitor.now)),
            ],
            papers_line(clinic),
        ),
        (
            (send,),
            (button(_("Change"), ChangePolicyForm(draft=link.draft)),),
            *([] if request is not None else [(button(_("Delete this form"), DropPolicyForm(draft=link.draft)),)]),
            ways_out(GetPolicy() if request is None else PolicyRequestPage(request=request)),
        ),
    )


def unchanged_line(offer: PolicyOffer) -> str:
    """Return which of the answers that are to be corrected are as they were sent, "" if none is."""
    found = offer.corrected
    if found is None or found.decision is None:
        return ""
    changed = changed_parts(found.form, offer.form)
    asked = [part for part, each in CORRECTED_BY.items() if part in found.decision.fields and each not in changed]
    return text(_("You have not changed yet: {parts}."), parts=parts_of(asked)) if asked else ""


def papers_line(clinic: Clinic) -> str:
    return text(
        _(
            "Do not write the number of a passport or of a birth certificate here: show them at the reception, "
            "{address}."
        ),
        address=clinic.address,
    )


@flow.screen(ChangePolicyForm)
async def change_policy_form(visitor: Visitor, link: ChangePolicyForm) -> Screen:
    form = await visitor.services.policy_requests.form(visitor.account.id, link.draft)

    def part(each: FormPart) -> Button:
        return button(form_label(each), PolicyQuestion(draft=link.draft, part=each, again=True))

    return Screen(
        lines(_("<b>What is to be changed?</b>"), form_lines(form, whole=False)),
        (*few(FormPart, part, 2), ways_out(ReviewPolicyForm(draft=link.draft))),
    )


# --- sending ----------------------------------------------------------------------------------------------------------


@flow.screen(AskPolicyPassing)
async def ask_passing(visitor: Visitor, link: AskPolicyPassing) -> Outcome:
    offer = await visitor.services.policy_requests.offer(visitor.account.id, link.draft)
    if next_part(offer.form) is not None or offer.open is not None:
        return ReviewPolicyForm(draft=link.draft)
    return Screen(
        passing_text(offer),
        (
            (button(_("I agree, send"), SendPolicyForm(draft=link.draft)),),
            ways_out(ReviewPolicyForm(draft=link.draft)),
        ),
    )


def passing_text(offer: PolicyOffer) -> str:
    """Return the text of the consent that the clinic gets the data for a policy."""
    return lines(
        _("<b>Consent: data for the clinic</b>"),
        [
            text(_("<b>To whom:</b> {clinic}, {address}."), clinic=offer.clinic.name, address=offer.clinic.address),
            text(_("<b>About whom:</b> {name}"), name=short_name(offer.form)),
            _(
                "The clinic gets: name, sex, date of birth, SNILS if there is one, address, your telephone if you have "
                "shared it."
            ),
            _("<b>Why:</b> to get an OMS policy for the child."),
            _(
                "<b>How long:</b> until the policy is ready or refused; after it the clinic keeps the data by its own "
                "rules. To take the consent back, withdraw the application."
            ),
        ],
    )


@flow.action(SendPolicyForm)
async def on_send(visitor: Visitor, link: SendPolicyForm) -> Outcome:
    requests = visitor.services.policy_requests
    offer = await requests.offer(visitor.account.id, link.draft)
    if next_part(offer.form) is not None:
        return ReviewPolicyForm(draft=link.draft)
    digest = sha256(passing_text(offer).encode()).hexdigest()
    sent = await sent_or_kept(
        visitor, requests.file(visitor.account, link.draft, digest), ReviewPolicyForm(draft=link.draft)
    )
    if isinstance(sent, Reply):
        return sent
    done = _("✅ The application is sent.") if offer.form.request is None else _("✅ The application is sent again.")
    return Reply(PolicyRequestPage(request=sent), line=done)
