"""Editing: one button a field; what the register compares is reviewed first and changed when it agrees."""

from __future__ import annotations

from datetime import date

from bot.clinics.port import PolicyClaim
from bot.core.errors import NotYours
from bot.core.i18n import gettext as _
from bot.core.i18n import numeric_date
from bot.core.patient import NameField, RejectionReason, masked
from bot.core.people import Sex
from bot.delivery.screen import Screen
from bot.glossary import PatientId
from bot.patients.edit import EditableCard
from bot.patients.records import Correction, Detail, KeyField
from bot.patients.rules import corrections as rules
from bot.patients.rules.names import patronymic_fits
from dialogs.kit.flow import Flow, Outcome, Reply, Visitor
from dialogs.kit.screen import Row, button, grid, lines, text, ways_out
from dialogs.patients.details import field_of, in_chat
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

flow = Flow("editing")


def label_of(field: KeyField) -> str:
    return {
        KeyField.FAMILY: _("Family name"),
        KeyField.GIVEN: _("Given name"),
        KeyField.PATRONYMIC: _("Patronymic"),
        KeyField.NUMBER: _("Policy number"),
        KeyField.BIRTH_DATE: _("Date of birth"),
        KeyField.SEX: _("Sex"),
    }[field]


def shown(claim: PolicyClaim, field: KeyField) -> str:
    """A value as a chat may keep it."""
    value = rules.value_of(claim, field)
    if field is KeyField.NUMBER:
        return masked(value)
    if field is KeyField.BIRTH_DATE:
        return numeric_date(date.fromisoformat(value))
    if field is KeyField.SEX:
        return _("girl") if value == Sex.FEMALE else _("boy")
    return value or _("none")


# --- which field ------------------------------------------------------------------------------------------------------


@flow.screen(EditCard)
async def edit_card(visitor: Visitor, link: EditCard) -> Screen:
    card = await visitor.services.editing.card(visitor.account.id, link.patient)
    typed = [field for field in KeyField if rules.is_typed(card.claim, field)]
    keys = [button(label_of(field), EditField(patient=link.patient, field=field)) for field in typed]
    details = [button(field_of(detail).label, EditField(patient=link.patient, field=detail)) for detail in Detail]
    waits = (button(_("Go on with the correction"), ReviewCorrection(patient=link.patient)),)
    return Screen(
        lines(_("<b>What to change?</b>"), *[_as_it_is(card)], [_warning(card)]),
        (
            *([waits] if card.correction else []),
            *grid(keys, 2),
            *grid(details, 2),
            (button(_("Remove the card"), AskUnlink(patient=link.patient)),),
            ways_out(PatientCard(patient=link.patient)),
        ),
    )


def _as_it_is(card: EditableCard) -> list[str]:
    claim = rules.claim_of(card.patient)
    told = [
        text(_("{label}: {value}"), label=field_of(detail).label, value=in_chat(detail, card.details[detail]))
        for detail in Detail
        if detail in card.details
    ]
    return [text(_("<b>{name}</b>, {policy}"), name=claim.name.full, policy=card.patient.masked_policy), *told]


def _warning(card: EditableCard) -> str:
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
        return Screen(_detail_prompt(card, field), (*_detail_buttons(card, field, link), back), asks=True)
    if field is KeyField.SEX:
        return Screen(lines(_("Is it a boy or a girl?"), _now(card, field)), (_sexes(link), back))
    return Screen(lines(_prompt(field), _now(card, field), [_promise(card)]), (*_absent(field, link), back), asks=True)


def _detail_prompt(card: EditableCard, detail: Detail) -> str:
    known = card.details.get(detail)
    now_is = text(_("Now it is: {name}"), name=in_chat(detail, known)) if known else ""
    return lines(field_of(detail).question, [now_is])


def _detail_buttons(card: EditableCard, detail: Detail, link: EditField) -> list[Row]:
    drop = (button(_("Remove the value"), DropValue(patient=link.patient, field=link.field)),)
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


def _now(card: EditableCard, field: KeyField) -> str:
    now, then = shown(rules.claim_of(card.patient), field), shown(card.claim, field)
    return lines(
        text(_("Now it is: {name}"), name=now),
        text(_("After the correction: {name}"), name=then) if then != now else "",
    )


def _promise(card: EditableCard) -> str:
    if card.patient.person is None:
        return _("Then I check the policy anew.")
    return _("I will ask the register about it; until it agrees, the card and the visits stay as they are.")


def _absent(field: KeyField, link: EditField) -> list[Row]:
    drop = (button(_("There is no patronymic"), DropValue(patient=link.patient, field=link.field)),)
    return [drop] if field is KeyField.PATRONYMIC else []


def _sexes(link: EditField) -> Row:
    return (
        button(_("A girl"), SetSex(patient=link.patient, male=False)),
        button(_("A boy"), SetSex(patient=link.patient, male=True)),
    )


@flow.answer(EditField)
async def on_value(visitor: Visitor, prompt: EditField, typed: str) -> Outcome:
    account, patient, field = visitor.account.id, prompt.patient, prompt.field
    if isinstance(field, Detail):
        await visitor.services.editing.set_detail(account, patient, field, typed)
        return EditCard(patient=prompt.patient)
    return _after(prompt.patient, await visitor.services.editing.correct(account, patient, field, typed))


@flow.action(SetSex)
async def on_sex(visitor: Visitor, link: SetSex) -> Outcome:
    sex = Sex.MALE if link.male else Sex.FEMALE
    waits = await visitor.services.editing.correct_sex(visitor.account.id, link.patient, sex)
    return _after(link.patient, waits)


@flow.action(DropValue)
async def on_drop(visitor: Visitor, link: DropValue) -> Outcome:
    account, patient, field = visitor.account.id, link.patient, link.field
    if isinstance(field, Detail):
        await visitor.services.editing.drop_detail(account, patient, field)
        return EditCard(patient=link.patient)
    if field is not KeyField.PATRONYMIC:
        raise NotYours
    return _after(link.patient, await visitor.services.editing.drop_patronymic(account, patient))


def _after(patient: PatientId, waits: bool) -> Outcome:
    return ReviewCorrection(patient=patient) if waits else PatientCard(patient=patient)


# --- the register's leave ---------------------------------------------------------------------------------------------


@flow.screen(ReviewCorrection)
async def review(visitor: Visitor, link: ReviewCorrection) -> Outcome:
    card = await visitor.services.editing.card(visitor.account.id, link.patient)
    if card.correction is None:
        return PatientCard(patient=link.patient)
    before, after = rules.claim_of(card.patient), card.claim
    changes = [
        text(
            _("{label}: {before} → {after}"),
            label=label_of(field),
            before=shown(before, field),
            after=shown(after, field),
        )
        for field in rules.changed_fields(before, after)
    ]
    ask = _("Ask the register again") if card.correction.is_refused else _("Ask the register and change")
    return Screen(
        lines(
            text(_("<b>Check the correction: {name}</b>"), name=card.patient.name.short),
            [*changes, _doubt(card)],
            [
                _refusal(card.correction)
                if card.correction.is_refused
                else _("After the correction the policy is checked anew; visits stay.")
            ],
            _("Until the register agrees, the card stays as it was. A correction waits for 30 days, then I drop it."),
        ),
        (
            (button(ask, AskRegister(patient=link.patient)),),
            (
                button(_("Correct something else"), EditCard(patient=link.patient)),
                button(_("Leave it as it was"), GiveUpCorrection(patient=link.patient)),
            ),
            ways_out(PatientCard(patient=link.patient)),
        ),
    )


def _doubt(card: EditableCard) -> str:
    name, sex = card.claim.name, card.claim.sex
    if not name.patronymic or patronymic_fits(name.patronymic, sex):
        return ""
    return (
        _("⚠️ The patronymic ends like a boy's. Check it.")
        if sex is Sex.FEMALE
        else _("⚠️ The patronymic ends like a girl's. Check it.")
    )


def _refusal(correction: Correction) -> str:
    if correction.correct is not None:
        return {
            NameField.FAMILY: _("⚠️ The register has another family name. See how it is written in the policy."),
            NameField.GIVEN: _("⚠️ The register has another given name. See how it is written in the policy."),
            NameField.PATRONYMIC: _("⚠️ The register has another patronymic. See how it is written in the policy."),
        }[correction.correct]
    return {
        RejectionReason.SUSPENDED: _("⚠️ This policy is suspended. Call the insurer: its phone is on the policy."),
        RejectionReason.EXPIRED: _("⚠️ This policy has expired. Renew it at the insurer or on Gosuslugi."),
        RejectionReason.LINKED_ELSEWHERE: _("⚠️ This policy is on a card of another representative."),
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
    return Reply(PatientCard(patient=link.patient), _("The register agrees: the card is changed."))


@flow.action(GiveUpCorrection)
async def on_give_up(visitor: Visitor, link: GiveUpCorrection) -> Outcome:
    await visitor.services.editing.give_up(visitor.account.id, link.patient)
    return PatientCard(patient=link.patient)
