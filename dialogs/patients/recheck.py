"""Repeat a policy check, with a corrected name or with unchanged data."""

from __future__ import annotations

from bot.core.i18n import gettext as _
from bot.core.patient import NameField, Patient
from bot.core.people import PersonName
from bot.delivery.screen import Screen
from bot.patients.rules.checks import is_answered
from bot.patients.rules.corrections import renamed
from bot.patients.rules.names import parse_full_name
from dialogs.kit.flow import Flow, Outcome, Visitor
from dialogs.kit.screen import button, lines, text, ways_out
from dialogs.patients.check_pending import still_verified_screen
from dialogs.patients.check_result import check_screen
from dialogs.patients.details import current_line, name_parts
from dialogs.patients.links import AskCorrection, CheckPolicy, DropPatronymic, PatientCard

flow = Flow("recheck")

WORDS_WITH_PATRONYMIC = 3
"""family name, given name and patronymic"""


@flow.screen(AskCorrection)
async def ask_correction(visitor: Visitor, link: AskCorrection) -> Outcome:
    patient = (await visitor.services.editing.card(visitor.account.id, link.patient)).patient
    if patient.is_verified:
        return PatientCard(patient=link.patient)
    part = None if link.whole else patient.verification.correct
    prompt = {
        NameField.FAMILY: _("Write the family name as in the policy."),
        NameField.GIVEN: _("Write the given name as in the policy."),
        NameField.PATRONYMIC: _("Write the patronymic as in the policy."),
        None: _("Write the family name, given name and patronymic as in the policy."),
    }[part]
    no_patronymic = (button(_("There is no patronymic"), DropPatronymic(patient=link.patient)),)
    return Screen(
        lines(prompt, current_line(patient.name.full)),
        (
            *([no_patronymic] if part in (None, NameField.PATRONYMIC) else []),
            ways_out(PatientCard(patient=link.patient)),
        ),
        asks=True,
    )


@flow.answer(AskCorrection)
async def on_correction(visitor: Visitor, prompt: AskCorrection, typed: str) -> Outcome:
    account, services = visitor.account.id, visitor.services
    patient = await services.patients.require(account, prompt.patient)
    name = corrected_name(patient, prompt, typed)
    if prompt.whole or patient.verification.correct is None:
        await services.checks.rename(account, patient.id, name)
        return name_read_screen(prompt, name)
    return await check_screen(visitor, await services.checks.correct(account, patient.id, name))


def name_read_screen(prompt: AskCorrection, name: PersonName) -> Screen:
    """Return the screen that shows how a whole name was read: no try at the register is lost by a wrong guess."""
    return Screen(
        lines(
            text(_("<b>{name}</b>"), name=name.full), name_parts(name), _("Then I ask the register about this name.")
        ),
        (
            (button(_("Check the policy"), CheckPolicy(patient=prompt.patient)),),
            (button(_("Correct the name"), AskCorrection(patient=prompt.patient, whole=True)),),
            ways_out(PatientCard(patient=prompt.patient)),
        ),
    )


def corrected_name(patient: Patient, prompt: AskCorrection, typed: str) -> PersonName:
    """Return the name with the typed part, or the whole name as typed. Raises InvalidInput."""
    part = None if prompt.whole else patient.verification.correct
    if part is None:
        no_patronymic = not patient.name.patronymic and len(typed.split()) < WORDS_WITH_PATRONYMIC
        return parse_full_name(typed, patient.sex, no_patronymic=no_patronymic)
    return renamed(patient.name, part, typed)


@flow.action(DropPatronymic)
async def on_drop_patronymic(visitor: Visitor, link: DropPatronymic) -> Outcome:
    account, services = visitor.account.id, visitor.services
    patient = await services.patients.require(account, link.patient)
    name = PersonName(patient.name.family, patient.name.given)
    return await check_screen(visitor, await services.checks.correct(account, patient.id, name))


@flow.action(CheckPolicy)
async def on_check(visitor: Visitor, link: CheckPolicy) -> Outcome:
    patient = await visitor.services.checks.recheck(visitor.account.id, link.patient)
    if patient.is_verified and not is_answered(patient.verification, visitor.now):
        return still_verified_screen(patient)
    return await check_screen(visitor, patient)
