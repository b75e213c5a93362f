"""Linking: a policy number, what it says of its holder, and the name that the register compares."""

from __future__ import annotations

from bot.i18n import gettext as _
from bot.i18n import spoken_date
from bot.models import DraftId, Screen, Sex
from bot.rules.patients import policy_facts
from bot.services.linking import Begun, suggested_name
from dialogs.kit import Flow, Outcome, Visitor, button, lines, text, ways_out
from dialogs.links import (
    AskName,
    AskNumber,
    AskPhoto,
    ConfirmFacts,
    ConfirmName,
    FactsRight,
    NameRight,
    NameWrong,
    NoPatronymic,
    NoPolicy,
    PatientCard,
    WhereNumber,
)
from dialogs.verdicts import outcome

flow = Flow("linking")


@flow.screen(AskNumber)
async def ask_number(visitor: Visitor, link: AskNumber) -> Screen:
    return Screen(
        lines(
            _(
                "Write the number of the child's policy: 16 digits, spaces are fine. I delete your message once I have "
                "read it."
            ),
            _("For example: {name}").format(name="7796 1897 8400 0014"),
            _("Or send a photo of the policy, or its file: I read the barcode."),
        ),
        (
            (button(_("Photo of the policy"), AskPhoto(draft=link.draft)),),
            (button(_("Where is the number?"), WhereNumber(draft=link.draft)), button(_("No policy yet"), NoPolicy())),
            ways_out(),
        ),
        asks=True,
    )


@flow.screen(WhereNumber)
async def where_number(visitor: Visitor, link: WhereNumber) -> Screen:
    return Screen(
        lines(
            _("<b>Where the policy number is</b>"),
            _("Paper policy: on the front, under the barcode, 16 digits in groups of four."),
            _("Plastic policy: on the front, 16 digits."),
            _("No paper at hand: the number is in Gosuslugi, under “Documents”, or your insurer tells it by phone."),
            _("The 11 digits on the back are the number of the form: they will not do."),
        ),
        (ways_out(AskNumber(draft=link.draft)),),
    )


@flow.screen(AskPhoto)
async def ask_photo(visitor: Visitor, link: AskPhoto) -> Screen:
    return Screen(
        lines(
            _("<b>Photograph the barcode of the policy and send it here</b>"),
            _("Straight from above, close, in good light, the whole barcode sharp and in the frame."),
            _("Better still send the picture as a file, without compression: JPG, PNG or PDF, 5 MB at most."),
            _("I delete your message once I have read it. You can also simply write the number here."),
        ),
        (ways_out(AskNumber(draft=link.draft)),),
        asks=True,
    )


async def on_number(visitor: Visitor, prompt: AskNumber | AskPhoto, typed: str) -> Outcome:
    return after(await visitor.services.linking.begin(visitor.account, wanted(prompt), typed))


async def on_photo(visitor: Visitor, prompt: AskNumber | AskPhoto, data: bytes) -> Outcome:
    return after(await visitor.services.linking.begin_from_file(visitor.account, wanted(prompt), data))


flow.answer(AskNumber)(on_number)
flow.answer(AskPhoto)(on_number)
flow.file(AskNumber)(on_photo)
flow.file(AskPhoto)(on_photo)


def wanted(prompt: AskNumber | AskPhoto) -> DraftId | None:
    return DraftId(prompt.draft) if prompt.draft else None


def after(begun: Begun) -> Outcome:
    return ConfirmFacts(draft=begun.draft) if begun.draft else PatientCard(patient=begun.patient or 0)


@flow.screen(ConfirmFacts)
async def facts(visitor: Visitor, link: ConfirmFacts) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, DraftId(link.draft))
    known = policy_facts(draft.fields["number"])
    if known is None:
        return AskNumber()
    birth = spoken_date(known.birth_date)
    question = (
        _("By its number this is the policy of a girl born on {date}. Is that right?")
        if known.sex is Sex.FEMALE
        else _("By its number this is the policy of a boy born on {date}. Is that right?")
    )
    return Screen(
        text(question, date=birth),
        (
            (
                button(_("Yes"), FactsRight(draft=link.draft)),
                button(_("No, another number"), AskNumber(draft=link.draft)),
            ),
            ways_out(),
        ),
    )


@flow.action(FactsRight)
async def on_facts_right(visitor: Visitor, link: FactsRight) -> Outcome:
    await visitor.services.linking.confirm_facts(visitor.account.id, DraftId(link.draft))
    return AskName(draft=link.draft)


@flow.screen(ConfirmName)
async def confirm_name(visitor: Visitor, link: ConfirmName) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, DraftId(link.draft))
    name = suggested_name(draft)
    if name is None:
        return AskName(draft=link.draft)
    return Screen(
        text(_("The name in the policy: <b>{name}</b>. Is that right?"), name=name.full),
        (
            (button(_("Yes"), NameRight(draft=link.draft)), button(_("Correct it"), NameWrong(draft=link.draft))),
            ways_out(ConfirmFacts(draft=link.draft)),
        ),
    )


@flow.action(NameRight)
async def on_name_right(visitor: Visitor, link: NameRight) -> Outcome:
    return await outcome(visitor, await visitor.services.linking.take_suggested(visitor.account, DraftId(link.draft)))


@flow.action(NameWrong)
async def on_name_wrong(visitor: Visitor, link: NameWrong) -> Outcome:
    await visitor.services.linking.refuse_suggested(visitor.account.id, DraftId(link.draft))
    return AskName(draft=link.draft)


@flow.screen(AskName)
async def ask_name(visitor: Visitor, link: AskName) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, DraftId(link.draft))
    if suggested_name(draft) is not None:
        return ConfirmName(draft=link.draft)
    known = policy_facts(draft.fields["number"])
    girl = known is not None and known.sex is Sex.FEMALE
    if "no_patronymic" in draft.fields:
        prompt = (
            _("Write the girl's family name and given name, as in the policy.")
            if girl
            else _("Write the boy's family name and given name, as in the policy.")
        )
        return Screen(prompt, (ways_out(ConfirmFacts(draft=link.draft)),), asks=True)
    prompt = (
        _("Write the girl's family name, given name and patronymic, as in the policy.")
        if girl
        else _("Write the boy's family name, given name and patronymic, as in the policy.")
    )
    example = _("For example: {name}").format(name="Иванова Мария Сергеевна" if girl else "Иванов Пётр Сергеевич")
    return Screen(
        lines(prompt, example),
        (
            (button(_("There is no patronymic"), NoPatronymic(draft=link.draft)),),
            ways_out(ConfirmFacts(draft=link.draft)),
        ),
        asks=True,
    )


@flow.action(NoPatronymic)
async def on_no_patronymic(visitor: Visitor, link: NoPatronymic) -> Outcome:
    patient = await visitor.services.linking.without_patronymic(visitor.account, DraftId(link.draft))
    return AskName(draft=link.draft) if patient is None else await outcome(visitor, patient)


@flow.answer(AskName)
async def on_name(visitor: Visitor, prompt: AskName, typed: str) -> Outcome:
    return await outcome(
        visitor, await visitor.services.linking.take_name(visitor.account, DraftId(prompt.draft), typed)
    )
