"""Screens that begin to add a patient: the choice of a way and the prompts for a policy number."""

from __future__ import annotations

from bot.core.i18n import gettext as _, ngettext, spoken_date
from bot.core.people import Sex
from bot.delivery.screen import Screen
from bot.glossary import DraftId
from bot.patients.records import FetchFile
from bot.patients.rules.drafts import name_of
from bot.patients.rules.policy_number import policy_facts
from bot.patients.rules.words import yes_or_no
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import button, copying, lines, text, ways_out
from dialogs.patients import examples
from dialogs.patients.details import example_line, labelled
from dialogs.patients.links import (
    AskNumber,
    AskOldNumber,
    AskPhoto,
    ByPerson,
    ChooseWay,
    ConfirmFacts,
    FactsRight,
    NoPolicy,
    PatientList,
    WhereNumber,
)
from dialogs.patients.next_question import card_or_next_question, drop_rows, next_question, way_back

flow = Flow("begin_draft")

NumberPrompt = ChooseWay | AskNumber | AskPhoto


@flow.screen(ChooseWay)
async def choose_way(visitor: Visitor, link: ChooseWay) -> Screen:
    if not visitor.services.patients.has_room(visitor.account):
        return no_room_screen(visitor)
    by_person = (button(_("Child's name, date and SNILS"), ByPerson(draft=link.draft)),)
    return Screen(
        lines(
            _("<b>Let us add a child.</b> What do you have at hand?"),
            [
                _(
                    "Write the policy number: 16 digits, spaces are fine. Or send a photo of the policy. I delete "
                    "your message once I have read it."
                )
            ],
        ),
        (
            (
                button(_("Policy number"), AskNumber(draft=link.draft)),
                button(_("Photo of the policy"), AskPhoto(draft=link.draft)),
            ),
            *((by_person,) if await visitor.services.finding.is_offered() else ()),
            (button(_("Old policy: series and number"), AskOldNumber(draft=link.draft)),),
            (button(_("No policy yet"), NoPolicy(draft=link.draft)),),
            *drop_rows(link.draft),
            ways_out(),
        ),
        asks=True,
    )


def no_room_screen(visitor: Visitor) -> Screen:
    """Return the screen that says at the first tap that the account can have no more cards."""
    limit, phone = visitor.services.patients.limit, visitor.operator.phone
    return Screen(
        lines(
            ngettext(
                "You have {n} card already: there can be no more.",
                "You have {n} cards already: there can be no more.",
                limit,
            ).format(n=limit),
            _("If you need more, call or write to support."),
            text(_("Support: {phone}"), phone=phone) if phone else "",
        ),
        (*copying(phone=phone), ways_out(PatientList())),
    )


@flow.screen(AskNumber)
async def ask_number(visitor: Visitor, link: AskNumber) -> Screen:
    return Screen(
        lines(
            _(
                "Write the number of the child's policy: 16 digits, spaces are fine. I delete your message once I "
                "have read it."
            ),
            example_line(examples.POLICY),
            _("A temporary certificate will do too: it has 9 digits."),
            _("Or send a photo of the policy, or its file: I read the barcode."),
        ),
        (
            (button(_("Photo of the policy"), AskPhoto(draft=link.draft)),),
            (button(_("Old policy: series and number"), AskOldNumber(draft=link.draft)),),
            (
                button(_("Where is the number?"), WhereNumber(draft=link.draft)),
                button(_("No policy yet"), NoPolicy(draft=link.draft)),
            ),
            *drop_rows(link.draft),
            ways_out(await way_back_from_number(visitor, link.draft)),
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
            _(
                "I delete your message once I have read it. You can also write the number here: a digital policy has "
                "no barcode."
            ),
        ),
        (*drop_rows(link.draft), ways_out(AskNumber(draft=link.draft))),
        asks=True,
    )


@flow.screen(AskOldNumber)
async def ask_old_number(visitor: Visitor, link: AskOldNumber) -> Screen:
    return Screen(
        lines(
            _("Write the series and the number of the old policy, as they are printed in it."),
            example_line(examples.OLD_POLICY),
            _("They were issued until May 2011. If the register does not have it, the clinic will look at it."),
        ),
        (*drop_rows(link.draft), ways_out(await way_back_from_number(visitor, link.draft))),
        asks=True,
    )


async def way_back_from_number(visitor: Visitor, draft: DraftId | None) -> Link:
    """Return where «Назад» leads: to the choice of a way, or to the choice of an answer to change."""
    found = await visitor.services.linking.find_draft(visitor.account.id, draft) if draft else None
    return ChooseWay() if found is None else way_back(found, ChooseWay(draft=draft))


async def on_number(visitor: Visitor, prompt: NumberPrompt, typed: str) -> Outcome:
    return await card_or_next_question(visitor.services.linking.begin(visitor.account.id, prompt.draft, typed))


async def on_photo(visitor: Visitor, prompt: NumberPrompt, fetch: FetchFile) -> Outcome:
    linking = visitor.services.linking
    return await card_or_next_question(linking.begin_from_file(visitor.account.id, prompt.draft, fetch))


flow.answer(ChooseWay)(on_number)
flow.answer(AskNumber)(on_number)
flow.answer(AskPhoto)(on_number)
flow.file(ChooseWay)(on_photo)
flow.file(AskNumber)(on_photo)
flow.file(AskPhoto)(on_photo)


@flow.answer(AskOldNumber)
async def on_old_number(visitor: Visitor, prompt: AskOldNumber, typed: str) -> Outcome:
    return await card_or_next_question(visitor.services.linking.begin_old(visitor.account.id, prompt.draft, typed))


@flow.screen(ConfirmFacts)
async def confirm_facts(visitor: Visitor, link: ConfirmFacts) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    facts = policy_facts(draft.number)
    if facts is None:
        return next_question(draft)
    question = (
        _("By its number this is the policy of a girl born on {date}. Is that right?")
        if facts.sex is Sex.FEMALE
        else _("By its number this is the policy of a boy born on {date}. Is that right?")
    )
    name = name_of(draft)
    return Screen(
        lines(labelled(_("Name"), name.full) if name else "", [text(question, date=spoken_date(facts.birth_date))]),
        (
            (
                button(_("Yes"), FactsRight(draft=link.draft)),
                button(_("No, another number"), AskNumber(draft=link.draft)),
            ),
            *drop_rows(link.draft),
            ways_out(),
        ),
        asks=True,
    )


@flow.answer(ConfirmFacts)
async def on_facts(visitor: Visitor, prompt: ConfirmFacts, typed: str) -> Outcome:
    """Read «yes», «no», another policy number or the child's name (then the question is asked again)."""
    account, linking, draft = visitor.account.id, visitor.services.linking, prompt.draft
    if has_digits(typed):
        return await card_or_next_question(linking.begin(account, draft, typed))
    agreed = yes_or_no(typed)
    if agreed is None:
        return next_question(await linking.take_name_early(account, draft, typed))
    return FactsRight(draft=draft) if agreed else AskNumber(draft=draft)


def has_digits(typed: str) -> bool:
    return any(character.isdigit() for character in typed)


@flow.action(FactsRight)
async def on_facts_right(visitor: Visitor, link: FactsRight) -> Outcome:
    return next_question(await visitor.services.linking.confirm_facts(visitor.account.id, link.draft))
