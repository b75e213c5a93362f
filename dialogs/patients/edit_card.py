"""Screens to edit a card and to review a correction that the register must confirm."""

from __future__ import annotations

from datetime import date

from bot.clinics.port import PolicyClaim
from bot.core.errors import NotYours
from bot.core.i18n import gettext as _, spoken_date
from bot.core.patient import NameField, RejectionReason, masked
from bot.core.people import Sex
from bot.delivery.screen import Button, Screen
from bot.glossary import ApplicationId, PatientId, Ref
from bot.patients.edit import EditableCard
from bot.patients.records import Correction, Detail, KeyField
from bot.patients.rules import corrections
from dialogs.applications.links import ApplicationBegun, ApplicationPage
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.link import Link
from dialogs.kit.names import patient_name
from dialogs.kit.pager import few, few_lines
from dialogs.kit.screen import Row, button, lines, saved_line, text, unbroken, ways_out
from dialogs.patients.begun import begun_row
from dialogs.patients.check_pending import patient_line
from dialogs.patients.details import chat_value, current_line, detail_lines, patronymic_warning, wording_of
from dialogs.patients.links import (
    AskRegister,
    DropValue,
    EditCard,
    EditField,
    GiveUpCorrection,
    PatientCard,
    ReviewCorrection,
    SetSex,
)
from dialogs.privacy.links import AskUnlink

flow = Flow("edit_card")


def field_label(field: KeyField) -> str:
    return {
        KeyField.FAMILY: _("Family name"),
        KeyField.GIVEN: _("Given name"),
        KeyField.PATRONYMIC: _("Patronymic"),
        KeyField.NUMBER: _("Policy number"),
        KeyField.BIRTH_DATE: _("Date of birth"),
        KeyField.SEX: _("Sex"),
    }[field]


def field_value(claim: PolicyClaim, field: KeyField) -> str:
    """Return a value for a message that stays in the chat: the policy number is masked."""
    value = corrections.value_of(claim, field)
    if field is KeyField.NUMBER:
        return masked(value)
    if field is KeyField.BIRTH_DATE:
        return spoken_date(date.fromisoformat(value))
    if field is KeyField.SEX:
        return _("girl") if value == Sex.FEMALE else _("boy")
    return value or _("none")


# --- which field ------------------------------------------------------------------------------------------------------


@flow.screen(EditCard)
async def edit_card(visitor: Visitor, link: EditCard) -> Screen:
    card = await visitor.services.editing.card(visitor.account.id, link.patient)
    returned = await visitor.services.applications.to_correct(visitor.account.id, link.patient)
    typed = [field for field in KeyField if corrections.is_typed(card.claim, field)]

    def key_button(field: KeyField) -> Button:
        return button(field_label(field), EditField(patient=link.patient, field=field))

    def detail_button(detail: Detail) -> Button:
        return button(wording_of(detail).label, EditField(patient=link.patient, field=detail))

    def application_button(found: tuple[ApplicationId, Ref]) -> Button:
        label = _("To the application {ref}").format(ref=unbroken(found[1]))
        return button(label, ApplicationPage(application=found[0]))

    begun = link.came_from(ApplicationBegun)
    again = None if begun is None else begun.again
    correction = (button(_("Go on with the correction"), ReviewCorrection(patient=link.patient)),)
    return Screen(
        lines(
            _("<b>What to change?</b>"),
            [
                patient_line(card.patient),
                *detail_lines(card.details),
            ],
            [_effect_of_edits(card)],
        ),
        (
            *([correction] if card.correction else []),
            *few([found for found in returned if found[0] != again], application_button),
            *begun_row(link),
            *few(typed, key_button, 2),
            *few(Detail, detail_button, 2),
            (button(_("Remove the card"), AskUnlink(patient=link.patient)),),
            ways_out(link.came_from(ApplicationBegun, ApplicationPage) or PatientCard(patient=link.patient)),
        ),
    )


def _effect_of_edits(card: EditableCard) -> str:
    if card.patient.person is None:
        return _("After a change of the name or the number I check the policy anew. The rest changes at once.")
    return _(
        "A new name or number is compared with the register first: until it agrees, the card stays as it is. The "
        "rest changes at once. Visits stay in any case."
    )


# --- a new value ------------------------------------------------------------------------------------------------------


@flow.screen(EditField)
async def edit_field(visitor: Visitor, link: EditField) -> Screen:
    card = await visitor.services.editing.card(visitor.account.id, link.patient)
    field = link.field
    back = ways_out(EditCard(patient=link.patient))
    if isinstance(field, Detail):
        return Screen(_detail_prompt(card, field), (*_drop_value_rows(card, field, link), back), asks=True)
    if field is KeyField.SEX:
        return Screen(lines(_("Is it a boy or a girl?"), _value_lines(card, field)), (_sex_row(link), back))
    return Screen(
        lines(_prompt(field), _value_lines(card, field), [_effect_of_correction(card)]),
        (*_no_patronymic_rows(field, link), back),
        asks=True,
    )


def _detail_prompt(card: EditableCard, detail: Detail) -> str:
    known = card.details.get(detail)
    return lines(wording_of(detail).optional_question, [current_line(chat_value(detail, known) if known else None)])


def _drop_value_rows(card: EditableCard, detail: Detail, link: EditField) -> list[Row]:
    drop = (button(_("Remove the value"), DropValue(**dict(link))),)
    return [drop] if detail in card.details else []


def _prompt(field: KeyField) -> str:
    return {
        KeyField.FAMILY: _("Write the family name as in the policy."),
        KeyField.GIVEN: _("Write the given name as in the policy."),
        KeyField.PATRONYMIC: _("Write the patronymic as in the policy."),
        KeyField.NUMBER: _(
            "Write the new number of the same child's policy: 16 digits, or 9 of a temporary certificate. I delete "
            "your message once I have read it."
        ),
        KeyField.BIRTH_DATE: _("Write the date of birth, as DD.MM.YYYY."),
    }[field]


def _value_lines(card: EditableCard, field: KeyField) -> str:
    """Return the line with the current value, and one with the corrected value if they differ."""
    current, corrected = field_value(corrections.claim_of(card.patient), field), field_value(card.claim, field)
    return lines(
        current_line(current),
        text(_("After the correction: {corrected}"), corrected=corrected) if corrected != current else "",
    )


def _effect_of_correction(card: EditableCard) -> str:
    if card.patient.person is None:
        return _("Then I check the policy anew.")
    return _("I will ask the register about it; until it agrees, the card and the visits stay as they are.")


def _no_patronymic_rows(field: KeyField, link: EditField) -> list[Row]:
    drop = (button(_("There is no patronymic"), DropValue(**dict(link))),)
    return [drop] if field is KeyField.PATRONYMIC else []


def _sex_row(link: EditField) -> Row:
    return (
        button(_("A girl"), SetSex(patient=link.patient, male=False)),
        button(_("A boy"), SetSex(patient=link.patient, male=True)),
    )


@flow.answer(EditField)
async def on_value(visitor: Visitor, prompt: EditField, typed: str) -> Outcome:
    account, patient, field = visitor.account.id, prompt.patient, prompt.field
    if isinstance(field, Detail):
        await visitor.services.editing.set_detail(account, patient, field, typed)
        return Reply(EditCard(patient=patient), line=saved_line())
    return _review_or_card(patient, await visitor.services.editing.correct(account, patient, field, typed))


@flow.action(SetSex)
async def on_sex(visitor: Visitor, link: SetSex) -> Outcome:
    sex = Sex.MALE if link.male else Sex.FEMALE
    needs_review = await visitor.services.editing.correct_sex(visitor.account.id, link.patient, sex)
    return _review_or_card(link.patient, needs_review)


@flow.action(DropValue)
async def on_drop(visitor: Visitor, link: DropValue) -> Outcome:
    account, patient, field = visitor.account.id, link.patient, link.field
    if isinstance(field, Detail):
        await visitor.services.editing.drop_detail(account, patient, field)
        return Reply(EditCard(patient=patient), line=_("✅ Removed."))
    if field is not KeyField.PATRONYMIC:
        raise NotYours
    return _review_or_card(patient, await visitor.services.editing.drop_patronymic(account, patient))


def _review_or_card(patient: PatientId, needs_review: bool) -> Link:
    """Return the review if the register must agree to the correction first, else the changed card."""
    return ReviewCorrection(patient=patient) if needs_review else PatientCard(patient=patient)


# --- a correction that waits for the register -------------------------------------------------------------------------


@flow.screen(ReviewCorrection)
async def review_correction(visitor: Visitor, link: ReviewCorrection) -> Outcome:
    card = await visitor.services.editing.card(visitor.account.id, link.patient)
    if card.correction is None:
        return PatientCard(patient=link.patient)
    before, after = corrections.claim_of(card.patient), card.claim

    def change_line(field: KeyField) -> str:
        return text(
            _("{label}: {before} → {after}"),
            label=field_label(field),
            before=field_value(before, field),
            after=field_value(after, field),
        )

    changes = few_lines(corrections.changed_fields(before, after), change_line)
    label = _("Ask the register again") if card.correction.is_refused else _("Ask the register and change")
    return Screen(
        lines(
            text(_("<b>Check the correction: {name}</b>"), name=patient_name(card.patient)),
            [*changes, patronymic_warning(card.claim.name, card.claim.sex)],
            [
                _refusal_sentence(card.correction)
                if card.correction.is_refused
                else _("After the correction the policy is checked anew; visits stay.")
            ],
            _("Until the register agrees, the card stays as it was. A correction waits for 30 days, then I drop it."),
        ),
        (
            (button(label, AskRegister(patient=link.patient)),),
            (
                button(_("Correct something else"), EditCard(patient=link.patient)),
                button(_("Leave it as it was"), GiveUpCorrection(patient=link.patient)),
            ),
            *begun_row(link),
            ways_out(PatientCard(patient=link.patient)),
        ),
    )


def _refusal_sentence(correction: Correction) -> str:
    if correction.correct is not None:
        return {
            NameField.FAMILY: _("⚠️ The register has another family name. See how it is written in the policy."),
            NameField.GIVEN: _("⚠️ The register has another given name. See how it is written in the policy."),
            NameField.PATRONYMIC: _("⚠️ The register has another patronymic. See how it is written in the policy."),
        }[correction.correct]
    return {
        RejectionReason.SUSPENDED: _("⚠️ This policy is suspended. Call the insurer: its phone is on the policy."),
        RejectionReason.EXPIRED: _("⚠️ This policy has expired. Renew it at the insurer or on Gosuslugi."),
        RejectionReason.LINKED_ELSEWHERE: _("⚠️ This policy is on another of your cards."),
        RejectionReason.AT_CLINIC: _(
            "⚠️ The register does not know such a paper. Show it at the reception of the clinic."
        ),
    }.get(
        correction.reason or RejectionReason.NOT_MATCHED,
        _("⚠️ The register does not confirm this. Compare each word and the number with the policy."),
    )


@flow.action(AskRegister)
async def on_ask(visitor: Visitor, link: AskRegister) -> Outcome:
    agreed = await visitor.services.editing.ask(visitor.account.id, link.patient)
    if not agreed:
        return ReviewCorrection(patient=link.patient)
    to = link.came_from(ApplicationBegun) or PatientCard(patient=link.patient)
    return Reply(to, _("The register agrees: the card is changed."))


@flow.action(GiveUpCorrection)
async def on_give_up(visitor: Visitor, link: GiveUpCorrection) -> Outcome:
    await visitor.services.editing.give_up(visitor.account.id, link.patient)
    return link.came_from(ApplicationBegun) or PatientCard(patient=link.patient)
