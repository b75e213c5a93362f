"""Questions about a new patient, one on a screen: name, birth date, sex and optional details."""

from __future__ import annotations

from bot.core.errors import InvalidInput
from bot.core.i18n import gettext as _, spoken_date
from bot.core.patient import masked
from bot.core.people import PersonName, Sex
from bot.delivery.screen import Screen
from bot.patients.problems import AnswerProblem, NameProblem
from bot.patients.records import Detail, PolicyKind
from bot.patients.rules.drafts import (
    PolicyDraft,
    Step,
    is_hidden,
    next_step,
    sex_of,
    suggested_name,
    two_part_name,
)
from bot.patients.rules.policy_number import policy_facts, policy_kind
from bot.patients.rules.words import parse_sex, yes_or_no
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.screen import Row, button, lines, saved_line, text, ways_out
from dialogs.patients.details import (
    current_line,
    example_line,
    full_value,
    labelled,
    name_parts,
    number_label,
    wording_of,
)
from dialogs.patients.links import (
    AskBirthDate,
    AskDetail,
    AskName,
    AskNumber,
    AskOldNumber,
    AskSex,
    ChooseDetail,
    ChooseWay,
    ConfirmFacts,
    ConfirmName,
    DropDetail,
    HasPatronymic,
    NameRight,
    NameWrong,
    NoPatronymic,
    ReviewDraft,
    TakeSex,
)
from dialogs.patients.next_question import drop_rows, next_question, way_back

flow = Flow("draft_questions")


# --- the name ---------------------------------------------------------------------------------------------------------


@flow.screen(ConfirmName)
async def confirm_name(visitor: Visitor, link: ConfirmName) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    name = suggested_name(draft)
    if name is None:
        return next_question(draft)
    return Screen(
        text(_("The name in the policy: <b>{name}</b>. Is that right?"), name=name.full),
        (
            (button(_("Yes"), NameRight(draft=link.draft)), button(_("Correct it"), NameWrong(draft=link.draft))),
            *drop_rows(link.draft),
            ways_out(question_before_name(draft)),
        ),
        asks=True,
    )


@flow.answer(ConfirmName)
async def on_name_confirmation(visitor: Visitor, prompt: ConfirmName, typed: str) -> Outcome:
    """Read «yes», «no» or the correct name."""
    agreed = yes_or_no(typed)
    if agreed is None:
        linking = visitor.services.linking
        return next_question(await linking.take_name_early(visitor.account.id, prompt.draft, typed))
    return NameRight(draft=prompt.draft) if agreed else NameWrong(draft=prompt.draft)


@flow.action(NameRight)
async def on_name_right(visitor: Visitor, link: NameRight) -> Outcome:
    return next_question(await visitor.services.linking.take_suggested(visitor.account.id, link.draft))


@flow.action(NameWrong)
async def on_name_wrong(visitor: Visitor, link: NameWrong) -> Outcome:
    await visitor.services.linking.refuse_suggested(visitor.account.id, link.draft)
    return AskName(draft=link.draft)


@flow.screen(AskName)
async def ask_name(visitor: Visitor, link: AskName) -> Outcome:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    sex, known = sex_of(draft), draft.name
    if (begun := two_part_name(draft)) is not None:
        return ask_patronymic(draft, begun)
    if draft.no_patronymic:
        prompt, other = two_word_prompt(sex), button(_("There is a patronymic"), HasPatronymic(draft=link.draft))
    else:
        prompt, other = three_word_prompt(sex), button(_("There is no patronymic"), NoPatronymic(draft=link.draft))
    return Screen(
        lines(
            prompt,
            example_line(example_name(sex, patronymic=not draft.no_patronymic)),
            current_line(known.full if known else None),
        ),
        ((other,), *drop_rows(link.draft), ways_out(way_back(draft, question_before_name(draft)))),
        asks=True,
    )


def ask_patronymic(draft: PolicyDraft, begun: PersonName) -> Screen:
    """Return the question whether a name of two words has no patronymic, or the prompt for what is missing of it."""
    back = ways_out(way_back(draft, question_before_name(draft)))
    no_patronymic = NoPatronymic(draft=draft.id)
    if draft.adds_patronymic:
        return Screen(
            text(_("<b>{name}</b> … Write the patronymic."), name=begun.full),
            ((button(_("There is no patronymic"), no_patronymic),), *drop_rows(draft.id), back),
            asks=True,
        )
    return Screen(
        lines(text(_("<b>{name}</b>. Without a patronymic?"), name=begun.full), name_parts(begun)),
        (
            (button(_("Yes"), no_patronymic), button(_("No, I will add it"), HasPatronymic(draft=draft.id))),
            *drop_rows(draft.id),
            back,
        ),
        asks=True,
    )


def three_word_prompt(sex: Sex | None) -> str:
    return {
        Sex.FEMALE: _("Write the girl's family name, given name and patronymic, as in the policy."),
        Sex.MALE: _("Write the boy's family name, given name and patronymic, as in the policy."),
        None: _("Write the child's family name, given name and patronymic, as in the birth certificate."),
    }[sex]


def two_word_prompt(sex: Sex | None) -> str:
    return {
        Sex.FEMALE: _("Write the girl's family name and given name, as in the policy."),
        Sex.MALE: _("Write the boy's family name and given name, as in the policy."),
        None: _("Write the child's family name and given name, as in the birth certificate."),
    }[sex]


def example_name(sex: Sex | None, *, patronymic: bool) -> str:
    girl = PersonName("Иванова", "Мария", "Сергеевна" if patronymic else "")
    boy = PersonName("Иванов", "Пётр", "Сергеевич" if patronymic else "")
    return boy.full if sex is Sex.MALE else girl.full


def question_before_name(draft: PolicyDraft) -> Link:
    if is_hidden(draft) or draft.pictured:
        return ChooseWay(draft=draft.id)
    if policy_facts(draft.number) is not None:
        return ConfirmFacts(draft=draft.id)
    return AskSex(draft=draft.id)


@flow.action(NoPatronymic)
async def on_no_patronymic(visitor: Visitor, link: NoPatronymic) -> Outcome:
    return next_question(await visitor.services.linking.without_patronymic(visitor.account.id, link.draft))


@flow.action(HasPatronymic)
async def on_patronymic(visitor: Visitor, link: HasPatronymic) -> Outcome:
    await visitor.services.linking.with_patronymic(visitor.account.id, link.draft)
    return AskName(draft=link.draft)


@flow.answer(AskName)
async def on_name(visitor: Visitor, prompt: AskName, typed: str) -> Outcome:
    linking = visitor.services.linking
    try:
        return next_question(await linking.take_name(visitor.account.id, prompt.draft, typed))
    except InvalidInput as refusal:
        draft = await linking.require_draft(visitor.account.id, prompt.draft)
        is_short = refusal.problem in {NameProblem.PARTS, NameProblem.NO_WORD} and two_part_name(draft) is not None
        if is_short and not draft.adds_patronymic:
            return AskName(draft=prompt.draft)  # which asks about the patronymic
        raise


# --- birth date and sex, for a number that does not encode them -------------------------------------------------------


@flow.screen(AskBirthDate)
async def ask_birth_date(visitor: Visitor, link: AskBirthDate) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    known = draft.birth_date
    previous = AskName(draft=link.draft) if is_hidden(draft) else number_prompt(draft)
    return Screen(
        lines(
            number_line(draft),
            _("Write the child's date of birth, as DD.MM.YYYY."),
            example_line("15.03.2018"),
            current_line(spoken_date(known) if known else None),
        ),
        (*drop_rows(link.draft), ways_out(way_back(draft, previous))),
        asks=True,
    )


def number_line(draft: PolicyDraft) -> str:
    """Return the kind of the number and the masked number, "" for a number that only the register knows.

    A certificate and an old policy have no check digit, so the parent checks how the number was recognised.
    """
    number = draft.number
    return labelled(number_label(number), masked(number)) if number and not is_hidden(draft) else ""


def number_prompt(draft: PolicyDraft) -> Link:
    is_old = policy_kind(draft.number) is PolicyKind.OLD
    return AskOldNumber(draft=draft.id) if is_old else AskNumber(draft=draft.id)


@flow.answer(AskBirthDate)
async def on_birth_date(visitor: Visitor, prompt: AskBirthDate, typed: str) -> Outcome:
    return next_question(await visitor.services.linking.take_birth_date(visitor.account.id, prompt.draft, typed))


@flow.screen(AskSex)
async def ask_sex(visitor: Visitor, link: AskSex) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    girl, boy = (TakeSex(draft=link.draft, girl=girl) for girl in (True, False))
    return Screen(
        _("Is it a girl or a boy?"),
        (
            (button(_("A girl"), girl), button(_("A boy"), boy)),
            *drop_rows(link.draft),
            ways_out(way_back(draft, AskBirthDate(draft=link.draft))),
        ),
        asks=True,
    )


@flow.answer(AskSex)
async def on_sex_typed(visitor: Visitor, prompt: AskSex, typed: str) -> Outcome:
    sex = parse_sex(typed)
    if sex is None:
        raise InvalidInput(AnswerProblem.GIRL_OR_BOY)
    return TakeSex(draft=prompt.draft, girl=sex is Sex.FEMALE)


@flow.action(TakeSex)
async def on_sex(visitor: Visitor, link: TakeSex) -> Outcome:
    sex = Sex.FEMALE if link.girl else Sex.MALE
    return next_question(await visitor.services.linking.take_sex(visitor.account.id, link.draft, sex))


# --- details ----------------------------------------------------------------------------------------------------------


@flow.screen(AskDetail)
async def ask_detail(visitor: Visitor, link: AskDetail) -> Screen:
    draft = await visitor.services.linking.require_draft(visitor.account.id, link.draft)
    detail = link.detail
    wording, known = wording_of(detail), draft.details.get(detail)
    current = current_line(full_value(detail, known) if known else None)
    if is_required(draft, detail):
        question = lines(wording.prompt, example_line(wording.example), current, [wording.source])
        back = ways_out(way_back(draft, AskBirthDate(draft=link.draft)))
        return Screen(question, (*drop_rows(link.draft), back), asks=True)
    return Screen(
        lines(wording.optional_question, [current]),
        (*leave_out_rows(link, known), ways_out(ChooseDetail(draft=link.draft))),
        asks=True,
    )


def is_required(draft: PolicyDraft, detail: Detail) -> bool:
    """Return whether the draft needs the detail: a search for the policy needs the SNILS."""
    return detail is Detail.SNILS and next_step(draft) in {Step.SNILS, Step.POLICIES}


def leave_out_rows(link: AskDetail, known: str | None) -> tuple[Row, ...]:
    return ((button(_("Leave it out"), DropDetail(draft=link.draft, detail=link.detail)),),) if known else ()


@flow.answer(AskDetail)
async def on_detail(visitor: Visitor, prompt: AskDetail, typed: str) -> Outcome:
    linking = visitor.services.linking
    following = next_question(await linking.take_detail(visitor.account.id, prompt.draft, prompt.detail, typed))
    return Reply(following, line=saved_line()) if isinstance(following, ReviewDraft) else following


@flow.action(DropDetail)
async def on_drop_detail(visitor: Visitor, link: DropDetail) -> Outcome:
    await visitor.services.linking.drop_detail(visitor.account.id, link.draft, link.detail)
    return Reply(ReviewDraft(draft=link.draft), line=_("✅ Removed."))
