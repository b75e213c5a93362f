"""Verdicts: what the register says of a policy, and mending what it finds different."""

from __future__ import annotations

from bot.i18n import MOSCOW, numeric_date
from bot.i18n import gettext as _
from bot.models import (
    Clinic,
    NameField,
    Patient,
    PatientId,
    PersonName,
    RejectionReason,
    Screen,
    VerificationStatus,
)
from bot.rules.patients import parse_full_name, parse_name_part
from dialogs.kit import Flow, Outcome, Visitor, button, lines, makes_needless, text, ways_out
from dialogs.links import (
    AskCorrection,
    AskNumber,
    AskUnlink,
    CheckPolicy,
    ChooseWay,
    DropPatronymic,
    Help,
    Home,
    PatientCard,
    PatientList,
    Specialties,
)

flow = Flow("verdicts")


# --- what the register says -------------------------------------------------------------------------------------------


async def outcome(visitor: Visitor, patient: Patient) -> Screen:
    """Where the check of a policy stands, and the way on from there."""
    status = patient.verification.status
    if status is VerificationStatus.VERIFIED:
        return verified(visitor, patient, await visitor.services.booking.own_clinic(patient))
    if status is VerificationStatus.NEEDS_CORRECTION:
        return needs_correction(visitor, patient)
    if status is VerificationStatus.REJECTED:
        return rejected(visitor, patient)
    return checking(patient)


def verified(visitor: Visitor, patient: Patient, clinic: Clinic | None) -> Screen:
    return Screen(
        lines(
            text(
                _("✅ The policy is checked: <b>{name}</b>, {policy}, in force."),
                name=patient.name.short,
                policy=patient.masked_policy,
            ),
            text(_("Checked on {date}."), date=checked_on(patient)) if checked_on(patient) else "",
            text(_("Clinic: {name}, {address}"), name=clinic.name, address=clinic.address) if clinic else "",
        ),
        (
            (button(_("Book a doctor"), Specialties(patient=patient.id)),),
            (button(_("Add another child"), ChooseWay()), button(_("Menu"), Home())),
        ),
        shows=just_checked(visitor, patient),
    )


def just_checked(visitor: Visitor, patient: Patient) -> str:
    return makes_needless(f"check:{patient.id}", patient.verification.checked_at, visitor.now)


def checked_on(patient: Patient) -> str:
    at = patient.verification.checked_at
    return "" if at is None else numeric_date(at.astimezone(MOSCOW).date())


def needs_correction(visitor: Visitor, patient: Patient) -> Screen:
    field = patient.verification.correct or NameField.PATRONYMIC
    what = {
        NameField.FAMILY: _("⚠️ Almost everything agrees, except the family name. See how it is written in the policy."),
        NameField.GIVEN: _("⚠️ Almost everything agrees, except the given name. See how it is written in the policy."),
        NameField.PATRONYMIC: _(
            "⚠️ Almost everything agrees, except the patronymic. See how it is written in the policy."
        ),
    }[field]
    mend = {
        NameField.FAMILY: _("Correct the family name"),
        NameField.GIVEN: _("Correct the given name"),
        NameField.PATRONYMIC: _("Correct the patronymic"),
    }[field]
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), what),
        (
            (button(mend, AskCorrection(patient=patient.id)),),
            (button(_("Ask the reception"), Help()), button(_("Menu"), Home())),
        ),
        shows=just_checked(visitor, patient),
    )


def rejected(visitor: Visitor, patient: Patient) -> Screen:
    reason = patient.verification.reason or RejectionReason.NOT_MATCHED
    sentence = {
        RejectionReason.NOT_MATCHED: _(
            "⚠️ The data do not agree with the register. Compare the number and the name with the policy. "
            "If everything is right, call the insurer: its phone is on the policy."
        ),
        RejectionReason.SUSPENDED: _(
            "⚠️ The policy is suspended in the register. Call the insurer: its phone is on the policy. "
            "Then check the policy again here."
        ),
        RejectionReason.EXPIRED: _(
            "⚠️ The policy has expired. Renew it at the insurer or on Gosuslugi, then check it again here."
        ),
        RejectionReason.LINKED_ELSEWHERE: _(
            "⚠️ Another representative of the child has added this policy already. You can ask for access."
        ),
    }[reason]
    again = button(_("Check again"), CheckPolicy(patient=patient.id))
    mend = button(_("Correct the name"), AskCorrection(patient=patient.id, whole=True))
    first = (mend,) if reason is RejectionReason.NOT_MATCHED else (again,)
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), sentence),
        (
            first,
            (button(_("Another number"), AskNumber()), button(_("Remove the card"), AskUnlink(patient=patient.id))),
            (button(_("Help"), Help()), button(_("Menu"), Home())),
        ),
        shows=just_checked(visitor, patient),
    )


def checking(patient: Patient) -> Screen:
    unavailable = patient.verification.status is VerificationStatus.UNAVAILABLE
    sentence = (
        _(
            "The register does not answer now. I will ask again by myself and write when it is done; "
            "nothing is needed from you."
        )
        if unavailable
        else _(
            "I am checking the policy in the register. It usually takes less than a minute; "
            "I will write when it is done."
        )
    )
    return Screen(
        lines(text(_("<b>{name}</b>, {policy}"), name=patient.name.full, policy=patient.masked_policy), sentence),
        ((button(_("How is it going?"), PatientCard(patient=patient.id)),), ways_out(PatientList())),
    )


# --- mending ----------------------------------------------------------------------------------------------------------


@flow.screen(AskCorrection)
async def ask_correction(visitor: Visitor, link: AskCorrection) -> Outcome:
    patient = await visitor.services.patients.require(visitor.account.id, PatientId(link.patient))
    if patient.is_verified:
        return PatientCard(patient=link.patient)
    wrong = None if link.whole else patient.verification.correct
    prompt = {
        NameField.FAMILY: _("Write the family name as in the policy."),
        NameField.GIVEN: _("Write the given name as in the policy."),
        NameField.PATRONYMIC: _("Write the patronymic as in the policy."),
        None: _("Write the family name, given name and patronymic as in the policy."),
    }[wrong]
    now_is = text(_("Now it is: {name}"), name=patient.name.full)
    absent = (button(_("There is no patronymic"), DropPatronymic(patient=link.patient)),)
    return Screen(
        lines(prompt, now_is),
        (*([absent] if wrong in (None, NameField.PATRONYMIC) else []), ways_out(PatientCard(patient=link.patient))),
        asks=True,
    )


@flow.answer(AskCorrection)
async def on_correction(visitor: Visitor, prompt: AskCorrection, typed: str) -> Outcome:
    account, services = visitor.account.id, visitor.services
    patient = await services.patients.require(account, PatientId(prompt.patient))
    return await outcome(visitor, await services.checks.correct(account, patient.id, mended(patient, prompt, typed)))


def mended(patient: Patient, prompt: AskCorrection, typed: str) -> PersonName:
    wrong = None if prompt.whole else patient.verification.correct
    if wrong is None:
        without = not patient.name.patronymic
        return parse_full_name(typed, patient.sex, no_patronymic=without and len(typed.split()) < len("ФИО"))
    part = parse_name_part(typed, wrong)
    name = patient.name
    return PersonName(
        part if wrong is NameField.FAMILY else name.family,
        part if wrong is NameField.GIVEN else name.given,
        part if wrong is NameField.PATRONYMIC else name.patronymic,
    )


@flow.action(DropPatronymic)
async def on_drop_patronymic(visitor: Visitor, link: DropPatronymic) -> Outcome:
    account, services = visitor.account.id, visitor.services
    patient = await services.patients.require(account, PatientId(link.patient))
    name = PersonName(patient.name.family, patient.name.given)
    return await outcome(visitor, await services.checks.correct(account, patient.id, name))


@flow.action(CheckPolicy)
async def on_check(visitor: Visitor, link: CheckPolicy) -> Outcome:
    return await outcome(visitor, await visitor.services.checks.check(visitor.account.id, PatientId(link.patient)))
